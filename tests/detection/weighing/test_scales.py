from __future__ import annotations

import pytest

from stillwatch.detection.registry import detectors
from stillwatch.detection.weighing.funnel import Funnel
from stillwatch.detection.weighing.scales import Scale, Scorecard, learned, read
from stillwatch.errors import StillwatchError
from stillwatch.range.fitting.scorecard import WIDEST, WIDEST_FOR_INNOCENCE

FILE = """
[known]
base = -10.0
[known.scale.novelty]
low = 0.0
high = 2.0
usual = 0.5
slope = 4.0
[cold]
base = -20.0
[cold.scale]
[crew]
base = -30.0
[cold_crew]
base = -40.0
"""


def test_a_figure_weighs_by_its_distance_from_the_usual_and_no_more_than_at_the_bounds() -> None:
    scale = Scale(low=0.0, high=2.0, usual=0.5, slope=4.0)
    assert [scale.decibans(x, 9) for x in (-9.0, 0.0, 0.5, 1.0, 2.0, 9.0)] == [-2.0, -2.0, 0.0, 2.0, 6.0, 6.0]
    assert scale.bounds == (-2.0, 6.0)
    assert Scale(0.0, 2.0, 0.5, -4.0).bounds == (-6.0, 2.0)


def test_what_made_a_candidate_and_whether_it_is_known_to_be_new_decide_which_scorecard_weighs_it() -> None:
    scales = read(FILE, "here")
    assert scales.of({"novelty": 1.0}) is scales.cards["known"]
    assert scales.of({"coverage": 1.0}) is scales.cards["cold"]
    assert scales.of({"alike_accounts": 1.0, "new_behaviour": 1.0}) is scales.cards["crew"]
    assert scales.of({"alike_accounts": 1.0}) is scales.cards["cold_crew"]
    assert scales.cards["known"].total({"novelty": 1.0, "coverage": 3.0}, 9) == -8.0


def test_with_a_funnel_a_figure_weighs_by_how_far_it_lies_from_what_is_usual_for_so_many_members() -> None:
    funnel = Funnel((1.0, 1.0, 2.0, 2.0, 2.0), (2.0, 1.0, 1.0, 1.0, 0.5), (1.0,) * 5)
    scale = Scale(low=-1.0, high=3.0, usual=0.0, slope=2.0, funnel=funnel)
    assert scale.decibans(3.0, 6) == pytest.approx(2.0)
    assert scale.decibans(3.0, 12) == pytest.approx(4.0)
    assert [scale.decibans(3.0, members) for members in (96, 5000)] == pytest.approx([4.0, 4.0])
    assert scale.decibans(2.0, 48) == 0.0
    assert scale.bounds == (-2.0, 6.0)


def test_a_scale_is_made_again_of_its_line() -> None:
    funnel = Funnel((1.0,) * 5, (2.0, 1.0, 1.0, 1.0, 0.5), (1.0,) * 5)
    for scale in (Scale(0.0, 2.0, 0.5, 4.0), Scale(-1.0, 3.0, 0.0, 2.0, funnel)):
        assert Scale.of(scale.line) == scale
    with pytest.raises(ValueError, match="funnel"):
        Scale.of((0.0, 1.0, 0.5, 2.0, 1.0))


def test_a_detector_that_was_not_fitted_weighs_nothing() -> None:
    assert Scorecard(-10.0, {}).weigh("novelty", 3.0, 9) is None


def test_the_packages_scales_obey_the_detectors() -> None:
    for card in learned().cards.values():
        for name, scale in card.scales.items():
            assert scale.low < scale.high
            assert scale.low <= scale.usual <= scale.high
            assert scale.slope * (1 if detectors()[name].rises else -1) >= 0, name
            least, most = scale.bounds
            product = detectors()[name].aspect == "product"
            assert not product or most <= 0, name
            assert most - least <= (WIDEST_FOR_INNOCENCE if product else WIDEST) + 0.01, name


def test_the_packages_scales_were_fitted_to_the_training_split() -> None:
    assert learned().card["split"] == "train"
    assert learned().card["campaigns"] >= 40


@pytest.mark.parametrize(
    "text", ["", "known = 3", "[known]\nbase = 'x'", "= broken", FILE.replace("low", "lov")]
)
def test_what_are_no_scales_is_said_in_a_sentence(text: str) -> None:
    with pytest.raises(StillwatchError, match="no scales") as caught:
        read(text, "learned.toml")
    assert caught.value.code == "SW-DETECT-10"
