"""What a world consists of, before anything is drawn."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.campaigns import families

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.range.knobs import Knobs


@dataclasses.dataclass(frozen=True, slots=True)
class WorldSpec:
    """The parts of a world.

    Attributes:
        exchanges: planned exchanges in all.
        days: length of the window.
        campaigns: family and knobs of each.
        shares: archetypes whose share of the accounts differs from their usual one.
    """

    accounts: int
    exchanges: int
    days: int
    campaigns: tuple[tuple[str, Knobs], ...]
    shares: Mapping[str, float] = dataclasses.field(default_factory=dict)


def usual(family: str, size: float = 1.0, **changes: float | str) -> tuple[str, Knobs]:
    """A family with its usual knobs, some changed, its members multiplied by ``size``."""
    knobs = dataclasses.replace(families()[family].DEFAULTS, **changes)  # type: ignore[arg-type] # checked by Knobs
    return family, dataclasses.replace(knobs, accounts=max(3, round(knobs.accounts * size)))
