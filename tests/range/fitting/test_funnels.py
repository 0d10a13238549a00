"""Funnels learned from honest candidates of many sizes."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.detection.weighing.funnel import KNOTS
from stillwatch.range.fitting.example import Example
from stillwatch.range.fitting.funnels import NARROWEST, funnels_of, straight


def communities(number: int, *, campaign: bool = False, away: float = 0.0) -> list[Example]:
    """Honest communities of all sizes, the mean of whose members scatters as chance makes it."""
    rng = np.random.default_rng(7)
    made = []
    for k in range(number):
        members = int(2 ** rng.uniform(2.6, 6.6))
        figure = away + float(rng.standard_normal(members).mean())
        made.append(Example({"mean": figure, "same": 1.0}, campaign, f"{campaign}{k}", "world", "", members))
    return made


def test_few_accounts_scatter_more_widely_than_many() -> None:
    funnel = funnels_of(communities(3_000), ["mean"])["mean"]
    assert list(funnel.above) == sorted(funnel.above, reverse=True)
    assert funnel.above[0] / funnel.above[-1] == pytest.approx((KNOTS[-1] / KNOTS[0]) ** 0.5, rel=0.35)
    assert max(map(abs, funnel.usual)) < 0.1
    assert min(*funnel.above, *funnel.below) >= NARROWEST


def test_what_campaigns_do_is_not_taken_for_usual() -> None:
    honest = communities(500)
    assert funnels_of(honest + communities(500, campaign=True, away=9.0), ["mean"]) == funnels_of(
        honest, ["mean"]
    )


def test_a_community_seen_often_counts_once() -> None:
    honest = communities(400)
    often = honest + [e for e in honest if e.members > 50] * 9
    once, again = (funnels_of(each, ["mean"])["mean"] for each in (honest, often))
    assert once.above == pytest.approx(again.above, rel=0.05)


def test_there_is_none_where_figures_are_the_same_or_hardly_known() -> None:
    assert funnels_of(communities(300), ["same"]) == {}
    assert funnels_of(communities(12), ["mean"]) == {}
    assert funnels_of([], ["mean"]) == {}


def test_figures_without_a_funnel_stay_as_they_are() -> None:
    funnels = funnels_of(communities(300), ["mean"])
    found = straight({"mean": 0.5, "same": 1.0}, 24, funnels)
    assert found["same"] == 1.0
    assert found["mean"] == funnels["mean"].straightened(0.5, 24)
