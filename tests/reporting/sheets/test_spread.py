"""The median's interval holds as often as it says, whatever the distribution."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.reporting.intervals import Share
from stillwatch.reporting.sheets import words
from stillwatch.reporting.sheets.spread import Spread, spread_of


@pytest.mark.parametrize("count", [6, 9, 20, 57])
@pytest.mark.parametrize("draw", ["exponential", "uniform", "lognormal"])
def test_the_true_median_lies_in_the_interval_at_least_as_often_as_promised(count: int, draw: str) -> None:
    random = np.random.default_rng(7)
    median = {"exponential": np.log(2), "uniform": 0.5, "lognormal": 1.0}[draw]
    hits = 0
    for _ in range(600):
        found = spread_of(getattr(random, draw)(size=count).tolist())
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= median <= found.high
    assert hits / 600 >= 0.93  # 95 % and what chance leaves of 600 draws


def test_too_few_values_have_a_median_and_no_interval() -> None:
    assert spread_of([]) == Spread(0)
    found = spread_of([3.0, 1.0, 2.0])
    assert (found.median, found.low, found.high) == (2.0, None, None)
    assert words.median(found) == "2 s"
    assert words.median(spread_of([])) == "none"


def test_figures_come_with_their_intervals_in_words() -> None:
    assert words.share(Share(3, 12)).replace("\u00a0", " ") == "3 of 12, 25 % (95 % interval 5.5 to 57 %)"
    assert words.share(Share(0, 0)) == "none yet"
    assert words.change(4, 1) == "3 more than before"
    assert words.change(1, 1) == "as many as before"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
