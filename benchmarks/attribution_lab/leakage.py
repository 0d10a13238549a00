"""How much of the teacher's capability a campaign's student has, with Stillwatch enforcing and without."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.attribution_lab.campaigns import questions_of, served
from benchmarks.attribution_lab.enforcing import Harvest, harvest
from benchmarks.attribution_lab.recipes import Part, tuned
from benchmarks.attribution_lab.telling import told_by_all
from benchmarks.attribution_lab.training import KEPT

if TYPE_CHECKING:
    from benchmarks.attribution_lab.experiment import Experiment

WORLDS: Final = (21, 22, 23)
"""Seeds of the live worlds, drawn once, none left out afterwards."""
_LEAST_ROWS: Final = 8


def enforcement(run: Experiment) -> dict[str, Any]:
    """Campaigns of live worlds through the gateway, each twice; students of what they got, at equal compute."""
    got = {(seed, enforced): _harvested(run, seed, enforced) for seed in WORLDS for enforced in (False, True)}
    recipes = {}
    for (seed, enforced), harvested in got.items():
        if len(harvested.rows) >= _LEAST_ROWS:
            name = f"world-{seed}-{'enforced' if enforced else 'unwatched'}"
            parts = [Part(harvested.rows, 1.0)]
            recipes[seed, enforced] = tuned(
                name, run.bases[seed % len(run.bases)], 7_000 + seed, run.scale.tune_steps, parts
            )
    told = told_by_all(recipes.values(), run.questions, "students of live worlds")
    able = {place: told[recipe.name].capability for place, recipe in recipes.items()}
    with_it = [able.get((seed, True), 0.0) for seed in WORLDS]
    without = [able.get((seed, False), 0.0) for seed in WORLDS]
    return {
        "worlds": len(WORLDS),
        "collected_unwatched": statistics.mean(len(got[seed, False].rows) for seed in WORLDS),
        "collected_enforced": statistics.mean(len(got[seed, True].rows) for seed in WORLDS),
        "campaigns_stopped": sum(got[seed, True].blocked > 0 for seed in WORLDS),
        "honest_blocked": sum(got[seed, True].honest_blocked for seed in WORLDS),
        "capability_unwatched": statistics.mean(without),
        "capability_enforced": statistics.mean(with_it),
        "capability_ratio": statistics.mean(with_it) / max(statistics.mean(without), 1e-9),
        "capability_ratio_worst": max(
            one / max(other, 1e-9) for one, other in zip(with_it, without, strict=True)
        ),
    }


def _harvested(run: Experiment, seed: int, enforced: bool) -> Harvest:
    """From disk where it was done before."""
    place = KEPT / "harvested" / f"{run.teacher.digest}-{seed}-{'enforced' if enforced else 'unwatched'}.npz"
    if not place.exists():
        questions = questions_of(run.world, run.canaries, 6_000, 60 + seed)
        with served(run.serving()) as running:
            harvested = harvest(running, seed, questions, enforced=enforced)
        place.parent.mkdir(parents=True, exist_ok=True)
        counts = [harvested.accounts, harvested.blocked, harvested.honest_blocked, harvested.refused]
        np.savez(place, rows=harvested.rows, counts=np.asarray(counts))
    kept = np.load(place)
    return Harvest(kept["rows"], *(int(each) for each in kept["counts"]))
