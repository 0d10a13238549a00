"""What a reporter's word weighs: what became of what it said before, by this lab's own finding."""

from __future__ import annotations

import dataclasses

import pytest
from tests.storage.received.test_store import received

from stillwatch.core.indicator import Marking, Sighting, SightingKind
from stillwatch.sharing.client.weights import weights

WEEK = "2026-11-23"


def own(number: int, kind: SightingKind) -> Sighting:
    return Sighting(f"sighting--{number}", f"indicator--{number}", kind, WEEK, None, Marking.AMBER)


def reported(count: int, reporter: str = "identity--a", **more):
    return [
        received(indicator_id=f"indicator--{k}", value=f"AS{k}", reporter=reporter, **more)
        for k in range(count)
    ]


def test_of_whom_nothing_is_known_half_is_believed():
    assert weights(reported(2), (), WEEK) == {"indicator--0": 0.5, "indicator--1": 0.5}


def test_being_right_raises_it_and_being_wrong_lowers_it():
    right = weights(reported(5), [own(k, SightingKind.SEEN) for k in range(3)], WEEK)
    wrong = weights(reported(5), [own(k, SightingKind.FALSE_POSITIVE) for k in range(3)], WEEK)
    assert wrong["indicator--4"] < 0.5 < right["indicator--4"]
    assert wrong["indicator--0"] == 0.0, "what was found wrong here weighs nothing here"


def test_taking_back_counts_as_having_been_wrong_and_weighs_nothing():
    taken_back = [received(indicator_id="indicator--9", value="AS9", revoked=True)]
    found = weights([*reported(1), *taken_back], (), WEEK)
    assert found["indicator--9"] == 0.0
    assert found["indicator--0"] < 0.5


def test_an_indicator_that_has_expired_says_nothing_about_its_reporter():
    assert weights(reported(2), [own(0, SightingKind.EXPIRED)], WEEK)["indicator--1"] == 0.5


def test_a_report_that_names_no_detector_counts_a_quarter():
    unnamed = [
        dataclasses.replace(each, indicator=dataclasses.replace(each.indicator, detectors=()))
        for each in reported(1)
    ]
    assert weights(unnamed, (), WEEK) == {"indicator--0": 0.125}


def test_two_reporters_of_one_value_weigh_more_than_one():
    two = [*reported(1), received(indicator_id="indicator--8", value="AS0", reporter="identity--b")]
    assert weights(two, (), WEEK)["indicator--0"] == pytest.approx(0.75)


def test_one_reporter_that_says_it_twice_weighs_as_one():
    twice = [*reported(1), received(indicator_id="indicator--8", value="AS0")]
    assert weights(twice, (), WEEK)["indicator--0"] == 0.5


def both(number: int):
    """One value that two members report, each under its own id."""
    return [
        received(indicator_id=f"indicator--{who}{number}", value=f"AS{number}", reporter=f"identity--{who}")
        for who in ("a", "b")
    ]


def about(name: str, kind: SightingKind) -> Sighting:
    return Sighting(f"sighting--{name}", f"indicator--{name}", kind, WEEK, None, Marking.AMBER)


def test_two_that_were_wrong_about_the_same_are_one_source():
    rows = [row for number in range(6) for row in both(number)]
    found = [about(f"{who}{n}", SightingKind.FALSE_POSITIVE) for n in range(3) for who in ("a", "b")]
    together = weights(rows, found, WEEK)["indicator--a5"]
    apart = [*[row for row in rows if row.indicator.value == "AS5"]]
    apart += [
        received(indicator_id=f"indicator--{w}{n}", value=f"AS{w}{n}", reporter=f"identity--{w}")
        for n in range(3)
        for w in ("a", "b")
    ]
    independent = weights(apart, found, WEEK)["indicator--a5"]
    assert together < 0.25 < independent, "the same mistakes made apart are two sources that err"


def test_an_outcome_that_two_members_share_counts_once_for_each():
    rows = [row for number in range(4) for row in both(number)]
    found = [about(f"{who}{n}", SightingKind.SEEN) for n in range(3) for who in ("a", "b")]
    assert weights(rows, found, WEEK)["indicator--a3"] > 0.9
