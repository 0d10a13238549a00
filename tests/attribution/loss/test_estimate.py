from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from tests.attribution.loss.conftest import DAY, TAKEN

from stillwatch.attribution.loss.assumptions import read, shipped
from stillwatch.attribution.loss.drawing import draw
from stillwatch.attribution.loss.estimate import estimate
from stillwatch.attribution.loss.leak_curve import REFERENCE_GPU_HOURS, leaked_share
from stillwatch.attribution.loss.parts.contract import Side, parts


def fixed(tmp_path, **numbers: float):
    """Assumptions of which every one is known."""
    every = {
        "output_tokens_per_exchange": 1000,
        "price_per_million_output_tokens": 10,
        "unpaid_share": 0.5,
        "model_development_cost": 1e8,
        "capability_share": 0.1,
        "copier_gpu_hours": REFERENCE_GPU_HOURS,
        "gpu_hour_price": 2,
        "half_queries": 1000,
        "steepness": 4,
        "compute_exponent": 0.5,
        "reachable_share": 0.8,
        "exposed_revenue": 1e8,
        "switching_share": 0.1,
        "margin": 0.5,
        "months_ahead": 6,
        "analyst_hours_per_campaign": 100,
        "minutes_per_account": 3,
        "analyst_hour_cost": 100,
        "counsel_hours": 10,
        "counsel_hour_cost": 500,
    } | numbers
    path = tmp_path / "fixed.toml"
    path.write_text("".join(f"[{name}]\nlikely = {value}\n" for name, value in every.items()))
    return read(path)


def test_with_known_numbers_every_part_is_what_one_works_out_by_hand(tmp_path):
    taken = dataclasses.replace(TAKEN, exchanges=1000, before_alarm=100, accounts=200, campaigns=2)
    found = estimate(taken, fixed(tmp_path), today=DAY, draws=1000)
    amounts = {each.name: each.amount.median for each in found.parts if each.amount}
    leaked = 0.8 / 2
    assert found.leaked.median == pytest.approx(leaked)
    assert amounts["exchange_value"] == pytest.approx(1000 * 1000 * 10 / 1e6)
    assert amounts["unpaid_use"] == pytest.approx(5)
    assert amounts["replacement_cost"] == pytest.approx(1e8 * 0.1 * leaked - 152 * 2)
    assert amounts["displaced_revenue"] == pytest.approx(1e8 * 0.1 * 0.5 * leaked * 0.5)
    assert amounts["response_cost"] == pytest.approx((200 + 200 * 3 / 60) * 100 + 2 * 10 * 500)
    lab = ("unpaid_use", "displaced_revenue", "response_cost")
    assert found.total.median == pytest.approx(sum(amounts[name] for name in lab))
    assert found.total.low == pytest.approx(found.total.high)
    assert found.leaked_if_stopped.median == pytest.approx(0.8 / (1 + np.exp(4)))
    assert not found.swings, "what is known moves nothing"


def test_the_same_seed_gives_the_same_figures_and_another_one_nearly_the_same(ours):
    first, again = (estimate(TAKEN, read(ours), today=DAY, draws=4000) for _ in range(2))
    assert first == again
    other = estimate(TAKEN, read(ours), today=DAY, draws=4000, seed=7)
    assert other.total != first.total
    assert other.total.median == pytest.approx(first.total.median, rel=0.1)


def test_the_interval_holds_the_middle_and_stopping_early_costs_less(found):
    for each in found.parts:
        assert each.amount.low <= each.amount.median <= each.amount.high
        assert each.if_stopped.median <= each.amount.median
    assert found.total_if_stopped.median < found.total.median
    assert found.leaked_if_stopped.median < found.leaked.median


def test_what_has_no_numbers_is_not_estimated_and_says_what_it_needs():
    found = estimate(TAKEN, shipped(), today=DAY, draws=1000)
    displaced = next(each for each in found.parts if each.name == "displaced_revenue")
    assert (displaced.amount, displaced.missing) == (None, ("exposed_revenue",))
    others = sum(e.amount.mean for e in found.parts if e.side is Side.LAB and e.amount)
    assert found.total.mean == pytest.approx(others), (
        "the total is of what is left, never of a zero in its place"
    )


def test_without_a_first_alarm_nothing_is_said_about_stopping():
    found = estimate(dataclasses.replace(TAKEN, before_alarm=None), shipped(), today=DAY, draws=1000)
    assert found.total_if_stopped is None
    assert all(each.if_stopped is None for each in found.parts)


def test_the_tornado_is_sorted_and_spans_the_middle(found):
    widths = [each.width for each in found.swings]
    assert widths == sorted(widths, reverse=True)
    assert found.swings[0].name == "switching_share"
    for each in found.swings:
        assert min(each.at_low, each.at_high) <= found.middle <= max(each.at_low, each.at_high)


def test_the_lost_hours_of_a_copier_are_no_cost_of_the_lab(found):
    lab = {each.name for each in parts().values() if each.side is Side.LAB}
    assert lab == {"displaced_revenue", "response_cost", "unpaid_use"}
    assert found.total.median < sum(each.amount.high for each in found.parts if each.side is Side.LAB)


def test_the_curve_rises_with_answers_and_with_compute_and_stays_a_share():
    drawn = draw(shipped(), 500, 1)
    answers = [1, 10, 100, 1_000, 10_000, 100_000, 10_000_000]
    shares = [leaked_share(drawn, each, 152.0) for each in answers]
    assert all(np.all(later >= sooner) for sooner, later in itertools.pairwise(shares))
    assert all(np.all((each >= 0) & (each <= 1)) for each in shares)
    assert np.all(leaked_share(drawn, 1000, 2000.0) >= leaked_share(drawn, 1000, 10.0))
    assert np.all(leaked_share(drawn, 0, 152.0) == 0)


def test_the_curve_agrees_with_what_was_measured_on_addition(tmp_path):
    drawn = draw(fixed(tmp_path, half_queries=330, steepness=7.4, reachable_share=1), 1, 1)
    for answers, measured in ((100, 0.028), (300, 0.418), (1_000, 0.98), (3_000, 0.997)):
        assert leaked_share(drawn, answers, REFERENCE_GPU_HOURS)[0] == pytest.approx(measured, abs=0.02)
