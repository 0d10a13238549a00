"""How much of the teacher's capability a campaign's student has, with Stillwatch enforcing and without."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.attribution_lab.campaigns import questions_of, served
from benchmarks.attribution_lab.enforcing import ACCOUNTS, EVERY_HOURS, Harvest, harvest, site
from benchmarks.attribution_lab.recipes import Part, digest_of, tuned
from benchmarks.attribution_lab.telling import told_by_all
from benchmarks.attribution_lab.training import KEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.attribution_lab.campaigns import Serving
    from benchmarks.attribution_lab.recipes import Recipe
    from benchmarks.attribution_lab.telling import Questions
    from benchmarks.attribution_lab.world import World
    from stillwatch.attribution.canaries.canary import Canary

WORLDS: Final = (21, 22, 23)
"""Seeds of the live worlds, drawn once, none left out afterwards."""
_LEAST_ROWS: Final = 8


Harvests = Mapping[tuple[int, bool], Harvest]
"""What campaigns got, by seed of the world and whether it was enforced."""


def harvested(
    world: World, teacher: Recipe, canaries: Sequence[Canary], serving: Serving
) -> dict[tuple[int, bool], Harvest]:
    """Campaigns of live worlds through the gateway, each twice; from disk where it was done before."""
    found = {}
    for seed in WORLDS:
        questions = questions_of(world, canaries, 6_000, 60 + seed)
        for enforced in (False, True):
            state = "enforced" if enforced else "unwatched"
            made_of = f"{teacher.digest}-{digest_of(questions)}-{ACCOUNTS}-{EVERY_HOURS:g}"
            place = KEPT / "harvested" / f"{made_of}-{seed}-{state}.npz"
            if not place.exists():
                with served(serving) as address, site(address) as running:
                    got = harvest(running, seed, questions, enforced=enforced)
                place.parent.mkdir(parents=True, exist_ok=True)
                counts = np.asarray([got.accounts, got.blocked, got.honest_blocked, got.refused])
                np.savez(place, rows=got.rows, counts=counts)
            kept = np.load(place)
            found[seed, enforced] = Harvest(kept["rows"], *(int(each) for each in kept["counts"]))
    return found


def enforcement(got: Harvests, bases: Sequence[Recipe], questions: Questions, steps: int) -> dict[str, Any]:
    """Students of what campaigns got, at equal compute.

    Args:
        got: see ``harvested``.
        bases: that students begin as.
        questions: that students are asked.
        steps: of their training.
    """
    recipes = {}
    for (seed, enforced), each in got.items():
        if len(each.rows) >= _LEAST_ROWS:
            name = f"world-{seed}-{'enforced' if enforced else 'unwatched'}"
            parts = [Part(each.rows, 1.0)]
            recipes[seed, enforced] = tuned(name, bases[seed % len(bases)], 7_000 + seed, steps, parts)
    told = told_by_all(recipes.values(), questions, "students of live worlds")
    able = {place: told[recipe.name].capability for place, recipe in recipes.items()}
    with_it = [able.get((seed, True), 0.0) for seed in WORLDS]
    without = [able.get((seed, False), 0.0) for seed in WORLDS]
    return {
        "worlds": len(WORLDS),
        "collected_unwatched": statistics.mean(len(got[seed, False].rows) for seed in WORLDS),
        "collected_enforced": statistics.mean(len(got[seed, True].rows) for seed in WORLDS),
        "worlds_with_blocks": sum(got[seed, True].blocked > 0 for seed in WORLDS),
        "members_blocked": sum(got[seed, True].blocked for seed in WORLDS),
        "members": sum(got[seed, True].accounts for seed in WORLDS),
        "honest_blocked": sum(got[seed, True].honest_blocked for seed in WORLDS),
        "capability_unwatched": statistics.mean(without),
        "capability_enforced": statistics.mean(with_it),
        "capability_ratio": statistics.mean(with_it) / max(statistics.mean(without), 1e-9),
        "capability_ratio_worst": max(
            one / max(other, 1e-9) for one, other in zip(with_it, without, strict=True)
        ),
    }
