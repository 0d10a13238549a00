from __future__ import annotations

import dataclasses
import tomllib

import numpy as np
import pytest

from stillwatch.detection.weighing import scales
from stillwatch.errors import StillwatchError
from stillwatch.range.fitting.card import ablation, held_back, shaped_at_will, written
from stillwatch.range.fitting.example import Example
from stillwatch.range.fitting.scorecard import MOST_ACQUITTAL, fit, fit_all, group_weights

RISES = {"novelty": True, "even_load": False, "noise": True, "backwards": True}


def examples(count: int = 400, *, seed: int = 3, cold: bool = False) -> list[Example]:
    """Candidates of four worlds: novelty and even loads tell, noise does not, and one speaks the other way round."""
    rng = np.random.default_rng(seed)
    out = []
    for k in range(count):
        campaign = k % 2 == 0
        figures = {
            "novelty": rng.normal(2.0 if campaign else 0.0),
            "even_load": rng.normal(0.5 if campaign else 1.5),
            "noise": rng.normal(),
            "backwards": rng.normal(-1.0 if campaign else 1.0),
        }
        if cold:
            del figures["novelty"]
        out.append(Example(figures, campaign, f"group-{k % 40}", f"world-{k % 4 // 2}", f"tactic-{k % 6}", 9))
    return out


def test_what_tells_weighs_what_does_not_weighs_little_and_nothing_is_turned_round() -> None:
    card = fit(examples(), RISES, ridge=0.1)
    width = {name: scale.bounds[1] - scale.bounds[0] for name, scale in card.scales.items()}
    assert card.scales["novelty"].slope > 0
    assert card.scales["even_load"].slope < 0
    assert width["noise"] < 0.25 * width["novelty"]
    assert card.scales["backwards"].slope == 0


def test_totals_tell_campaigns_of_another_sample_apart() -> None:
    card = fit(examples(), RISES, ridge=0.1)
    others = examples(seed=8)
    totals = np.array([card.total(e.figures, e.members) for e in others])
    campaign = np.array([e.campaign for e in others])
    assert np.median(totals[campaign]) > 2.5
    assert np.median(totals[~campaign]) < -2.5


def test_a_missing_figure_weighs_nothing() -> None:
    card = fit(examples(), RISES, ridge=0.1)
    usual = card.scales["novelty"].usual
    rest = {"even_load": 1.0, "noise": 0.0}
    assert card.total(rest, 20) == pytest.approx(card.total({**rest, "novelty": usual}, 20))


def test_a_group_seen_often_weighs_no_more_than_one_seen_once() -> None:
    often = [Example({}, campaign=True, group="a", world="w", tactic="t", members=9)] * 30
    once = [Example({}, campaign=True, group="b", world="w", tactic="t", members=9)]
    honest = [Example({}, campaign=False, group="c", world="w", tactic="t", members=9)] * 5
    weight = group_weights([*often, *once, *honest])
    assert weight[:30].sum() == pytest.approx(weight[30])
    assert weight[:31].sum() == pytest.approx(weight[31:].sum())


def test_too_few_examples_are_answered_in_a_sentence() -> None:
    with pytest.raises(StillwatchError, match="too few to fit"):
        fit(examples(10), RISES, ridge=0.1)


def test_what_is_written_is_what_is_read() -> None:
    both = examples() + examples(cold=True)
    fitted = fit_all(both, RISES, ridge=0.1)
    text = written(fitted, {"split": "train", "lessons": ["a-1-2"], "campaigns": 3, **held_back(both, RISES)})
    again = scales.read(text, "there")
    figures = both[0].figures
    assert again.cards["known"].total(figures, 20) == pytest.approx(
        fitted.cards["known"].total(figures, 20), abs=0.01
    )
    assert "novelty" not in again.cards["cold"].scales
    assert tomllib.loads(text)["card"]["known_unseen_world"]["auroc"] > 0.9


def test_leaving_out_what_tells_costs_and_leaving_out_noise_does_not() -> None:
    both = examples() + examples(cold=True)
    whole = held_back(both, RISES)["known_unseen_world"]["auroc"]
    without = ablation(both, RISES)["without_known"]
    assert without["novelty"] < whole - 0.02
    assert without["noise"] == pytest.approx(whole, abs=0.01)


@pytest.mark.parametrize(("name", "speaks"), [("novelty", -1.0), ("even_load", 2.0)])
def test_a_detector_of_innocence_never_speaks_for_a_campaign(name: str, speaks: float) -> None:
    card = fit(examples(), RISES, ridge=0.1, innocence=frozenset({name}))
    least, most = card.scales[name].bounds
    assert most == 0
    assert least < -1
    assert (card.weigh(name, speaks, 20) or 0.0) < 0
    assert card.weigh(name, -9.0 if speaks > 0 else 9.0, 20) == 0


def test_what_an_attacker_shapes_at_will_hardly_acquits_a_crew_and_accuses_as_before() -> None:
    seen = [
        dataclasses.replace(e, figures={**e.figures, scales.TELLS_A_CREW: 1.0}) for e in examples(cold=True)
    ]
    seen += examples() + examples(cold=True)
    free = fit_all(seen, RISES, ridge=0.1).cards["cold_crew"]
    drawn = fit_all(seen, RISES, ridge=0.1, shaped=frozenset({"even_load"})).cards["cold_crew"]
    assert free.scales["even_load"].bounds[0] < -MOST_ACQUITTAL - 1
    assert drawn.scales["even_load"].bounds == pytest.approx(
        (-MOST_ACQUITTAL, free.scales["even_load"].bounds[1])
    )
    assert drawn.weigh("even_load", 1.0, 20) == pytest.approx(free.weigh("even_load", 1.0, 20))


def test_figures_are_straightened_by_size_only_where_nothing_tells_what_is_new() -> None:
    cards = fit_all(examples() + examples(cold=True), RISES, ridge=0.1).cards
    assert not any(scale.funnel for scale in cards["known"].scales.values())
    assert all(scale.funnel for scale in cards["cold"].scales.values())


def test_of_the_products_own_detectors_those_that_are_cheap_to_shape_acquit_a_crew_little() -> None:
    for kind in ("crew", "cold_crew"):
        card = scales.learned().cards[kind]
        for name in shaped_at_will() & card.scales.keys():
            assert card.scales[name].bounds[0] >= -MOST_ACQUITTAL - 0.01, (kind, name)
    assert "no_follow_up" in shaped_at_will()
