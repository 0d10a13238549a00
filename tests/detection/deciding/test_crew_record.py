"""Whom of a crew may be called: not those of a business that was there."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tests.detection.crews_made import crew

from stillwatch.detection.deciding.crew_record import LEAST_KINDRED, CrewRecord

MEMBERS = 40


@pytest.mark.parametrize("left", [1, 9, 10, 40])
def test_of_a_crew_nearly_all_of_which_goes_on_as_before_nobody_may_be_called(left: int) -> None:
    kindred = np.arange(left, dtype=np.int32)
    one = dataclasses.replace(crew(1, range(MEMBERS), {}), kindred=kindred, again=kindred, new_behaviour=3.0)
    enough = left >= LEAST_KINDRED * MEMBERS
    assert CrewRecord().eligible(one, {1: 5.0}, set()).tolist() == (kindred.tolist() if enough else [])


def test_without_earlier_traffic_nobody_is_known_to_go_on() -> None:
    kindred = np.arange(5, dtype=np.int32)
    one = dataclasses.replace(
        crew(1, range(MEMBERS), {}), kindred=kindred, again=kindred, new_behaviour=float("nan")
    )
    assert CrewRecord().eligible(one, {1: 5.0}, set()).tolist() == kindred.tolist()
