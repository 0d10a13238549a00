"""Behaviour of every account as of a point in the log, kept up row by row so that nothing later is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.detection.behaviour.repeats import SLOTS, pauses, repeats
from stillwatch.detection.behaviour.traits import GIVEN, TRAITS, traits_of
from stillwatch.detection.behaviour.values import Pairs, pairs_of

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame

SHARED: Final = (
    "address",
    "network",
    "client",
    "payment",
    "system",
    "asn",
    "layout",
    "model",
    "country",
    "script",
)
"""Columns of which it counts how many values an account uses, and how many accounts use them."""

_SLICE: Final = 1 << 17
_DAY_US: Final = 86_400_000_000
_HOUR_US: Final = 3_600_000_000

FIGURES: Final = (
    *(f"mean: {name}" for name in TRAITS),
    *(f"scatter: {name}" for name in TRAITS),
    "mean: pause",
    "scatter: pause",
    "mean: own phrases again",
    "scatter: own phrases again",
    "mean: usual phrases",
    "mean: shared clauses",
    "exchanges",
    "days",
    "exchanges a day",
    "hours of the day",
    "age",
    *(f"values: {name}" for name in SHARED),
    *(f"values an exchange: {name}" for name in SHARED),
    *(f"others: {name}" for name in SHARED),
)
"""What is known of an account, in the order of the columns of `Accounts.figures`."""

_CAUSAL: Final = ("pause", "own phrases again", "usual phrases", "shared clauses")


class Accounts:
    """The accounts of a frame, moved forward through it."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self.row = 0
        self._names = (*TRAITS, *_CAUSAL)
        n = len(frame.accounts)
        self._count = np.zeros((len(self._names), n), dtype=np.float32)
        self._sum = np.zeros((len(self._names), n))
        self._square = np.zeros((len(self._names), n))
        self._sent = np.zeros(n, dtype=np.int64)
        self._hours = np.zeros(n * 24, dtype=np.int32)
        self._last = np.zeros(n, dtype=np.int64)
        self._worded = np.zeros(n, dtype=np.int64)
        self._age = np.full(n, np.nan)
        self._days = Pairs.of(frame.ts // _DAY_US, frame.account, np.ones(frame.size, dtype=np.bool_))
        self._shared = {name: pairs_of(frame, name) for name in SHARED}
        self._marks = np.zeros(SLOTS, dtype=np.uint32)
        self._times = np.zeros(self._marks.size, dtype=np.uint16)

    def advance(self, row: int) -> None:
        """Take in the exchanges before a row."""
        while self.row < row:
            end = min(row, self.row + _SLICE)
            self._take(self.row, end)
            self.row = end

    def _take(self, begin: int, end: int) -> None:
        frame, who = self._frame, self._frame.account[begin:end]
        values = traits_of(frame, begin, end)
        pause, again, usual = (np.empty(end - begin) for _ in range(3))
        pauses(frame.ts[begin:end], who, self._last, pause)
        repeats(
            frame.grams,
            frame.gram_offsets,
            frame.account,
            begin,
            self._marks,
            self._times,
            self._worded,
            again,
            usual,
        )
        since = frame.verbatim_from[begin:end]
        values |= {
            "pause": np.log1p(pause / 1e6),
            "own phrases again": again,
            "usual phrases": usual,
            "shared clauses": np.where(since < 0, np.nan, since <= np.arange(begin, end)),
        }
        n = len(frame.accounts)
        for k, name in enumerate(self._names):
            value = values[name]
            known = np.isfinite(value)
            here = who[known]
            value = value[known]
            self._count[k] += np.bincount(here, minlength=n)
            self._sum[k] += np.bincount(here, value, n)
            self._square[k] += np.bincount(here, value * value, n)
        new = np.flatnonzero((self._sent[who] == 0) & (frame.created[begin:end] > 0))
        first = new[np.unique(who[new], return_index=True)[1]]
        self._age[who[first]] = (
            np.maximum(frame.ts[begin + first] - frame.created[begin + first], 0) / _DAY_US
        )
        self._sent += np.bincount(who, minlength=n)
        hour = (frame.ts[begin:end] // _HOUR_US) % 24
        self._hours += np.bincount(who.astype(np.int64) * 24 + hour, minlength=n * 24).astype(np.int32)

    @property
    def sent(self) -> Any:
        """int64 (accounts): exchanges so far."""
        return self._sent

    def figures(self) -> Any:
        """float32 (accounts, figures): as of the row reached, in the order of `FIGURES`; NaN unknown."""
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = self._sum / self._count
            scatter = np.sqrt(np.maximum(self._square / self._count - mean**2, 0.0))
            scatter[self._count < 2] = np.nan
            for k, name in enumerate(self._names):
                if name in GIVEN and not self._sum[k].any():
                    mean[k] = scatter[k] = np.nan
            sent = self._sent.astype(np.float64)
            days = self._days.values(self.row, sent.size)
            hours = self._hours.reshape(-1, 24) / np.maximum(sent, 1.0)[:, None]
            rhythm = -(hours * np.log(np.where(hours > 0, hours, 1.0))).sum(axis=1)
            causal = [k for k, name in enumerate(self._names) if name in _CAUSAL]
            traits = [k for k, name in enumerate(self._names) if name not in _CAUSAL]
            pause, again, usual, verbatim = causal
            columns = [
                *mean[traits],
                *scatter[traits],
                mean[pause],
                scatter[pause],
                mean[again],
                scatter[again],
                mean[usual],
                mean[verbatim],
                np.log1p(sent),
                days,
                np.log1p(sent / np.maximum(days, 1.0)),
                rhythm,
                np.log1p(self._age),
            ]
            for name in SHARED:
                values = self._shared[name].values(self.row, sent.size)
                columns.append(np.where(values > 0, np.log1p(values), np.nan))
            columns += [column - np.log1p(sent) for column in columns[-len(SHARED) :]]
            columns += [self._shared[name].others(self.row, sent.size) for name in SHARED]
        return np.column_stack(columns).astype(np.float32)
