"""Which tracks are one campaign: those that largely have the same members, and crews that stand among each other's.

Tracks are joined the most alike first, and what is joined counts as one with the members of both: a crew that early on
held accounts of two operators is joined with the operator it has more in common with, and joins the two no further.
Pair by pair, each with half of its members in common with the next, it would have made one campaign of both. An account
is of the campaign most of whose tracks hold it, whichever of them raised the alarm.

Confirmed tracks join confirmed ones only: what is merely likely must not swell what has been established.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from stillwatch.detection.deciding.siblings import BY_CALLED, FULL, outside

if TYPE_CHECKING:
    from stillwatch.detection.candidates.snapshots import Snapshot
    from stillwatch.detection.deciding.decide import Judgement

SAME_CAMPAIGN: Final = 0.5
FEW_OF_A_SITE: Final = 0.05
"""Share of a site's accounts up to which two crews that were each called by themselves may be one campaign's: where
they are more, they may have nobody else near."""


def campaigns(
    members: Mapping[int, Any], shown: Mapping[int, Snapshot], judgement: Judgement
) -> list[tuple[list[int], list[int]]]:
    """The tracks of each campaign, with the accounts that were called and are its, sorted.

    Args:
        members: int32 by track: its accounts.
        shown: by track the snapshot that speaks for it.
        judgement: what was decided.
    """
    parts = list(_overlapping(members, judgement))
    home = _homes(parts, members, judgement)
    joins = [*_emptied(parts, home, judgement), *_among_each_other(parts, home, members, shown, judgement)]
    left, right = np.array(joins, dtype=np.int64).reshape(-1, 2).T
    graph = coo_matrix((np.ones(left.size), (left, right)), shape=(len(parts), len(parts)))
    tracks: dict[int, list[int]] = defaultdict(list)
    accounts: dict[int, list[int]] = defaultdict(list)
    of = connected_components(graph, directed=False)[1].tolist() if parts else []
    for part, campaign in zip(parts, of, strict=True):
        tracks[campaign].extend(part)
    for account, place in home.items():
        accounts[of[place]].append(account)
    return [(each, sorted(accounts[campaign])) for campaign, each in tracks.items()]


def _overlapping(members: Mapping[int, Any], judgement: Judgement) -> Iterator[list[int]]:
    """Tracks of one standing joined while the smaller of two has half of its members in common with the other."""
    tracks = {track: [track] for track in sorted(members)}
    accounts = {track: set(members[track].tolist()) for track in tracks}
    holders: dict[tuple[int, bool], set[int]] = defaultdict(set)
    ways: list[tuple[float, int, int, int, int]] = []

    def meet(one: int) -> None:
        sure = one in judgement.confirmed_at
        for other in sorted(set().union(*(holders[account, sure] for account in accounts[one]))):
            smaller = min(len(accounts[one]), len(accounts[other]))
            share = len(accounts[one] & accounts[other]) / smaller
            if share >= SAME_CAMPAIGN:
                heapq.heappush(ways, (-share, other, one, len(accounts[other]), len(accounts[one])))
        for account in accounts[one]:
            holders[account, sure].add(one)

    for track in list(tracks):
        meet(track)
    while ways:
        _, one, other, *sizes = heapq.heappop(ways)
        if not {one, other} <= tracks.keys() or [len(accounts[one]), len(accounts[other])] != sizes:
            continue
        sure = one in judgement.confirmed_at
        for each in (one, other):
            for account in accounts[each]:
                holders[account, sure].discard(each)
        tracks[one] += tracks.pop(other)
        accounts[one] |= accounts.pop(other)
        meet(one)
    yield from tracks.values()


def _homes(parts: list[list[int]], members: Mapping[int, Any], judgement: Judgement) -> dict[int, int]:
    """By called account the place of the part that most of its tracks are of; in doubt that of its alarm's track."""
    where = {track: place for place, part in enumerate(parts) for track in part}
    held: dict[int, Counter[int]] = defaultdict(Counter)
    for track, place in where.items():
        if track in judgement.confirmed_at:
            for account in members[track].tolist():
                held[account][place] += 1
    homes = {}
    for account, alarm in judgement.alarms.items():
        if alarm.track in where:
            raised, votes = where[alarm.track], held[account]
            most = max(votes.values(), default=0)
            homes[account] = raised if votes[raised] == most else min(p for p in votes if votes[p] == most)
    return homes


def _emptied(
    parts: list[list[int]], home: Mapping[int, int], judgement: Judgement
) -> Iterator[tuple[int, int]]:
    """Joins of parts all of whose called accounts are of others."""
    where = {track: place for place, part in enumerate(parts) for track in part}
    gone: dict[int, Counter[int]] = defaultdict(Counter)
    for account, place in home.items():
        gone[where[judgement.alarms[account].track]][place] += 1
    left = set(home.values())
    for place, homes in gone.items():
        if place not in left:
            yield place, homes.most_common(1)[0][0]


def _among_each_other(
    parts: list[list[int]],
    home: Mapping[int, int],
    members: Mapping[int, Any],
    shown: Mapping[int, Snapshot],
    judgement: Judgement,
) -> Iterator[tuple[int, int]]:
    """Joins of parts where a crew stands among the other's called accounts: another batch of one operator's.

    It does if half of the accounts nearest to its members, and outside it, are the other's.
    """
    where = {track: place for place, part in enumerate(parts) for track in part}
    size = [np.unique(np.concatenate([members[track] for track in part])).size for part in parts]
    for track in sorted(judgement.confirmed_at.keys() & where.keys()):
        crew = shown[track]
        around = outside(crew)
        if not around.size:
            continue
        met = Counter(home[account] for account in around.tolist() if account in home)
        said = judgement.decisions[crew.checkpoint, track].said
        for_others = any(reason.detector == BY_CALLED for reason in said)
        for other, links in met.items():
            few = size[where[track]] + size[other] <= FEW_OF_A_SITE * crew.site_accounts
            if links >= FULL * around.size and (for_others or few):
                yield where[track], other
