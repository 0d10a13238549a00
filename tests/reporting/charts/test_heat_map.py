from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from stillwatch.reporting.charts.heat_map import LEVELS, Heat, heat_map, level
from stillwatch.reporting.document import stylesheet


def test_cells_stand_where_row_and_column_meet_and_the_rest_is_empty():
    table = heat_map("c", "corner", ["r1", "r2"], ["k1", "k2"], {("r2", "k1"): Heat(0.5, "50 %", "1 of 2")})
    rows = re.findall(r"<tr>.*?</tr>", table, re.DOTALL)
    assert len(rows) == 3
    assert 'class="none"' in rows[1]
    assert rows[2].index("50 %") < rows[2].index('class="none"')
    assert table.count("<td") == 4


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_is_never_shaded_less(one: float, other: float):
    low, high = sorted((one, other))
    assert 0 <= level(low) <= level(high) <= LEVELS


def test_none_at_all_has_a_shade_of_its_own():
    assert level(0.0) == 0
    assert level(1e-9) == 1
    assert level(1.0) == LEVELS


def _contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_figures_keep_wcag_contrast_on_every_shade_and_strokes_on_the_sheet():
    blocks = re.findall(r":root \{(.*?)\}", stylesheet("figures"), re.DOTALL)
    palettes = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in blocks]
    light, dark, _print, more_light, more_dark = palettes
    for colours in (light | more_light, light | more_light | dark | more_dark):
        for number in range(1, LEVELS + 1):
            assert _contrast(colours["ink"], colours[f"heat-{number}"]) >= 4.5
        for stroke in ("accent", "second", "third", "fourth", "ink", "soft", "bar"):
            assert _contrast(colours[stroke], colours["sheet"]) >= 3, stroke
