"""Plots as SVG files that load nothing: lines over a logarithmic axis, and bars, each with its numbers as text."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Final

from stillwatch.reporting.markup import Markup, tag

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WIDTH: Final = 640
HEIGHT: Final = 360
LEFT: Final = 64
RIGHT: Final = 460
TOP: Final = 44
BOTTOM: Final = 310
_STROKES: Final = ("", "6 4", "2 3", "9 3 2 3", "1 5", "12 4")
_COLOURS: Final = ("#0b5a8a", "#a63d00", "#3f6b1f", "#6a3d9a", "#555555", "#8a6d00")
_STYLE: Final = (
    "text{font:12px system-ui,sans-serif;fill:#222}.title{font-size:15px;font-weight:600}"
    ".axis{stroke:#444;fill:none}.grid{stroke:#ddd;fill:none}"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One line: points (x above 0, y from 0 to 1, or above 0 where that axis is logarithmic, too)."""

    name: str
    points: Sequence[tuple[float, float]]


def lines(
    path: Path, title: str, told: str, across: str, up: str, drawn: Sequence[Line], *, decades: int = 0
) -> None:
    """Draw lines over a logarithmic axis.

    Args:
        path: file to write.
        title: what is seen.
        told: the same in a sentence, for those who do not see it.
        across: what the lower axis counts.
        up: what the upright axis says.
        drawn: lines, told apart by stroke and colour.
        decades: of the upright axis below 1; 0 for one from 0 to 1.
    """
    values = [x for line in drawn for x, _ in line.points]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    high = max(high, low + 1)

    def x_of(x: float) -> float:
        return LEFT + (math.log10(x) - low) / (high - low) * (RIGHT - LEFT)

    def y_of(y: float) -> float:
        share = y if not decades else 1.0 + max(math.log10(max(y, 1e-300)), -decades) / decades
        return BOTTOM - min(max(share, 0.0), 1.0) * (BOTTOM - TOP)

    levels = [10.0**-each for each in range(decades + 1)] if decades else [0.0, 0.25, 0.5, 0.75, 1.0]
    parts: list[Markup] = [_level(y_of(each), f"{each:g}") for each in levels]
    for power in range(low, high + 1):
        at = x_of(10.0**power)
        parts.append(tag("path", d=f"M{at:.1f} {TOP}V{BOTTOM}", class_="grid"))
        label = f"{10**power:,}" if power >= 0 else f"{10.0**power:g}"
        parts.append(tag("text", label, x=f"{at:.1f}", y=BOTTOM + 18, text_anchor="middle"))
    for place, line in enumerate(drawn):
        points = sorted(line.points)
        d = "M" + "L".join(f"{x_of(x):.1f} {y_of(y):.1f}" for x, y in points)
        colour, dashes = _COLOURS[place % len(_COLOURS)], _STROKES[place % len(_STROKES)]
        parts.append(
            tag("path", d=d, fill="none", stroke=colour, stroke_width="2", stroke_dasharray=dashes or None)
        )
        parts += [
            tag("circle", tag("title", f"{line.name}: {x:g}, {y:.3g}"), cx=f"{x_of(x):.1f}", cy=f"{y_of(y):.1f}", r="3",
                fill=colour)
            for x, y in points
        ]  # fmt: skip
        parts += _legend(place, line.name, colour, dashes)
    _write(path, title, told, parts, across, up)


@dataclasses.dataclass(frozen=True, slots=True)
class Bar:
    """A share with its interval."""

    name: str
    share: float
    low: float
    high: float


def bars(path: Path, title: str, told: str, up: str, groups: Sequence[tuple[str, Sequence[Bar]]]) -> None:
    """Draw groups of bars from 0 to 1, with intervals; bars of one name have one colour."""
    names = list(dict.fromkeys(bar.name for _, some in groups for bar in some))
    parts: list[Markup] = [
        _level(BOTTOM - each * (BOTTOM - TOP), f"{each:g}") for each in (0, 0.25, 0.5, 0.75, 1)
    ]
    wide = (RIGHT - LEFT) / max(len(groups), 1)
    thick = min(26.0, wide * 0.8 / max(len(names), 1))
    for place, (label, some) in enumerate(groups):
        middle = LEFT + (place + 0.5) * wide
        parts.append(tag("text", label, x=f"{middle:.1f}", y=BOTTOM + 18, text_anchor="middle"))
        for bar in some:
            index = names.index(bar.name)
            x = middle + (index - len(names) / 2) * thick
            y = BOTTOM - bar.share * (BOTTOM - TOP)
            said = f"{label}, {bar.name}: {bar.share:.0%} ({bar.low:.0%} to {bar.high:.0%})"
            parts.append(
                tag("rect", tag("title", said), x=f"{x:.1f}", y=f"{y:.1f}", width=f"{thick * 0.9:.1f}",
                    height=f"{BOTTOM - y:.1f}", fill=_COLOURS[index % len(_COLOURS)])
            )  # fmt: skip
            at = x + thick * 0.45
            low, high = (BOTTOM - each * (BOTTOM - TOP) for each in (bar.low, bar.high))
            parts.append(tag("path", d=f"M{at:.1f} {low:.1f}V{high:.1f}", class_="axis"))
    for index, name in enumerate(names):
        parts += _legend(index, name, _COLOURS[index % len(_COLOURS)], "")
    _write(path, title, told, parts, "", up)


def _level(y: float, label: str) -> Markup:
    line = tag("path", d=f"M{LEFT} {y:.1f}H{RIGHT}", class_="grid")
    return tag("g", line, tag("text", label, x=LEFT - 6, y=f"{y + 4:.1f}", text_anchor="end"))


def _legend(place: int, name: str, colour: str, dashes: str) -> list[Markup]:
    y = TOP + 10 + place * 20
    sample = tag(
        "path",
        d=f"M{RIGHT + 14} {y}h24",
        stroke=colour,
        stroke_width="3",
        fill="none",
        stroke_dasharray=dashes or None,
    )
    return [sample, tag("text", name, x=RIGHT + 44, y=y + 4)]


def _write(path: Path, title: str, told: str, parts: Sequence[Markup], across: str, up: str) -> None:
    drawing = tag(
        "svg",
        tag("title", title),
        tag("desc", told),
        tag("style", Markup(_STYLE)),
        tag("rect", width=WIDTH, height=HEIGHT, fill="#fff"),
        tag("text", title, x=LEFT, y=18, class_="title"),
        tag("text", up, x=LEFT, y=36),
        list(parts),
        tag("path", d=f"M{LEFT} {TOP}V{BOTTOM}H{RIGHT}", class_="axis"),
        tag("text", across, x=(LEFT + RIGHT) // 2, y=HEIGHT - 12, text_anchor="middle"),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
        role="img",
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(drawing) + "\n", encoding="utf-8")
