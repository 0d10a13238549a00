"""From demands at one checkpoint to candidate campaigns that keep their identity from checkpoint to checkpoint."""

from __future__ import annotations

import dataclasses
import math
import queue
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from stillwatch.detection.candidates.membership import member_test
from stillwatch.detection.candidates.topics import own_topics
from stillwatch.detection.candidates.tracks import Tracks, incidence
from stillwatch.detection.linking.past import FirstDays, Past
from stillwatch.detection.linking.refine import Group, Scratch, peel

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame
    from stillwatch.detection.linking.wording import Demands, Wording

LEAST_ACCOUNTS: Final = 5
LEAST_EXCHANGES: Final = 15
MERGE_JACCARD: Final = 0.35


@dataclasses.dataclass(frozen=True, slots=True)
class Snapshot:
    """One candidate as known at one checkpoint.

    Attributes:
        track: number that stays with the candidate over time; below 0 for those seen between checkpoints only.
        checkpoint: which checkpoint.
        rows: int64: exchanges of its demand.
        accounts: int32: account numbers, sorted.
        site_accounts: accounts of the site by then.
        grams: how many phrases link it.
        earlier: share of the site's earlier accounts that sent such exchanges; NaN without a history.
        members: int32: accounts that carry the demand; ``near`` int32, those that only touch it (see `membership`).
        near: see ``members``.
        kindred: int32: the members that also behave like other members (see `behaviour.kindred`).
        again: int32: of a crew, the kindred who were of largely the same crew before (see `behaviour.together`); else
            its members.
        wording: median share of them that one exchange holds.
        own_topics: how many times likelier two exchanges share topic words when one account sent both; NaN unknown.
        alike: of a crew (see `behaviour.crews`): logarithm of how many times closer than usual its members stand.
        new_behaviour: of a crew: logarithm of the odds that who stands near it is of now; NaN without a history.
        changed: of a crew: logarithm of how many times further than usual its members moved from where they stood
            earlier; NaN where few were there.
        beside: of a crew, int32: tracks of other crews to which accounts nearest to its members belong.
        beside_links: int32: how many of the nearest belong to each of them, of ``links`` in all.
        links: see ``beside_links``.
        company: of a crew: accounts outside it that the site knew before and that send its system prompt.
        predecessors: of a crew: earlier accounts outside it that sent its template (see `predecessors`).
        one_payer: share of the members that one means of payment pays for (see `payers`); 0 where earlier traffic tells
            what is new.
        nearest: of a crew, int32: the accounts nearest to each of its members, member by member, as many of each; -1
            for one that is not of now.
    """

    track: int
    checkpoint: int
    rows: Any
    accounts: Any
    site_accounts: int
    grams: int
    earlier: float
    members: Any
    near: Any
    kindred: Any
    again: Any
    wording: float
    own_topics: float
    alike: float = float("nan")
    new_behaviour: float = float("nan")
    changed: float = float("nan")
    beside: Any = dataclasses.field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    beside_links: Any = dataclasses.field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    links: int = 0
    company: int = 0
    predecessors: int = 0
    one_payer: float = 0.0
    nearest: Any = dataclasses.field(default_factory=lambda: np.zeros(0, dtype=np.int32))

    @property
    def is_crew(self) -> bool:
        """Whether behaviour, not wording, makes it a candidate."""
        return not math.isnan(self.alike)


class Tracker:
    """Follows candidates forward in time.

    Attributes:
        past: the earlier exchanges; None without any.
    """

    def __init__(self, frame: Frame, wording: Wording, numbers: Iterator[int], threads: int) -> None:
        self._frame = frame
        self._threads = threads
        self._wording = wording
        self.past = Past.of_history(frame.history, frame, wording) if frame.history is not None else None
        self._first_days = FirstDays(frame, wording)
        self._rooms: queue.SimpleQueue[Scratch] = queue.SimpleQueue()
        for _ in range(threads):
            self._rooms.put(Scratch(wording.value.size, len(frame.accounts)))
        self._tracks = Tracks(numbers)

    def step(self, checkpoint: int, demands: Demands, *, last: bool) -> list[Snapshot]:
        """The candidates that are new or have grown since last reported; at the last checkpoint, all."""
        groups = self._joined(self._told_from_earlier(self._peeled(demands)))
        who = [np.unique(self._frame.account[g.rows]) for g in groups]
        grown = [
            (track, group, accounts)
            for group, accounts, track in zip(groups, who, self._tracks.of(who), strict=True)
            if self._tracks.grown(track, accounts, group.rows.size, last=last)
        ]
        return self._side_by_side(lambda each: self._snapshot(checkpoint, *each), grown)

    def _side_by_side(self, work: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(work, items))

    def _told_from_earlier(self, templates: list[Group]) -> list[Group]:
        """What is new against the history; without one, all, with what the log's own first days say of them."""
        account, accounts = self._frame.account, self._wording.accounts
        if self.past is not None:
            new = self.past.what_is_new(templates, account, accounts)
            return [g for g in new if self._large_enough(g.rows)]
        return self._first_days.dated(templates)

    def _peeled(self, demands: Demands) -> list[Group]:
        here = np.flatnonzero(demands.of >= 0)
        order = here[np.argsort(demands.of[here], kind="stable")]
        ends = np.flatnonzero(np.diff(demands.of[order]) != 0) + 1
        groups = self._side_by_side(lambda rows: self._peel(demands, rows), np.split(order, ends))
        return [group for found in groups for group in found]

    def _peel(self, demands: Demands, rows: Any) -> list[Group]:
        """The groups of one demand that are large enough."""
        if not self._large_enough(rows, 1):
            return []
        w = self._wording
        room = self._rooms.get()
        groups = peel(
            rows,
            demands.weight[rows],
            w.ids,
            w.offsets,
            self._frame.account,
            demands.community,
            int(demands.of[rows[0]]),
            w.weight,
            w.users,
            w.accounts,
            room,
        )
        self._rooms.put(room)
        return [g for g in groups if self._large_enough(g.rows)]

    def _large_enough(self, rows: Any, least: int = LEAST_EXCHANGES) -> bool:
        return rows.size >= least and np.unique(self._frame.account[rows]).size >= LEAST_ACCOUNTS

    def _joined(self, groups: list[Group]) -> list[Group]:
        """Groups whose accounts largely coincide, joined; largest first."""
        if not groups:
            return []
        who = [np.unique(self._frame.account[g.rows]) for g in groups]
        use = incidence(who, int(max(w.max() for w in who)) + 1)
        size = np.array([w.size for w in who])
        both = (use @ use.T).tocoo()
        same = both.data >= MERGE_JACCARD * (size[both.row] + size[both.col] - both.data)
        graph = sparse.coo_matrix((np.ones(same.sum()), (both.row[same], both.col[same])), shape=both.shape)
        count, label = connected_components(graph, directed=False)
        members: list[list[Group]] = [[] for _ in range(count)]
        for group, k in zip(groups, label.tolist(), strict=True):
            members[k].append(group)
        return sorted((_union(m) for m in members), key=lambda g: (-g.rows.size, int(g.rows[0])))

    def _snapshot(self, checkpoint: int, track: int, group: Group, accounts: Any) -> Snapshot:
        since = self._frame.verbatim_from[group.rows]
        own = (since < 0) | (since >= self._wording.row)
        belongs = member_test(self._frame, group, own)
        return Snapshot(
            track,
            checkpoint,
            group.rows,
            accounts,
            self._wording.accounts,
            int(group.core.size),
            group.earlier,
            belongs.members,
            belongs.near,
            belongs.members,
            belongs.members,
            float(np.median(group.weight) / max(float(np.quantile(group.weight, 0.98)), 1e-9)),
            own_topics(self._frame, group.rows, self._wording.value[group.core]),
        )


def _union(groups: list[Group]) -> Group:
    if len(groups) == 1:
        return groups[0]
    rows = np.concatenate([g.rows for g in groups])
    weight = np.concatenate([g.weight for g in groups])
    order = np.argsort(rows, kind="stable")
    core = np.unique(np.concatenate([g.core for g in groups]))
    earlier = float(np.average([g.earlier for g in groups], weights=[g.rows.size for g in groups]))
    veterans = [g.veterans for g in groups if g.veterans is not None]
    known = np.unique(np.concatenate(veterans)) if veterans else None
    return Group(rows[order], weight[order].astype(np.float32), core, 0.0, earlier, known)
