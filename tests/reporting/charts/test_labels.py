from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.reporting.charts.labels import FONT_SIZE, Box, Dot, place_labels, text_width

DOTS = st.lists(
    st.builds(
        Dot,
        st.floats(20, 420),
        st.floats(20, 380),
        st.floats(4, 8),
        st.text("abcdefgh-0123456789", min_size=1, max_size=20),
    ),
    min_size=2,
    max_size=30,
)


@given(DOTS)
def test_names_touch_no_dot_no_other_name_and_no_line(dots: list[Dot]):
    lines = [((a.x, a.y), (b.x, b.y)) for a, b in itertools.pairwise(dots)]
    placed = place_labels(dots, lines, width=440, height=400, most=14)
    boxes = [
        Box(x, y - FONT_SIZE + 3, x + text_width(dots[number].name), y + 2)
        for number, (x, y) in placed.items()
    ]
    assert not any(one.meets(other) for one, other in itertools.combinations(boxes, 2))
    assert not any(box.crossed_by(*line) for box in boxes for line in lines)
    for box in boxes:
        assert box.inside(440, 400)
        assert not any(
            box.meets(Box(d.x - d.radius, d.y - d.radius, d.x + d.radius, d.y + d.radius)) for d in dots
        )


def test_no_more_names_than_asked_for():
    dots = [Dot(50, 20 + 30 * number, 5, "name") for number in range(10)]
    assert list(place_labels(dots, [], width=440, height=400, most=3)) == [0, 1, 2]


def test_wide_scripts_count_double():
    assert text_width("東京") == pytest.approx(text_width("abcd"))


@pytest.mark.parametrize(
    ("start", "end", "crossed"),
    [
        ((0, 5), (20, 5), True),
        ((0, 0), (20, 1), False),
        ((5, 0), (5, 20), True),
        ((6, 6), (7, 7), True),
        ((0, 30), (30, 0), False),
    ],
)
def test_a_line_crosses_a_box_or_it_does_not(
    start: tuple[float, float], end: tuple[float, float], crossed: bool
):
    assert Box(4, 4, 12, 12).crossed_by(start, end) is crossed
