"""Linking by wording: phrases new to the site that the same accounts use together.

Word grams that at least three accounts share are the nodes; two are joined when exchanges of several accounts hold
both, apart from each other, far more often than chance. Communities of such grams are *demands*: the wording of one
harvest, one app, one course. Grouping grams rather than accounts is what makes dilution harmless: an account's other
traffic adds grams elsewhere and takes nothing away here.

State moves forward only: what is known at a checkpoint depends on nothing after it.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Final

import numpy as np

from stillwatch.detection import compiled
from stillwatch.detection.communities import communities
from stillwatch.detection.frame import Frame

LEAST_USERS: Final = 4
LARGEST_SHARE: Final = 0.3
NOVEL_BITS: Final = 2.0
SUPPORT: Final = 4.0
COSINE: Final = 0.12
LIFT: Final = 4.0
LEAST_GRAMS: Final = 4
LEAST_HITS: Final = 2
_CHUNK: Final = 16_000_000


@dataclasses.dataclass(frozen=True, slots=True)
class Demands:
    """Demands as known at one checkpoint.

    Attributes:
        of: int32 (exchanges before the checkpoint): demand of each exchange, -1 for none.
        hits: int32, how many separate phrases of the demand the exchange holds.
        weight: float32, their summed novelty in bits.
        grams: per demand, how many grams make it up.
        newness: per demand, mean novelty of its grams in bits.
        community: int32 (features): demand of each gram, -1 for none.
    """

    of: Any
    hits: Any
    weight: Any
    grams: Any
    newness: Any
    community: Any


class Wording:
    """Forward-moving link state over a frame's word grams."""

    def __init__(self, frame: Frame, threads: int) -> None:
        self._frame = frame
        self.ids, self.places, self.offsets, self.value = _number(frame, threads)
        n = self.value.size
        self._seen = np.zeros(n, dtype=np.uint64)
        self.users = np.zeros(n, dtype=np.float64)
        self.weight = np.zeros(n, dtype=np.float32)
        self._before = self._background_rate()
        self._waiting = np.zeros(1 << 24, dtype=np.uint32)
        self._table = np.full(1 << 16, -1, dtype=np.int32)
        self._left = np.empty(1 << 14, dtype=np.int32)
        self._right = np.empty(1 << 14, dtype=np.int32)
        self._bits = np.empty(1 << 14, dtype=np.uint64)
        self._pairs = 0
        self._row = 0
        self.accounts = 0

    def advance(self, row: int) -> None:
        """Take in the exchanges up to (not including) ``row``."""
        frame = self._frame
        if row <= self._row:
            return
        compiled.meet(self.ids, self.offsets, frame.account, self._row, row, self._seen)
        self.accounts = max(self.accounts, int(frame.account[self._row : row].max()) + 1)
        compiled.estimate_all(self._seen, self.users)
        self._weigh()
        self._table, self._left, self._right, self._bits, self._pairs = compiled.pair_up(
            self.ids,
            self.places,
            self.offsets,
            frame.account,
            self._row,
            row,
            self.weight,
            self.value,
            self._waiting,
            self._table,
            self._left,
            self._right,
            self._bits,
            self._pairs,
        )
        self._row = row

    def demands(self) -> Demands:
        """Group what is known so far into demands and give each exchange to one."""
        out = np.empty(self._pairs, dtype=np.int64)
        strength = np.empty(self._pairs, dtype=np.float64)
        n = compiled.strong_pairs(
            self._left,
            self._right,
            self._bits,
            self._pairs,
            self.users,
            self.weight,
            self.accounts,
            SUPPORT,
            COSINE,
            LIFT,
            out,
            strength,
        )
        left, right, strength = self._left[out[:n]], self._right[out[:n]], strength[:n]
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
        return self._give(community, sizes[keep])

    def _give(self, community: Any, sizes: Any) -> Demands:
        rows = self._row
        of = np.empty(rows, dtype=np.int32)
        hits = np.empty(rows, dtype=np.int32)
        weight = np.empty(rows, dtype=np.float32)
        compiled.assign(
            self.ids, self.places, self.offsets, rows, community, self.weight, LEAST_HITS, of, hits, weight
        )
        mine = community >= 0
        newness = np.zeros(sizes.size)
        if sizes.size:
            newness = np.bincount(community[mine], weights=self.weight[mine], minlength=sizes.size) / sizes
        return Demands(of, hits, weight, sizes, newness, community)

    def _background_rate(self) -> Any:
        """Share of earlier accounts that used each gram; None without a background."""
        background = self._frame.background
        if background is None or background.accounts == 0:
            return None
        return (background.uses_of(self.value) + 0.5) / (background.accounts + 1.0)

    def _weigh(self) -> None:
        """Novelty of each gram in bits; 0 where it may not link."""
        total = max(self.accounts, 1)
        now = (self.users + 0.5) / (total + 1.0)
        before = self._before if self._before is not None else 1.0
        bits = np.log2(before) if self._before is not None else 0.0
        weight = np.log2(now) - bits if self._before is not None else -np.log2(now)
        fit = (self.users >= LEAST_USERS - 0.5) & (weight >= NOVEL_BITS) & (self.users <= LARGEST_SHARE * total + 40)
        self.weight[:] = np.where(fit, weight, 0.0)


def _number(frame: Frame, threads: int) -> tuple[Any, Any, Any, Any]:
    """Number the grams that three accounts share and list them per exchange."""
    from concurrent.futures import ThreadPoolExecutor

    total = frame.grams.size
    parts = max(threads, -(-total // _CHUNK))
    ids = np.full(total, -1, dtype=np.int32)

    def one(part: int) -> int:
        size = 1 << max(10, int(np.ceil(np.log2(max(total / parts, 1) * 1.3))))
        while True:
            count = compiled.number_shared(
                frame.grams, frame.gram_offsets, frame.account, part, parts, size, ids
            )
            if count >= 0:
                return int(count)
            size *= 2

    with ThreadPoolExecutor(threads) as pool:
        counts = list(pool.map(one, range(parts)))
        bases = np.concatenate(([0], np.cumsum(counts)))
        list(pool.map(lambda p: compiled.shift_ids(frame.grams, p, parts, bases[p], ids), range(parts)))
    numbered = int((ids >= 0).sum())
    out_ids = np.empty(numbered, dtype=np.int32)
    places = np.empty(numbered, dtype=np.int16)
    offsets = np.zeros(frame.size + 1, dtype=np.int64)
    value = np.zeros(int(bases[-1]), dtype=np.uint64)
    kept = compiled.compact(ids, frame.gram_offsets, frame.grams, out_ids, places, offsets, value)
    return out_ids[:kept], places[:kept], offsets, value
