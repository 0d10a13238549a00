"""A log as baselines see it: columns, hashed words and a short dense vector for each exchange, computed once.

Identifiers are hashes to 64 bits, 0 where the log has none. Rows are in order of time.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.range.baselines.text_kernels import gather

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

BUCKETS: Final = 1 << 16
"""Words and pairs of neighbouring words are hashed into this many places."""

WIDTH: Final = 64
"""Length of an exchange's dense vector."""

IDENTIFIERS: Final = (
    "request",
    "organization",
    "address",
    "payment",
    "agent",
    "country",
    "model",
    "system",
    "opening",
    "closing",
)
NUMBERS: Final = (
    "input_tokens",
    "output_tokens",
    "reasoning_tokens",
    "temperature",
    "latency",
    "answer_characters",
)
COUNTS: Final = ("status", "characters", "words", "turns", "tools")


@dataclasses.dataclass(frozen=True, slots=True)
class Terms:
    """Hashed words and word pairs of the exchanges, compressed by rows.

    Attributes:
        starts: int64 [rows + 1], where each row's entries begin.
        places: uint16 [entries], which of the `BUCKETS`, ascending within a row.
        weights: float32 [entries], 1 + ln(count), each row of Euclidean length 1.
    """

    starts: NDArray[np.int64]
    places: NDArray[np.uint16]
    weights: NDArray[np.float32]

    def take(self, rows: NDArray[np.int64]) -> Terms:
        """Some rows, in the order given."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        starts = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        places, weights = np.empty(starts[-1], np.uint16), np.empty(starts[-1], np.float32)
        gather(self.starts, self.places, self.weights, rows, starts, places, weights)
        return Terms(starts, places, weights)


@dataclasses.dataclass(frozen=True, slots=True)
class Traffic:
    """One log.

    Attributes:
        accounts: account ids in alphabetical order; some may have no row.
        account: int32 [rows], place in ``accounts``.
        ts: int64 [rows], milliseconds since 1970 UTC, ascending.
        created: int64 [accounts], when the account was opened, the same unit; 0 where unknown.
        identifiers: uint64 [rows] for each of `IDENTIFIERS`; ``opening`` and ``closing`` are the first and last eight
            words of the query with digits masked, ``system`` the system prompt.
        numbers: float32 [rows] for each of `NUMBERS`, NaN where missing.
        counts: int32 [rows] for each of `COUNTS`, of the query where they count text; -1 where missing.
        terms: hashed words of the query, that is of the last message of the person who asks.
        dense: float32 [rows, WIDTH], the words weighted by rarity and projected at random; length 1, or 0 if empty.
        history: earlier traffic of the same site without labels; None where there is none.
        training: another site's traffic with labels, for baselines that learn; None where there is none.
        once: what was computed from this log alone and is used again, such as a fitted model.
    """

    accounts: tuple[str, ...]
    account: NDArray[np.int32]
    ts: NDArray[np.int64]
    created: NDArray[np.int64]
    identifiers: dict[str, NDArray[np.uint64]]
    numbers: dict[str, NDArray[np.float32]]
    counts: dict[str, NDArray[np.int32]]
    terms: Terms
    dense: NDArray[np.float32]
    history: Traffic | None = None
    training: Training | None = None
    once: dict[object, Any] = dataclasses.field(default_factory=dict, compare=False, repr=False)

    @property
    def rows(self) -> int:
        """Number of exchanges."""
        return len(self.ts)

    def take(self, rows: NDArray[np.int64]) -> Traffic:
        """Some rows, in the order given; the accounts stay the same."""
        return dataclasses.replace(
            self,
            account=self.account[rows],
            ts=self.ts[rows],
            identifiers={name: column[rows] for name, column in self.identifiers.items()},
            numbers={name: column[rows] for name, column in self.numbers.items()},
            counts={name: column[rows] for name, column in self.counts.items()},
            terms=self.terms.take(rows),
            dense=self.dense[rows],
            once={},
        )

    def until(self, ts: int) -> Traffic:
        """The log as it was at a time: nothing later than that millisecond; nothing is copied."""
        stop = int(np.searchsorted(self.ts, ts, side="right"))
        end = int(self.terms.starts[stop])
        terms = Terms(self.terms.starts[: stop + 1], self.terms.places[:end], self.terms.weights[:end])
        return dataclasses.replace(
            self,
            account=self.account[:stop],
            ts=self.ts[:stop],
            identifiers={name: column[:stop] for name, column in self.identifiers.items()},
            numbers={name: column[:stop] for name, column in self.numbers.items()},
            counts={name: column[:stop] for name, column in self.counts.items()},
            terms=terms,
            dense=self.dense[:stop],
            once={},
        )

    def remembered(self, key: object, make: Callable[[], Any]) -> Any:
        """What `make` gives, computed once for this log."""
        if key not in self.once:
            self.once[key] = make()
        return self.once[key]

    def grouped(self) -> Grouped:
        """The rows of each account, in order of time."""
        found: Grouped = self.remembered("grouped", lambda: group_rows(self.account, len(self.accounts)))
        return found


@dataclasses.dataclass(frozen=True, slots=True)
class Grouped:
    """Rows sorted by account.

    Attributes:
        rows: int64 [rows].
        starts: int64 [accounts + 1], where each account's rows begin.
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Rows of each account."""
        return np.diff(self.starts)

    def of(self, account: int) -> NDArray[np.int64]:
        """The rows of one account."""
        return self.rows[self.starts[account] : self.starts[account + 1]]


@dataclasses.dataclass(frozen=True, slots=True)
class Training:
    """A training world: traffic and what is true about it.

    Attributes:
        attack: bool [accounts].
        harvest: bool [rows], the exchange was made for a campaign.
        campaign: int32 [accounts], number of the account's campaign, -1 for none.
    """

    traffic: Traffic
    attack: NDArray[np.bool_]
    harvest: NDArray[np.bool_]
    campaign: NDArray[np.int32]


def group_rows(account: NDArray[np.int32], accounts: int) -> Grouped:
    """Sort rows by account; rows of one account keep their order."""
    starts = np.zeros(accounts + 1, np.int64)
    np.cumsum(np.bincount(account, minlength=accounts), out=starts[1:])
    return Grouped(np.argsort(account, kind="stable"), starts)


@functools.cache
def projection(width: int = WIDTH) -> NDArray[np.float32]:
    """Gaussian directions, float32 [BUCKETS, width], always the same; inner products survive on average."""
    drawn = np.random.Generator(np.random.PCG64(20190617)).standard_normal((BUCKETS, width), np.float32)
    return np.asarray(drawn / np.sqrt(np.float32(width)), np.float32)
