"""A world without any attack: what is called an attack in it is a false accusation."""

from __future__ import annotations

from stillwatch.range.spec import WorldSpec

ABOUT = "14 days, 30,000 honest accounts of every archetype, no campaign"


def spec(accounts: int | None, split: str) -> WorldSpec:  # noqa: ARG001 - the contract of worlds
    """Honest people only."""
    wanted = accounts or 30_000
    return WorldSpec(wanted, wanted * 50, 14, ())
