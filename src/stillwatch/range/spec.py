"""What a world consists of, before anything is drawn."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.errors import StillwatchError
from stillwatch.range.campaigns import families_of, family
from stillwatch.range.knobs import Knobs, changed
from stillwatch.range.tactics import MIXED, tactic, tactics_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclasses.dataclass(frozen=True, slots=True)
class Planned:
    """A campaign to be run."""

    family: str
    tactic: str
    knobs: Knobs


@dataclasses.dataclass(frozen=True, slots=True)
class WorldSpec:
    """The parts of a world.

    Attributes:
        exchanges: planned exchanges in all.
        days: length of the window.
        campaigns: what is run in it.
        shares: archetypes whose share of the accounts differs from their usual one.
        labs: names of the sites, where the same campaigns attack several.
        opening: the site opens with the window: everybody is new and there is no time before.
    """

    accounts: int
    exchanges: int
    days: int
    campaigns: tuple[Planned, ...]
    shares: Mapping[str, float] = dataclasses.field(default_factory=dict)
    labs: tuple[str, ...] = ()
    opening: bool = False


def planned(name: str, split: str, hidden: str | None = None, **changes: float | str) -> Planned:
    """A campaign of a family, hidden by a tactic, with some knobs changed.

    Without ``hidden`` it is the family's own tactic, else the first of the split that neither shows
    everything nor hides everything.

    Raises:
        StillwatchError: unknown family, tactic or value; or one that belongs to another split.
    """
    chosen = family(name)
    hidden = hidden or getattr(chosen, "TACTIC", None) or tactics_of(split, MIXED)[0]
    for kind, each, its in (("family", name, chosen.SPLIT), ("tactic", hidden, tactic(hidden).SPLIT)):
        if its != split:
            raise StillwatchError(
                f"the {kind} '{each}' occurs in the split {its} only, not in {split}",
                code="SW-RANGE-25",
                where=each,
                hint=f"make the world with --split {its}, or choose another {kind}",
            )
    return Planned(name, hidden, changed(chosen.DEFAULTS, {**tactic(hidden).KNOBS, **changes}))


def sized(plan: Planned, size: float) -> Planned:
    """The same campaign with its members multiplied."""
    accounts = max(3, round(plan.knobs.accounts * size))
    return dataclasses.replace(plan, knobs=changed(plan.knobs, {"accounts": accounts}))


def one_of_each(split: str, levels: Sequence[str], size: float) -> list[Planned]:
    """A campaign of every family of a split; its tactics of the given levels take turns.

    A family that has a tactic of its own keeps it.
    """
    found = []
    for index, name in enumerate(families_of(split)):
        turn, level = divmod(index, len(levels))
        choice = tactics_of(split, levels[level])
        own: str | None = getattr(family(name), "TACTIC", None)
        if own is None:
            # tactics meant for one family alone are passed over where there is another choice
            free = [each for each in choice if each not in _reserved(split)] or list(choice)
            own = free[(turn + level) % len(free)]
        found.append(sized(planned(name, split, own), size))
    return found


def _reserved(split: str) -> set[str]:
    return {own for name in families_of(split) if (own := getattr(family(name), "TACTIC", None))}
