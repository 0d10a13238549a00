"""What is usual for so many accounts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.detection.weighing.funnel import KNOTS, Funnel

NUMBERS = st.floats(-1e6, 1e6)
SCATTER = st.floats(0.01, 100.0)


def values(of: st.SearchStrategy[float]) -> st.SearchStrategy[tuple[float, ...]]:
    return st.tuples(*[of] * len(KNOTS))


@given(values(NUMBERS), values(SCATTER), values(SCATTER), NUMBERS, NUMBERS, st.integers(0, 100_000))
def test_a_larger_figure_is_never_straightened_to_a_smaller_one(
    usual: tuple[float, ...],
    above: tuple[float, ...],
    below: tuple[float, ...],
    one: float,
    other: float,
    members: int,
) -> None:
    funnel = Funnel(usual, above, below)
    low, high = sorted((one, other))
    assert funnel.straightened(low, members) <= funnel.straightened(high, members)


def test_between_two_sizes_it_lies_between_and_beyond_the_last_it_stays() -> None:
    funnel = Funnel((0.0, 0.0, 4.0, 4.0, 4.0), (2.0, 2.0, 2.0, 1.0, 1.0), (1.0,) * 5)
    assert funnel.straightened(6.0, 12) == pytest.approx(3.0)
    assert funnel.straightened(6.0, 24) == pytest.approx(1.0)
    assert 1.0 < funnel.straightened(6.0, 17) < 3.0
    assert funnel.straightened(6.0, 1) == funnel.straightened(6.0, 6)
    assert funnel.straightened(6.0, 5_000) == funnel.straightened(6.0, 96) == pytest.approx(2.0)
    assert funnel.straightened(1.0, 96) == pytest.approx(-3.0)


@pytest.mark.parametrize(
    ("usual", "above"), [((0.0,) * 4, (1.0,) * 5), ((0.0,) * 5, (1.0, 1.0, 0.0, 1.0, 1.0))]
)
def test_what_is_no_funnel_is_refused(usual: tuple[float, ...], above: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"funnel|nothing"):
        Funnel(usual, above, (1.0,) * 5)
