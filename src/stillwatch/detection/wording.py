"""Linking by wording: phrases that the same accounts use together and hardly anybody else does.

Word grams that at least four accounts share are the nodes; two are joined when exchanges of several accounts hold
both, apart from each other, far more often than chance. Communities of such grams are *demands*: the wording of one
harvest, one app, one course. Grouping grams rather than accounts is what makes dilution harmless: an account's other
traffic adds grams elsewhere and takes nothing away here.

State moves forward only: what is known at a checkpoint depends on nothing after it.
"""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.detection import compiled
from stillwatch.detection.communities import communities
from stillwatch.detection.numbering import number

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
_WAITING: Final = 1 << 26


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


class Wording:
    """Forward-moving link state over a frame's word grams, begun with the history's."""

    def __init__(self, frame: Frame, threads: int) -> None:
        self._frame = frame
        numbered = number(frame, threads)
        self.value = numbered.value
        self.ids, self.places, self.offsets = numbered.present
        self.past_ids, self.past_offsets = numbered.past[0], numbered.past[2]
        self.users = np.zeros(self.value.size, dtype=np.float64)
        self.weight = np.zeros(self.value.size, dtype=np.float32)
        self._seen = np.zeros(self.value.size, dtype=np.uint64)
        self._pairs = [_Pairs.empty(threads) for _ in range(threads)]
        self.row = 0
        self.accounts = 0
        self._past_accounts = 0
        self._past_bits = [np.zeros(0, dtype=np.uint64)] * threads
        if frame.history is not None:
            self._remember(frame.history, numbered.past)

    def _remember(self, history: Frame, past: tuple[Any, Any, Any]) -> None:
        """Count the history's pairs, then start the present from nothing."""
        ids, places, offsets = past
        seen = np.zeros(self.value.size, dtype=np.uint64)
        compiled.meet(ids, offsets, history.account, 0, history.size, seen)
        users = np.empty(self.value.size)
        compiled.estimate_all(seen, users)
        self._past_accounts = len(history.accounts)
        weight = _rarity(users, self._past_accounts)
        self._pair_up(ids, places, offsets, history.account, 0, history.size, weight, self.value)
        self._past_bits = [pairs.forget() for pairs in self._pairs]

    def advance(self, row: int) -> None:
        """Take in the exchanges up to (not including) ``row``."""
        account = self._frame.account
        if row <= self.row:
            return
        compiled.meet(self.ids, self.offsets, account, self.row, row, self._seen)
        self.accounts = max(self.accounts, int(account[self.row : row].max()) + 1)
        compiled.estimate_all(self._seen, self.users)
        self.weight[:] = _rarity(self.users, self.accounts)
        self._pair_up(self.ids, self.places, self.offsets, account, self.row, row, self.weight, self.value)
        self.row = row

    def _pair_up(self, *exchanges: Any) -> None:
        parts = len(self._pairs)
        with ThreadPoolExecutor(parts) as pool:
            jobs = [pool.submit(p.with_exchanges, k, parts, *exchanges) for k, p in enumerate(self._pairs)]
            self._pairs = [job.result() for job in jobs]

    def demands(self) -> Demands:
        """Group what is known so far into demands and give each exchange to one."""
        with ThreadPoolExecutor(len(self._pairs)) as pool:
            strong = list(pool.map(self._strong, self._pairs, self._past_bits))
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

    def _strong(self, pairs: _Pairs, past: Any) -> tuple[Any, Any, Any]:
        out = np.empty(pairs.used, dtype=np.int64)
        strength = np.empty(pairs.used, dtype=np.float64)
        n = compiled.strong_pairs(
            pairs.left,
            pairs.right,
            pairs.bits,
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
        return pairs.left[out[:n]], pairs.right[out[:n]], strength[:n]

    def _give(self, community: Any) -> Demands:
        rows = self.row
        of = np.empty(rows, dtype=np.int32)
        weight = np.empty(rows, dtype=np.float32)
        compiled.assign(
            self.ids, self.places, self.offsets, rows, community, self.weight, LEAST_HITS, of, weight
        )
        return Demands(of, weight, community)


@dataclasses.dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of grams met together and who met them; grows in place."""

    waiting: Any
    table: Any
    left: Any
    right: Any
    bits: Any
    used: int

    @classmethod
    def empty(cls, parts: int) -> _Pairs:
        return cls(
            np.zeros(_WAITING // (1 << max(parts - 1, 0).bit_length()), dtype=np.uint32),
            np.full(1 << 16, -1, dtype=np.int32),
            np.empty(1 << 14, dtype=np.int32),
            np.empty(1 << 14, dtype=np.int32),
            np.empty(1 << 14, dtype=np.uint64),
            0,
        )

    def with_exchanges(
        self,
        part: int,
        parts: int,
        ids: Any,
        places: Any,
        offsets: Any,
        account: Any,
        low: int,
        high: int,
        weight: Any,
        value: Any,
    ) -> _Pairs:
        """The pairs after the exchanges ``low`` to ``high``."""
        grown = compiled.pair_up(
            ids,
            places,
            offsets,
            account,
            low,
            high,
            weight,
            value,
            part,
            parts,
            self.waiting,
            self.table,
            self.left,
            self.right,
            self.bits,
            self.used,
        )
        return _Pairs(self.waiting, *grown)

    def forget(self) -> Any:
        """Start counting anew for the same pairs; returns who had met them."""
        before = self.bits[: self.used].copy()
        self.bits[: self.used] = 0
        self.waiting[:] = 0
        return before


def _rarity(users: Any, accounts: int) -> Any:
    """Rarity of each gram in bits; 0 where it may not link."""
    weight = -np.log2((users + 0.5) / (max(accounts, 1) + 1.0))
    return np.where((users >= LEAST_USERS - 0.5) & (weight >= RARE_BITS), weight, 0.0).astype(np.float32)
