from __future__ import annotations

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from stillwatch.reporting.charts.step_curve import (
    BOTTOM,
    MOST_CURVES,
    PLOT_LEFT,
    PLOT_RIGHT,
    TOP,
    Curve,
    legend,
    step_curve,
)


def _drawn(*curves: Curve) -> str:
    return step_curve(curves, title="t", description="d", axis="leaked", prefix="p")


def _paths(drawing: str) -> list[tuple[list[float], list[float]]]:
    found = re.findall(r'<path d="([^"]+)" class="curve', drawing)
    return [
        (
            [float(x) for x in re.findall(r"[MH]([\d.]+)", path)],
            [float(y) for y in re.findall(r"[ V]([\d.]+)", path)],
        )
        for path in found
    ]


steps = st.dictionaries(st.integers(0, 10**6), st.floats(0, 1), max_size=8).map(
    lambda found: list(zip(sorted(found), sorted(found.values()), strict=True))
)


@given(st.lists(steps, min_size=1, max_size=3))
def test_curves_only_rise_and_stay_inside(several: list[list[tuple[int, float]]]):
    for across, up in _paths(_drawn(*(Curve("c", each) for each in several))):
        assert across == sorted(across)
        assert up == sorted(up, reverse=True)  # downwards is more, in a drawing
        assert PLOT_LEFT <= across[0] <= across[-1] == PLOT_RIGHT
        assert TOP <= up[-1] <= up[0] == BOTTOM


def test_ten_times_as_many_are_a_fixed_step_further():
    ((across, _),) = _paths(_drawn(Curve("c", [(1, 0.1), (10, 0.2), (100, 0.3), (1000, 0.4)])))
    gaps = {round(b - a) for a, b in itertools.pairwise(across[1:5])}
    assert len(gaps) == 1


def test_each_curve_has_its_own_stroke_and_name_up_to_the_most():
    curves = [Curve(f"run {number}", [(10, 1.0)]) for number in range(9)]
    drawing, names = _drawn(*curves), legend(curves)
    assert re.findall(r'class="curve (curve-\d)"', drawing) == [
        f"curve-{n}" for n in range(1, MOST_CURVES + 1)
    ]
    assert names is not None
    assert "run 5" in names
    assert "run 6" not in names


def test_one_curve_needs_no_legend_and_no_step_gives_a_flat_line():
    assert legend([Curve("c", [])]) is None
    assert _paths(_drawn(Curve("c", []))) == [([PLOT_LEFT, PLOT_RIGHT], [BOTTOM])]
