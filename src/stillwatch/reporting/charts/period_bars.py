"""Two counts a period side by side, such as what came and what was settled each week."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final

from stillwatch.reporting import wording
from stillwatch.reporting.markup import Child, Markup, tag

WIDTH: Final = 636
HEIGHT: Final = 184
LEFT: Final = 40
RIGHT: Final = 628
TOP: Final = 22
BOTTOM: Final = 138
_GAP: Final = 2.0


@dataclasses.dataclass(frozen=True, slots=True)
class Pair:
    """One period: its label and both counts."""

    label: str
    first: int
    second: int


def period_bars(
    pairs: Sequence[Pair], names: tuple[str, str], *, title: str, description: str, prefix: str
) -> Markup:
    """The drawing; numbers stand over the bars, so it can be read without its colours.

    Args:
        pairs: the periods, oldest first; at most a dozen stay readable.
        names: what the two counts are, for the legend; the second is drawn hollow.
        title: what the drawing is.
        description: the same in a sentence or two, for those who do not see it.
        prefix: begins the ids of this drawing, unique on the page.
    """
    highest = max((max(pair.first, pair.second) for pair in pairs), default=0) or 1
    step = (RIGHT - LEFT) / max(len(pairs), 1)
    return tag(
        "svg",
        tag("title", title, id=f"{prefix}-title"),
        tag("desc", description, id=f"{prefix}-desc"),
        tag("text", wording.whole(highest), x=LEFT - 6, y=TOP + 4, text_anchor="end", class_="tick-label"),
        tag("text", "0", x=LEFT - 6, y=BOTTOM + 4, text_anchor="end", class_="tick-label"),
        tag("path", d=f"M{LEFT} {TOP}H{RIGHT}", class_="grid"),
        [_pair(pair, LEFT + place * step, step, highest) for place, pair in enumerate(pairs)],
        tag("path", d=f"M{LEFT} {BOTTOM + 0.5:g}H{RIGHT}", class_="axis"),
        _key(names),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
        role="img",
        aria_labelledby=f"{prefix}-title {prefix}-desc",
        class_="chart",
    )


def _pair(pair: Pair, left: float, step: float, highest: int) -> Child:
    wide = (step * 0.72 - _GAP) / 2
    begin = left + step * 0.14
    return [
        _bar(pair.first, begin, wide, highest, "bar-now"),
        _bar(pair.second, begin + wide + _GAP, wide, highest, "bar-wait"),
        tag(
            "text",
            pair.label,
            x=round(left + step / 2, 1),
            y=BOTTOM + 17,
            text_anchor="middle",
            class_="tick-label",
        ),
    ]


def _bar(count: int, left: float, wide: float, highest: int, look: str) -> Child:
    tall = (BOTTOM - TOP) * count / highest
    number = tag(
        "text",
        wording.whole(count),
        x=round(left + wide / 2, 1),
        y=round(BOTTOM - tall - 4, 1),
        text_anchor="middle",
        class_="tick-label",
    )
    if not count:
        return number
    bar = tag(
        "rect",
        x=round(left, 1),
        y=round(BOTTOM - tall, 1),
        width=round(wide, 1),
        height=round(tall, 1),
        class_=look,
    )
    return [bar, number]


def _key(names: tuple[str, str]) -> Child:
    first, second = names
    return [
        tag("rect", x=LEFT, y=HEIGHT - 10, width=10, height=8, class_="bar-now"),
        tag("text", first, x=LEFT + 15, y=HEIGHT - 3, class_="tick-label"),
        tag("rect", x=LEFT + 130, y=HEIGHT - 10, width=10, height=8, class_="bar-wait"),
        tag("text", second, x=LEFT + 145, y=HEIGHT - 3, class_="tick-label"),
    ]
