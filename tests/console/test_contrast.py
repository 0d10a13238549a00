"""Colours by their role stand apart enough in both themes, in text and in drawings (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stillwatch import console

CSS = (Path(console.__file__).parent / "static" / "console.css").read_text(encoding="utf-8")
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", CSS)
}
GROUNDS = ("page", "sheet", "raised")
TEXT = [
    (ink, ground)
    for ink in ("ink", "soft", "accent", "attack", "watch", "clear", "against")
    for ground in GROUNDS
]
TEXT += [(ink, f"{ink}-tint") for ink in ("accent", "attack", "watch", "clear")]
TEXT += [("ink", "faint"), ("soft", "faint"), ("on-accent", "accent"), ("ink", "accent-tint")]
TEXT += [("ink", f"{tint}-tint") for tint in ("attack", "watch", "clear")]
TEXT += [("ink", f"heat-{level}") for level in range(1, 6)]
SHAPES = [
    (shape, ground)
    for shape in ("edge", "bar", "link", "second", "third", "fourth")
    for ground in ("page", "sheet")
]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT, ids=lambda name: name)
def test_text_can_be_read(ink: str, ground: str, theme: int):
    assert contrast(TOKENS[ink][theme], TOKENS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES, ids=lambda name: name)
def test_shapes_of_drawings_and_edges_of_fields_can_be_seen(shape: str, ground: str, theme: int):
    assert contrast(TOKENS[shape][theme], TOKENS[ground][theme]) >= 3.0


def test_every_class_of_a_drawing_has_its_look_here():
    """A chart's shapes are drawn by class: one that the style sheet does not know would be a black blot."""
    charts = Path(console.__file__).parents[1] / "reporting" / "charts"
    used = {
        name
        for path in charts.glob("*.py")
        for names in re.findall(r'class_="([a-z0-9 -]+)"', path.read_text(encoding="utf-8"))
        for name in names.split()
    }
    words = {
        "heat",
        "none",
        "some",
        "evidence-bar",
        "line-label",
        "swatch",
        "demand",
        "scroll",
        "legend",
        "chart",
        "inferred",  # its dots are an attribute of the drawing
        "band",  # in the loss report, which has a style sheet of its own
    }
    assert [name for name in sorted(used - words) if f".{name}" not in CSS] == []


def test_without_animations_where_less_motion_is_wanted():
    outside = re.sub(r"@media \(prefers-reduced-motion: no-preference\) \{.*?\n\}", "", CSS, flags=re.DOTALL)
    assert "animation" not in outside
    assert "transition" not in outside
