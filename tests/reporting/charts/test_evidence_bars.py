from __future__ import annotations

import re

import pytest

from stillwatch.core.verdict import Reason
from stillwatch.reporting.charts.evidence_bars import WIDTH, evidence_bar, reach_of


def _bar(decibans: float, reach: float = 20) -> tuple[str, float, float]:
    found = re.search(
        r'<rect x="([\d.]+)" y="2" width="([\d.]+)" height="8" class="bar-(\w+)"',
        evidence_bar(decibans, reach=reach),
    )
    assert found
    return found[3], float(found[1]), float(found[2])


def test_evidence_for_an_attack_goes_right_and_against_it_left():
    assert _bar(10) == ("for", WIDTH / 2, 30)
    assert _bar(-10) == ("against", 30, 30)


def test_a_bar_never_leaves_its_box():
    side, x, length = _bar(900)
    assert (side, x + length) == ("for", WIDTH)


@pytest.mark.parametrize(("weights", "reach"), [((), 20.0), ((3.0, -41.0), 41.0)])
def test_the_scale_is_the_pages_heaviest_reason(weights: tuple[float, ...], reach: float):
    assert reach_of(Reason("d", weight, "") for weight in weights) == reach
