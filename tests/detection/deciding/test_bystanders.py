"""Who stands at the edge of a crew is not called with it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tests.detection.crews_made import EACH, crew

from stillwatch.detection.deciding.bystanders import AMID, COLD_AMID, bystanders

BEFORE = -1
OUTSIDE = 100


def never(account: int) -> bool:
    return False


@pytest.mark.parametrize("outside", range(EACH))
def test_amid_the_crew_nothing_more_is_asked(outside: int) -> None:
    one = crew(1, range(20), {3: [OUTSIDE] * outside})
    at_the_edge = EACH - outside < AMID * EACH
    assert bystanders(one, lambda account: account == 3).tolist() == [3] * at_the_edge


def test_at_its_edge_accounts_of_before_make_a_bystander() -> None:
    one = crew(1, range(20), {3: [OUTSIDE] * 4 + [BEFORE], 5: [OUTSIDE] * 5})
    assert bystanders(one, never).tolist() == [3]


def test_accounts_of_before_are_not_counted_among_those_that_could_be_its() -> None:
    one = crew(1, range(20), {3: [BEFORE] * 5, 4: [BEFORE] * 5 + [OUTSIDE] * 3})
    assert bystanders(one, never).tolist() == [4]


def test_of_a_crew_of_few_no_more_are_asked_about_than_the_others_are() -> None:
    few = crew(1, range(6), {})
    ringed = few.nearest.reshape(6, -1).copy()
    ringed[:, 5:] = BEFORE
    assert bystanders(dataclasses.replace(few, nearest=ringed.ravel()), lambda account: True).size == 0
    ringed[3, 2:5] = OUTSIDE
    assert bystanders(dataclasses.replace(few, nearest=ringed.ravel()), lambda account: True).tolist() == [3]


def test_evidence_that_names_no_nearest_makes_nobody_a_bystander() -> None:
    one = dataclasses.replace(crew(1, range(20), {}), nearest=np.zeros(0, dtype=np.int32))
    assert bystanders(one, lambda account: True).size == 0


@pytest.mark.parametrize("outside", range(EACH))
def test_without_earlier_traffic_the_edge_alone_makes_a_bystander(outside: int) -> None:
    one = dataclasses.replace(crew(1, range(20), {3: [OUTSIDE] * outside}), new_behaviour=float("nan"))
    assert bystanders(one, never).tolist() == [3] * (EACH - outside < COLD_AMID * EACH)
