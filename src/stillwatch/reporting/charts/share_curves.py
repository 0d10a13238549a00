"""Curves of a share over a logarithmic axis, each with a band: how much there is by the n-th of something."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Final

from stillwatch.reporting import wording
from stillwatch.reporting.markup import Markup, tag

WIDTH: Final = 640
HEIGHT: Final = 300
PLOT_LEFT: Final = 48
PLOT_RIGHT: Final = 624
TOP: Final = 22
BOTTOM: Final = 252


@dataclasses.dataclass(frozen=True, slots=True)
class Band:
    """One curve: points (count, low, middle, high), counts rising, shares 0 to 1."""

    name: str
    points: Sequence[tuple[float, float, float, float]]


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """A count worth a line of its own."""

    name: str
    count: float


def share_curves(
    bands: Sequence[Band],
    marks: Sequence[Mark],
    *,
    shaded: int,
    title: str,
    description: str,
    axis: str,
    prefix: str,
) -> Markup:
    """The drawing; curves are told apart by their strokes, of which there are six.

    Args:
        bands: what is drawn, in the order of the legend.
        marks: counts that get an upright line with a name.
        shaded: place of the curve whose band is drawn; the others' would hide each other.
        title: what the drawing is.
        description: the same in a sentence or two, for those who do not see it.
        axis: what is counted along the lower axis.
        prefix: begins the ids of this drawing, unique on the page.
    """
    counts = [point[0] for band in bands for point in band.points] + [mark.count for mark in marks]
    least, most = (math.floor(math.log10(max(1.0, min(counts)))), math.ceil(math.log10(max(counts))))

    def x(count: float) -> float:
        at = (math.log10(max(1.0, count)) - least) / max(1, most - least)
        return round(PLOT_LEFT + min(1.0, max(0.0, at)) * (PLOT_RIGHT - PLOT_LEFT), 1)

    return tag(
        "svg",
        tag("title", title, id=f"{prefix}-share-title"),
        tag("desc", description, id=f"{prefix}-share-desc"),
        [_level(share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)],
        [_decade(power, x(10.0**power), power == most) for power in range(least, most + 1)],
        tag("path", d=f"M{PLOT_LEFT} {BOTTOM + 0.5:g}H{PLOT_RIGHT}", class_="axis"),
        _shade([(x(point[0]), point[1], point[3]) for point in bands[shaded].points]),
        [
            tag(
                "path",
                d="M" + "L".join(f"{x(point[0])} {_y(point[2])}" for point in band.points),
                class_=f"curve curve-{place}",
            )
            for place, band in enumerate(bands, 1)
        ],
        [_mark(mark.name, x(mark.count)) for mark in marks],
        tag(
            "text",
            axis,
            x=(PLOT_LEFT + PLOT_RIGHT) // 2,
            y=HEIGHT - 10,
            text_anchor="middle",
            class_="tick-label",
        ),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
        role="img",
        aria_labelledby=f"{prefix}-share-title {prefix}-share-desc",
        class_="chart",
    )


def _shade(points: Sequence[tuple[float, float, float]]) -> Markup:
    upper = "L".join(f"{x} {_y(high)}" for x, _, high in points)
    lower = "L".join(f"{x} {_y(low)}" for x, low, _ in reversed(points))
    return tag("path", d=f"M{upper}L{lower}z", class_="band")


def _mark(name: str, x: float) -> list[Markup]:
    anchor = "end" if x > (PLOT_LEFT + PLOT_RIGHT) / 2 else "start"
    return [
        tag("path", d=f"M{x} {TOP - 6}V{BOTTOM}", class_="alarm-line"),
        tag(
            "text",
            name,
            x=x - 4 if anchor == "end" else x + 4,
            y=TOP - 8,
            text_anchor=anchor,
            class_="alarm-label",
        ),
    ]


def _level(share: float) -> list[Markup]:
    y = _y(share)
    label = f"{share * 100:g}{wording.NO_BREAK}%"
    return [
        tag("path", d=f"M{PLOT_LEFT} {y}H{PLOT_RIGHT}", class_="grid"),
        tag("text", label, x=PLOT_LEFT - 6, y=y + 4, text_anchor="end", class_="tick-label"),
    ]


def _decade(power: int, x: float, last: bool) -> list[Markup]:
    return [
        tag("path", d=f"M{x} {TOP}V{BOTTOM + 4}", class_="grid"),
        tag(
            "text",
            wording.whole(10**power)
            if power < 6
            else f"{wording.whole(10 ** (power - 6))}{wording.NO_BREAK}M",
            x=x,
            y=BOTTOM + 18,
            text_anchor="end" if last else "middle",
            class_="tick-label",
        ),
    ]


def _y(share: float) -> float:
    return round(BOTTOM - share * (BOTTOM - TOP), 1)
