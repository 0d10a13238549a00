"""How much of the teacher's capability a campaign's student has, with Stillwatch enforcing and without.

Two questions are kept apart. How many answers get out is what enforcement decides. How much a copier makes of them
depends on the capability and on the compute: a small one is learnt from few answers, and then stopping a campaign
late helps little. So capability is told for all of the dictionary and for the half of it that is seldom asked for,
and for students at two levels of compute, the same for both sides.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.attribution_lab.answering import known_words
from benchmarks.attribution_lab.campaigns import questions_of, served
from benchmarks.attribution_lab.enforcing import (
    ACCOUNTS,
    AS_DISCLOSED,
    AS_DRAWN,
    EVERY_HOURS,
    Harvest,
    Scenario,
    harvest,
    site,
)
from benchmarks.attribution_lab.recipes import Part, digest_of, tuned
from benchmarks.attribution_lab.training import KEPT, model_of, train_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.attribution_lab.campaigns import Serving
    from benchmarks.attribution_lab.populations import Scale
    from benchmarks.attribution_lab.recipes import Recipe
    from benchmarks.attribution_lab.world import World
    from stillwatch.attribution.canaries.canary import Canary

QUESTIONS: Final = 10_000
"""The most that a copier asks the teacher: as many as the largest students had."""
AMPLE: Final = 3
"""Times the usual steps, so that whoever has more answers can make something of them."""
_LEAST_ROWS: Final = 8
_SEED: Final = 1

Place = tuple[str, int, bool]
"""Scenario, seed of the world, whether it was enforced."""
Harvests = Mapping[Place, Harvest]


def harvested(
    world: World, teacher: Recipe, canaries: Sequence[Canary], serving: Serving, scale: Scale
) -> dict[Place, Harvest]:
    """Campaigns of live worlds through the gateway, each twice; from disk where it was done before."""
    found = {}
    for scenario, seed in _worlds(scale):
        questions = questions_of(world, canaries, QUESTIONS, 60 + seed)
        for enforced in (False, True):
            state = "enforced" if enforced else "unwatched"
            made_of = f"{teacher.digest}-{digest_of(questions)}-{ACCOUNTS}-{EVERY_HOURS:g}"
            place = KEPT / "harvested" / f"{made_of}-{seed}-{scenario.name}-{state}.npz"
            if not place.exists():
                with served(serving) as address, site(address) as running:
                    got = harvest(running, seed, questions, scenario, enforced=enforced)
                place.parent.mkdir(parents=True, exist_ok=True)
                counts = [got.accounts, got.blocked, got.honest_blocked, got.refused, got.wanted]
                np.savez(place, rows=got.rows, counts=np.asarray(counts))
            kept = np.load(place)
            found[scenario.name, seed, enforced] = Harvest(
                kept["rows"], *(int(each) for each in kept["counts"])
            )
    return found


def enforcement(got: Harvests, bases: Sequence[Recipe], world: World, steps: int) -> dict[str, Any]:
    """Students of what campaigns got, at equal compute.

    Args:
        got: see ``harvested``.
        bases: that students begin as.
        world: whose dictionary they are examined in.
        steps: of their training; ``AMPLE`` times as many for the second level of compute.
    """
    figures: dict[str, Any] = {}
    for scenario in (AS_DRAWN, AS_DISCLOSED):
        some = {place[1:]: each for place, each in got.items() if place[0] == scenario.name}
        if some:
            figures |= _counts(scenario.name, some)
            figures |= _capabilities(scenario.name, some, bases, world, steps)
    return figures


def _worlds(scale: Scale) -> Iterator[tuple[Scenario, int]]:
    """Every world as it was drawn; if asked for, the first also with accounts that want as much as disclosed ones."""
    for seed in scale.worlds:
        yield AS_DRAWN, seed
    for seed in scale.worlds[:1] if os.environ.get("BENCH_DISCLOSED") == "1" else ():
        yield AS_DISCLOSED, seed


def _counts(name: str, got: Mapping[tuple[int, bool], Harvest]) -> dict[str, Any]:
    watched = [each for (_, enforced), each in got.items() if enforced]
    unwatched = [each for (_, enforced), each in got.items() if not enforced]
    figures = {
        "worlds": len(watched),
        "leaked_unwatched": statistics.mean(each.leaked for each in unwatched),
        "leaked_enforced": statistics.mean(each.leaked for each in watched),
        "leaked_ratio": sum(each.leaked for each in watched) / sum(each.leaked for each in unwatched),
        "worlds_with_blocks": sum(each.blocked > 0 for each in watched),
        "members_blocked": sum(each.blocked for each in watched),
        "members": sum(each.accounts for each in watched),
        "honest_blocked": sum(each.honest_blocked for each in watched),
    }
    return {f"{name}_{key}": value for key, value in figures.items()}


def _capabilities(
    name: str, got: Mapping[tuple[int, bool], Harvest], bases: Sequence[Recipe], world: World, steps: int
) -> dict[str, Any]:
    figures = {}
    seeds = sorted({seed for seed, _ in got})
    seldom = np.zeros(len(world.asked), bool)
    seldom[len(seldom) // 2 :] = True
    for times, level in ((1, ""), (AMPLE, "_ample")):
        recipes = {
            (seed, enforced): tuned(
                f"{name}-{seed}-{enforced}{level}",
                bases[seed % len(bases)],
                7_000 + seed,
                times * steps,
                [Part(each.rows, 1.0)],
            )
            for (seed, enforced), each in got.items()
            if len(each.rows) >= _LEAST_ROWS
        }
        train_all(recipes.values(), f"students of live worlds, {name}{level}")
        known = {place: known_words(model_of(recipe), world, _SEED) for place, recipe in recipes.items()}
        for part, words in (("", slice(None)), ("_seldom", seldom)):
            able = {place: float(each[words].mean()) for place, each in known.items()}
            with_it, without = ([able.get((seed, state), 0.0) for seed in seeds] for state in (True, False))
            begins = f"{name}_capability{part}{level}"
            figures[f"{begins}_unwatched"] = statistics.mean(without)
            figures[f"{begins}_enforced"] = statistics.mean(with_it)
            figures[f"{begins}_ratio"] = statistics.mean(with_it) / max(statistics.mean(without), 1e-9)
    return figures
