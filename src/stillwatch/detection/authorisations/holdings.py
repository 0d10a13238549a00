"""Which exchanges of a frame belong to which authorisation's holder, and which of them lie within its scope.

Everything is a function of an exchange and of those before it: an authorisation never excuses by what comes later.
"""

from __future__ import annotations

import dataclasses
import enum
import fnmatch
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from stillwatch.core.authorisation import Authorisation, Period

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.detection.frame import Frame

UNHELD: Final = -1
DAY_US: Final = 86_400_000_000
GRACE_US: Final = 30 * DAY_US
"""For so long after its end a holder is on watch instead of accused: it is known, and can be asked."""


class Outside(enum.IntEnum):
    """Why an exchange of a holder lies outside the authorisation's scope."""

    NOT = 0
    TERM = 1
    MODEL = 2
    VOLUME = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Holdings:
    """Whose exchange each is.

    Attributes:
        authorisations: the authorisations that were looked at.
        of: int16 (n): place in ``authorisations``; `UNHELD` where it is nobody's.
        outside: uint8 (n): `Outside`.
        known: bool (n): whether the holder still counts as one: within the scope or not, but not long after its end.
    """

    authorisations: tuple[Authorisation, ...]
    of: Any
    outside: Any
    known: Any

    @property
    def within(self) -> Any:
        """Bool (n): exchanges that are permitted."""
        return (self.of != UNHELD) & (self.outside == Outside.NOT)

    def within_at(self, rows: Any) -> Any:
        """The same for some exchanges (int64)."""
        return (self.of[rows] != UNHELD) & (self.outside[rows] == Outside.NOT)

    def leading(self, rows: Any) -> tuple[Authorisation, float] | None:
        """The authorisation that most of these exchanges belong to, with its share; None where none has any."""
        of = self.of[rows]
        counts = np.bincount(of[of != UNHELD], minlength=1)
        top = int(counts.argmax())
        return (self.authorisations[top], float(counts[top]) / rows.size) if counts[top] else None


def holdings(frame: Frame, authorisations: Sequence[Authorisation]) -> Holdings:
    """Tell whose each exchange is; where several claim one, the first that permits it, else the first."""
    of = np.full(frame.size, UNHELD, dtype=np.int16)
    outside = np.zeros(frame.size, dtype=np.uint8)
    known = np.zeros(frame.size, dtype=np.bool_)
    for place, each in enumerate(authorisations):
        rows = np.flatnonzero(_held(frame, each))
        why = _outside(frame, each, rows)
        better = (of[rows] == UNHELD) | ((outside[rows] != Outside.NOT) & (why == Outside.NOT))
        taken = rows[better]
        of[taken], outside[taken] = place, why[better]
        ts = frame.ts[taken]
        known[taken] |= (ts >= each.since_us) & (ts < each.until_us + GRACE_US)
    return Holdings(tuple(authorisations), of, outside, known)


def _held(frame: Frame, authorisation: Authorisation) -> Any:
    """Bool (n): exchanges by the holder: any of its names, and what its clients say of themselves."""
    held = np.ones(frame.size, dtype=np.bool_)
    if authorisation.proven:
        own = np.fromiter((name in set(authorisation.accounts) for name in frame.accounts), np.bool_)
        held = own[frame.account] if own.size else np.zeros(frame.size, dtype=np.bool_)
        held |= _named(frame.table["organization_id"], lambda name: name in authorisation.organizations)
        keys = np.array(authorisation.api_keys, dtype=np.uint64)
        held |= np.isin(frame.table["api_key"].fill_null(0).to_numpy(), keys)
    for column, value in (("client", authorisation.client), ("system", authorisation.system)):
        if value:
            held &= frame.table[column].fill_null(0).to_numpy() == np.uint64(value)
    return held


def _outside(frame: Frame, authorisation: Authorisation, rows: Any) -> Any:
    """uint8: for each of the holder's exchanges, in order of time, why it is not permitted."""
    ts = frame.ts[rows]
    why = np.zeros(rows.size, dtype=np.uint8)
    why[(ts < authorisation.since_us) | (ts >= authorisation.until_us)] = Outside.TERM
    if authorisation.models:
        named = _named(frame.table["model"], lambda name: permits(authorisation, name))
        why[(why == Outside.NOT) & ~named[rows]] = Outside.MODEL
    if authorisation.volume is not None:
        counted = np.flatnonzero(why == Outside.NOT)
        over = place_in_period(ts[counted], authorisation.period) >= authorisation.volume
        why[counted[over]] = Outside.VOLUME
    return why


def permits(authorisation: Authorisation, model: str) -> bool:
    """Whether a model is among those permitted."""
    return not authorisation.models or any(
        fnmatch.fnmatchcase(model, pattern) for pattern in authorisation.models
    )


def place_in_period(ts: Any, period: Period) -> Any:
    """int64: how many earlier ones of these times (sorted, microseconds UTC) lie in the same period as each."""
    number = period_of(ts, period)
    starts = np.flatnonzero(np.r_[True, number[1:] != number[:-1]]) if number.size else number
    lengths = np.diff(np.r_[starts, number.size])
    return np.arange(number.size) - np.repeat(starts, lengths)


def period_of(ts: Any, period: Period) -> Any:
    """int64: the number of the period that each time (microseconds since 1970 UTC) lies in."""
    days = ts // DAY_US
    if period is Period.DAY:
        return days
    if period is Period.WEEK:
        return (days + 3) // 7  # 1 January 1970 was a Thursday
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _named(column: pa.ChunkedArray, chosen: Any) -> Any:
    """Bool (n): rows of a text column whose value is chosen; each value is asked about once."""
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], whole.type)
    if not isinstance(whole, pa.DictionaryArray):
        whole = whole.dictionary_encode()
    names = [name is not None and chosen(name) for name in whole.dictionary.to_pylist()]
    if not any(names):
        return np.zeros(len(whole), dtype=np.bool_)
    codes = whole.indices.fill_null(len(names)).to_numpy(zero_copy_only=False)
    return np.array([*names, False], dtype=np.bool_)[codes]
