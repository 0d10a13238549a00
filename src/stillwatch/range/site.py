"""Where a world plays: one lab's site, its time, its networks and whose wording is used there."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.infrastructure import Networks
from stillwatch.range.seeding import number
from stillwatch.range.splits import TRAIN

if TYPE_CHECKING:
    from stillwatch.range.plan import Window


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """One lab's site.

    Attributes:
        world: name and seed of the world; labs attacked by the same campaigns have it in common.
        window: the time the world covers.
        lab: which lab, where there are several.
        networks: addresses and payments, the same people's at every lab.
    """

    world: tuple[object, ...]
    window: Window
    networks: Networks
    split: str = TRAIN
    lab: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What everything drawn for this site alone is seeded by."""
        return (*self.world, self.lab) if self.lab else self.world


def site(name: str, seed: int, window: Window, split: str = TRAIN, lab: str = "") -> Site:
    """The site of a named world; the split ``train`` is the one that a bare name and seed stand for."""
    world: tuple[object, ...] = (name, seed) if split == TRAIN else (name, seed, split)
    return Site(world, window, Networks(number(*world, "networks")), split, lab)
