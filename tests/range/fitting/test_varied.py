"""Varied campaigns: of the training split alone, the same for the same seed, and within what their world allows."""

from __future__ import annotations

import dataclasses

import pytest

from stillwatch.range.campaigns import families_of, family
from stillwatch.range.fitting.varied import varied_campaigns
from stillwatch.range.splits import TRAIN
from stillwatch.range.tactics import tactic, tactics
from stillwatch.range.world import make_world

WORLDS = ("standard", "denied", "new-communities")


@pytest.mark.parametrize("world", WORLDS)
def test_only_values_that_the_training_split_uses_are_drawn(world: str) -> None:
    of_families = [dataclasses.asdict(family(name).DEFAULTS) for name in families_of(TRAIN)]
    of_tactics = [each.KNOBS for each in tactics().values() if each.SPLIT == TRAIN]
    usual = {
        field: {each[field] for each in (*of_families, *of_tactics) if field in each}
        for field in ("timing", "infrastructure", "age", "cover", "wording", "place")
    }
    for seed in range(20):
        for plan in varied_campaigns(world, seed, 5_000):
            assert (family(plan.family).SPLIT, tactic(plan.tactic).SPLIT) == (TRAIN, TRAIN)
            assert all(getattr(plan.knobs, field) in values for field, values in usual.items())


def test_the_draw_hangs_on_the_seed_and_on_nothing_else() -> None:
    assert varied_campaigns("standard", 7, 5_000) == varied_campaigns("standard", 7, 5_000)
    assert varied_campaigns("standard", 7, 5_000) != varied_campaigns("standard", 8, 5_000)


def test_every_campaign_is_of_another_family() -> None:
    names = [plan.family for plan in varied_campaigns("standard", 7, 5_000)]
    assert sorted(names) == sorted(families_of(TRAIN))
    assert len(varied_campaigns("new-communities", 7, 5_000)) == 5


def test_easy_fields_that_a_world_denies_stay_denied() -> None:
    for plan in varied_campaigns("denied", 7, 5_000):
        assert (plan.knobs.infrastructure, plan.knobs.age, plan.knobs.place) == ("unique", "aged", "own")


def test_a_world_can_be_made_of_them() -> None:
    plans = varied_campaigns("standard", 2001, 1_200)
    world = make_world("standard", 2001, 1_200, split=TRAIN, campaigns=plans)
    assert len(world.campaigns) == len(plans)
