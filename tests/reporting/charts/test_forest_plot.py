from __future__ import annotations

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from stillwatch.reporting.charts.forest_plot import PLOT_LEFT, PLOT_RIGHT, WIDTH, Estimate, forest_plot

rates = st.floats(0, 1)


def _drawn(*estimates: Estimate) -> str:
    return forest_plot(estimates, title="t", description="d", prefix="p")


@given(st.lists(st.tuples(rates, rates, rates).map(sorted), min_size=1, max_size=6))
def test_every_line_stays_inside_and_its_dot_between_its_ends(triples: list[list[float]]):
    drawing = _drawn(*(Estimate("x", at, low, high, "") for low, at, high in triples))
    lines = re.findall(r'd="M([\d.]+) [\d.]+H([\d.]+)M', drawing)
    dots = re.findall(r'cx="([\d.]+)"', drawing)
    for (low, high), at in zip(lines, dots, strict=True):
        assert PLOT_LEFT <= float(low) <= float(at) <= float(high) <= PLOT_RIGHT <= WIDTH


def test_a_rate_of_zero_is_a_ring_and_any_other_a_dot():
    drawing = _drawn(Estimate("a", 0.0, 0.0, 0.1, "0 of 40"), Estimate("b", 0.05, 0.01, 0.1, "2 of 40"))
    assert re.findall(r'<circle[^>]* class="([^"]+)"', drawing) == ["estimate", "estimate some"]


def test_ticks_are_round_rates_that_do_not_touch():
    for high in (0.0002, 0.004, 0.03, 0.4, 1.0):
        drawing = _drawn(Estimate("a", 0.0, 0.0, high, ""))
        places = [float(x) for x in re.findall(r'<text x="([\d.]+)"[^>]*class="tick-label"', drawing)]
        assert len(places) >= 2, high
        assert all(b - a >= 40 for a, b in itertools.pairwise(places))


def test_names_cannot_add_an_element_and_the_drawing_has_a_title_and_a_description():
    drawing = _drawn(Estimate("<b>", 0.0, 0.0, 0.1, "<i>"))
    assert "<b>" not in drawing
    assert "<i>" not in drawing
    assert 'aria-labelledby="p-forest-title p-forest-desc"' in drawing


def test_no_estimate_still_gives_a_drawing():
    assert _drawn().startswith("<svg")
