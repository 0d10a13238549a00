import pytest

from stillwatch.range.world import make_world
from stillwatch.range.worlds import worlds


@pytest.mark.parametrize("name", sorted(worlds()))
def test_every_world_can_be_made_small(name):
    world = make_world(name, 1, accounts=1200)
    assert len(world) == pytest.approx(1200 * 51, rel=0.15)
    assert len(world.truth) == pytest.approx(1200, rel=0.05)
    assert next(iter(world.exchanges()))["messages"]


def test_the_benign_world_accuses_nobody():
    world = make_world("benign", 1, accounts=1000)
    assert {truth.label for truth in world.truth.values()} == {"benign"}


def test_the_standard_world_has_every_family():
    families = {campaign["family"] for campaign in make_world("standard", 1, accounts=1500).campaigns}
    assert len(families) >= 12
