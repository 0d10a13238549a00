"""Crews beside what was called: whoever hires accounts in several batches has several crews that behave alike.

A campaign falls into crews where its accounts came at different times or send different amounts. One of them being
called says of another that it is the same campaign's, if those who behave most like its members, but are none of them,
are mostly accounts that were called. Over thirteen worlds of the range and composed logs that held of a quarter of the
attackers' crews that were not called yet (share of 0.4 or more, 232 of 886 looks), and of 5 of 10 480 looks at honest
ones. It is asked member by member, too: who stands among honest accounts is not called with the others.

So do members of a candidate that were called for another one: two views, or two wordings, meet in one operator's
accounts. Over six worlds of the range a tenth of the members or more had been called so in 233 of 470 looks at
attackers' candidates that lay between -5 and 3 decibans, and in 9 of 10,066 at honest ones.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.core.verdict import Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from stillwatch.detection.candidates.snapshots import Snapshot

SAYS: Final = 12.0  # decibans at most
FROM: Final = 0.3  # share of the nearest outside a crew that were called, from which on it speaks
FULL: Final = 0.5  # share at which it says all it can
LEAST_MET: Final = 5  # different called accounts that its members have to stand by
MEMBER: Final = 0.3  # how often who stands where a member does is among called accounts, for it to be called
UNSURE_MEMBER: Final = 0.7  # the same where a crew is likelier honest than not by itself
WITHIN_SAYS: Final = 4.0  # decibans at most, for members that were called for another candidate
WITHIN_FROM: Final = 0.1  # share of the members from which on they speak
WITHIN_FULL: Final = 0.35  # share at which they say all they can
LEAST_WITHIN: Final = 3
_STEPS: Final = 100
BY_CALLED: Final[str] = "called_beside"
_BY_WITHIN: Final = "called_within"


@dataclasses.dataclass(frozen=True, slots=True)
class Waiting:
    """A crew that was not called by itself.

    Attributes:
        crew: as known now.
        total: decibans by what the site saw itself.
        callable: int32: members that may be called.
        told: whether earlier traffic tells what is new.
    """

    crew: Snapshot
    total: float
    callable: Any
    told: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Called:
    """A crew that is called for those beside it: how many decibans that is, and which accounts (int32)."""

    crew: Snapshot
    reason: Reason
    accounts: Any


def beside_called(
    waiting: list[Waiting], called: Collection[int], enough: float, least: int
) -> Iterator[Called]:
    """Crews that suffice with those beside them, one after the other: each may speak about the next.

    Args:
        waiting: crews of this checkpoint.
        called: account numbers; whoever takes what is found adds to them before asking for more.
        enough: decibans that suffice.
        least: accounts that have to be called at once.
    """
    able = [each for each in waiting if _may_be(each, enough) and each.callable.size >= least]
    left = sorted(able, key=lambda each: -each.total)
    found = True
    while found:
        found = False
        for each in tuple(left):
            share, accounts = _told(each, np.fromiter(called, dtype=np.int32, count=len(called)))
            decibans = round(SAYS * min(max((share - FROM) / (FULL - FROM), 0.0), 1.0), 1)
            if decibans > 0.0 and each.total + decibans >= enough and accounts.size >= least:
                beside = (
                    f"{100 * share:.0f} % of the accounts that behave most like its own, and are none of it,"
                )
                left.remove(each)
                found = True
                yield Called(each.crew, Reason(BY_CALLED, decibans, f"{beside} were called"), accounts)


def called_within(candidate: Snapshot, called: Mapping[int, int]) -> tuple[Reason, ...]:
    """What members say that were called for another candidate; empty where they are few.

    Args:
        candidate: a crew or a candidate by wording.
        called: by account number the track for which it was called, by what the site saw itself.
    """
    met = sum(called.get(member, candidate.track) != candidate.track for member in candidate.members.tolist())
    if met < LEAST_WITHIN or met <= WITHIN_FROM * candidate.members.size:
        return ()
    share = met / candidate.members.size
    decibans = WITHIN_SAYS * min((share - WITHIN_FROM) / (WITHIN_FULL - WITHIN_FROM), 1.0)
    sentence = f"{met} of its {candidate.members.size} accounts were called for another candidate"
    return (Reason(_BY_WITHIN, round(decibans, 1), sentence),)


def _may_be(waiting: Waiting, enough: float) -> bool:
    """Whether what stands beside it can suffice; of a crew that looks honest only where earlier traffic tells of news.

    Without any, whoever works much and steadily stands among those that were called: a reseller's customers did.
    """
    return (waiting.told or waiting.total >= 0.0) and waiting.total + SAYS >= enough


def outside(crew: Snapshot) -> Any:
    """int32: the accounts nearest to a crew's members that are none of it, once for each member; -1: none of now."""
    return crew.nearest[~np.isin(crew.nearest, np.union1d(crew.members, crew.near))]


def _told(waiting: Waiting, called: Any) -> tuple[float, Any]:
    """Which share of those beside a crew was called, and which of its accounts that may be called that is about."""
    crew = waiting.crew
    if not crew.nearest.size:
        return 0.0, waiting.callable[:0]
    nearest = crew.nearest.reshape(crew.members.size, -1)
    beyond = ~np.isin(nearest, np.union1d(crew.members, crew.near))
    met = np.isin(nearest, called) & beyond
    if not beyond.any() or np.unique(nearest[met]).size < LEAST_MET:
        return 0.0, waiting.callable[:0]
    needed = MEMBER if waiting.total >= 0.0 else UNSURE_MEMBER
    own = _among_called(crew.members, nearest, met, beyond) >= needed
    return float(met.sum() / beyond.sum()), waiting.callable[np.isin(waiting.callable, crew.members[own])]


def _among_called(members: Any, nearest: Any, met: Any, beyond: Any) -> Any:
    """float64 (members): how often a walk from each to one of its nearest, and on, leaves for a called account.

    Somebody deep inside a crew has few outside it and is told by those that it stands among: the harmonic function on
    the graph of the nearest (Zhu, Ghahramani and Lafferty 2003).

    Args:
        members: int32 (members), sorted: account numbers.
        nearest: int32 (members, nearest).
        met: bool of that shape: called, and outside the crew.
        beyond: bool of that shape: outside the crew.
    """
    place = np.searchsorted(members, nearest).clip(max=members.size - 1)
    inside = (members[place] == nearest) & ~beyond
    steps = np.maximum(inside.sum(axis=1) + beyond.sum(axis=1), 1)
    found = np.full(members.size, met.sum() / beyond.sum())
    for _ in range(_STEPS):
        found = ((found[place] * inside).sum(axis=1) + met.sum(axis=1)) / steps
    return found
