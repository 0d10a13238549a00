"""Which case a campaign belongs to: by the accounts they have in common, and by nothing that a new look may rename.

Pure: accounts and cases in, a plan out. A campaign and a case are the same thing if half of the smaller one's accounts
are in the other. A case goes on with the campaign that holds most of it; other campaigns that match it have split off.
A campaign goes on in one case; other cases that would go on with it merge into that one.
"""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Mapping, Sequence
from typing import Final

from stillwatch.core.case import CaseState

SAME: Final = 0.5
_SURVIVES: Final = (CaseState.CLAIMED, CaseState.DECIDED, CaseState.OPEN, CaseState.CLOSED)
"""Into which case others merge: work that is going on or was decided is not taken from whoever did it."""
_MERGES: Final = (CaseState.OPEN, CaseState.CLAIMED)


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """A case as far as matching asks: how many accounts it has now, and its state."""

    number: int
    state: CaseState
    accounts: int


@dataclasses.dataclass(frozen=True, slots=True)
class Fate:
    """What is to become of one campaign.

    Attributes:
        case: the case it goes on in; None for a new one.
        split_from: the case it came out of, if it is a new one that did.
        merging: cases to merge into this one.
        akin: cases of the same campaign that were decided or closed on their own, to be left as they are.
    """

    case: int | None
    split_from: int | None
    merging: tuple[int, ...]
    akin: tuple[int, ...]


def fates(
    sizes: Sequence[int],
    common: Mapping[tuple[int, int], int],
    cases: Mapping[int, Standing],
) -> list[Fate]:
    """What is to become of each campaign.

    Args:
        sizes: accounts of each campaign.
        common: by campaign (its place in ``sizes``) and case number, how many accounts they share.
        cases: every case that shares an account with any, by number.

    Returns:
        One fate a campaign, in their order.
    """
    matches: dict[int, dict[int, int]] = collections.defaultdict(dict)  # by case, then campaign
    for (campaign, number), shared in common.items():
        if shared >= SAME * max(1, min(sizes[campaign], cases[number].accounts)):
            matches[number][campaign] = shared
    heirs: dict[int, list[int]] = collections.defaultdict(list)  # by campaign: the cases that go on with it
    for number, found in matches.items():
        heirs[max(found, key=lambda c: (found[c], -c))].append(number)
    return [_fate(k, heirs.get(k, []), matches, cases) for k in range(len(sizes))]


def _fate(
    campaign: int,
    going_on: list[int],
    matches: Mapping[int, Mapping[int, int]],
    cases: Mapping[int, Standing],
) -> Fate:
    if not going_on:
        sources = [number for number, found in matches.items() if campaign in found]
        source = max(sources, key=lambda n: (matches[n][campaign], -n), default=None)
        return Fate(None, source, (), ())
    first, *others = sorted(
        going_on, key=lambda n: (_SURVIVES.index(cases[n].state), -matches[n][campaign], n)
    )
    merging = tuple(n for n in others if cases[n].state in _MERGES)
    return Fate(first, None, merging, tuple(n for n in others if n not in merging))
