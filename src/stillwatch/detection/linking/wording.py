"""Linking by wording: phrases that the same accounts use together and hardly anybody else does.

Word grams that at least four accounts share are the nodes; two are joined when exchanges of several accounts hold
both, apart from each other, far more often than chance. Communities of such grams are *demands*: the wording of one
harvest, one app, one course. Grouping grams rather than accounts is what makes dilution harmless: an account's other
traffic adds grams elsewhere and takes nothing away here.

State moves forward only: what is known at a checkpoint depends on nothing after it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.detection.linking.bitmaps import ACCOUNTS, levels, meet
from stillwatch.detection.linking.communities import communities
from stillwatch.detection.linking.compiled import assign, set_of
from stillwatch.detection.linking.numbering import number
from stillwatch.detection.linking.pairs import Pairs, Share, strong_pairs
from stillwatch.detection.linking.picks import Picks

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame

LEAST_USERS: Final = 4
RARE_BITS: Final = 2.0
SUPPORT: Final = 4.0
COSINE: Final = 0.12
LIFT: Final = 4.0
LEAST_GRAMS: Final = 4
LEAST_HITS: Final = 2
NOVEL: Final = 4.0


@dataclasses.dataclass(frozen=True, slots=True)
class Demands:
    """Demands as known at one checkpoint.

    Attributes:
        of: int32 (exchanges before the checkpoint): demand of each exchange, -1 for none.
        weight: float32, their summed rarity in bits.
        community: int32 (features): demand of each gram, -1 for none.
    """

    of: Any
    weight: Any
    community: Any


class _Users:
    """How many accounts of a run of exchanges have used each gram, as far as it has been read.

    Attributes:
        users: float64 (grams): estimated accounts.
        weight: float32 (grams): rarity in bits; 0 where a gram may not link.
        accounts: accounts met.
        row: exchanges read.
    """

    def __init__(self, ids: Any, offsets: Any, account: Any, grams: int, threads: int) -> None:
        self._exchanges = ids, offsets, account
        self._seen = np.zeros((threads, grams), dtype=np.uint64)
        self._level = np.empty(grams, dtype=np.uint8)
        self.users = np.zeros(grams, dtype=np.float64)
        self.weight = np.zeros(grams, dtype=np.float32)
        self.accounts = 0
        self.row = 0

    def advance(self, row: int, pool: ThreadPoolExecutor) -> None:
        """Take in the exchanges up to (not including) ``row``."""
        account = self._exchanges[2]
        parts, grams = self._seen.shape
        each(
            pool, parts, self.row, row, lambda k, low, high: meet(*self._exchanges, low, high, self._seen[k])
        )
        self.accounts = max(self.accounts, int(account[self.row : row].max()) + 1)
        self.row = row
        rarity = _rarity(ACCOUNTS, self.accounts)

        def weigh(_: int, low: int, high: int) -> None:
            levels(self._seen, low, high, self._level)
            np.take(ACCOUNTS, self._level[low:high], out=self.users[low:high])
            np.take(rarity, self._level[low:high], out=self.weight[low:high])

        each(pool, parts, 0, grams, weigh)


class Wording:
    """Forward-moving link state over a frame's word grams, begun with the history's.

    Args:
        frame: the exchanges.
        checkpoints: int64: exchanges known at each point at which `demands` will be asked for.
        threads: how many.

    Attributes:
        value: uint64 (grams): the gram behind each number.
        ids: int32: gram numbers of all exchanges, ``offsets`` int64 (exchanges + 1).
        offsets: see ``ids``.
        past_ids: the same of the history.
        past_offsets: see ``past_ids``.
    """

    def __init__(self, frame: Frame, checkpoints: Sequence[int], threads: int) -> None:
        self._frame = frame
        self._threads = threads
        numbered = number(frame, threads)
        self.value = numbered.value
        self.ids, self._places, self.offsets = numbered.present
        self.past_ids, self._past_places, self.past_offsets = numbered.past
        self._past_accounts = 0
        with ThreadPoolExecutor(threads) as self._pool:
            self._picks = self._picked(checkpoints)
            self._pairs = Pairs(self.value, self._picks, frame.account, threads)
            if frame.history is not None:
                self._remember(frame.history)
            self._past_bits = self._pairs.forget()
        self._now = self._users_of(self.ids, self.offsets, frame.account)

    @property
    def users(self) -> Any:
        """float64 (grams): estimated accounts that have used each gram so far."""
        return self._now.users

    @property
    def weight(self) -> Any:
        """float32 (grams): rarity of each gram in bits so far; 0 where it may not link."""
        return self._now.weight

    @property
    def accounts(self) -> int:
        """Accounts met so far."""
        return self._now.accounts

    @property
    def row(self) -> int:
        """Exchanges taken in so far."""
        return self._now.row

    def _users_of(self, ids: Any, offsets: Any, account: Any) -> _Users:
        return _Users(ids, offsets, account, self.value.size, self._threads)

    def _picked(self, checkpoints: Sequence[int]) -> Picks:
        """The picks of every exchange, each as of the checkpoint that first knows it."""
        picks = Picks(self._frame.size, self._frame.room)
        users = self._users_of(self.ids, self.offsets, self._frame.account)
        for row in checkpoints:
            low = users.row
            users.advance(row, self._pool)
            self._choose(picks, (self.ids, self._places, self.offsets), low, row, users.weight)
        return picks

    def _choose(self, picks: Picks, grams: tuple[Any, Any, Any], low: int, high: int, weight: Any) -> None:
        def part(_: int, begin: int, end: int) -> None:
            picks.choose(*grams, begin, end, weight, self.value)

        each(self._pool, self._threads, low, high, part)

    def _remember(self, history: Frame) -> None:
        """Count the history's pairs."""
        users = self._users_of(self.past_ids, self.past_offsets, history.account)
        users.advance(history.size, self._pool)
        self._past_accounts = len(history.accounts)
        picks = Picks(history.size, history.room)
        grams = self.past_ids, self._past_places, self.past_offsets
        self._choose(picks, grams, 0, history.size, users.weight)
        self._pairs.count(picks, history.account, 0, history.size)

    def advance(self, row: int) -> None:
        """Take in the exchanges up to (not including) ``row``, one of the checkpoints."""
        low = self.row
        if row <= low:
            return
        with ThreadPoolExecutor(self._threads) as pool:
            self._now.advance(row, pool)
        self._pairs.count(self._picks, self._frame.account, low, row)

    def done(self) -> None:
        """Let go of what only more exchanges would need; `advance` and `demands` end with it."""
        del self._pairs, self._picks, self._past_bits

    def demands(self) -> Demands:
        """Group what is known so far into demands and give each exchange to one."""
        with ThreadPoolExecutor(self._threads) as pool:
            strong = list(pool.map(self._strong, self._pairs.shares, self._past_bits))
        left, right, strength = (np.concatenate([part[k] for part in strong]) for k in range(3))
        nodes = np.unique(np.concatenate((left, right)))
        nodes = nodes[np.argsort(self.value[nodes])]  # by hash: the same order however much log follows
        place = np.zeros(self.value.size, dtype=np.int64)
        place[nodes] = np.arange(nodes.size)
        edge_left, edge_right = place[left], place[right]
        order = np.lexsort((np.maximum(edge_left, edge_right), np.minimum(edge_left, edge_right)))
        labels = communities(edge_left[order], edge_right[order], strength[order], nodes.size)
        sizes = np.bincount(labels[labels >= 0]) if nodes.size else np.zeros(0, dtype=np.int64)
        keep = np.flatnonzero(sizes >= LEAST_GRAMS)
        rename = np.full(sizes.size, -1, dtype=np.int32)
        rename[keep] = np.arange(keep.size, dtype=np.int32)
        community = np.full(self.value.size, -1, dtype=np.int32)
        community[nodes] = np.where(labels >= 0, rename[labels], -1) if nodes.size else -1
        return self._give(community)

    def _strong(self, pairs: Share, past: Any) -> tuple[Any, Any, Any]:
        out = np.empty((pairs.used, 2), dtype=np.int32)
        strength = np.empty(pairs.used, dtype=np.float64)
        n = strong_pairs(
            pairs.found,
            pairs.used,
            self.users,
            self.weight,
            self.accounts,
            SUPPORT,
            COSINE,
            LIFT,
            past,
            self._past_accounts,
            NOVEL,
            out,
            strength,
        )
        return out[:n, 0], out[:n, 1], strength[:n]

    def _give(self, community: Any) -> Demands:
        of = np.empty(self.row, dtype=np.int32)
        weight = np.empty(self.row, dtype=np.float32)
        grouped = set_of(np.flatnonzero(community >= 0), self.value.size)

        def part(_: int, low: int, high: int) -> None:
            exchanges = self.ids, self._places, self.offsets, low, high
            assign(*exchanges, community, grouped, self.weight, LEAST_HITS, of, weight)

        with ThreadPoolExecutor(self._threads) as pool:
            each(pool, self._threads, 0, self.row, part)
        return Demands(of, weight, community)


def each(
    pool: ThreadPoolExecutor, parts: int, low: int, high: int, work: Callable[[int, int, int], None]
) -> None:
    """Do the work on equal parts of a range, side by side; it is called with part, begin and end."""
    edges = [low + (high - low) * k // parts for k in range(parts + 1)]
    for job in [pool.submit(work, k, edges[k], edges[k + 1]) for k in range(parts)]:
        job.result()


def _rarity(users: Any, accounts: int) -> Any:
    """Rarity of each gram in bits; 0 where it may not link."""
    weight = -np.log2((users + 0.5) / (max(accounts, 1) + 1.0))
    return np.where((users >= LEAST_USERS - 0.5) & (weight >= RARE_BITS), weight, 0.0).astype(np.float32)
