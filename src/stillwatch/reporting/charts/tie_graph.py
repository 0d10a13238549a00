"""A graph to walk through: accounts, what they share, and groups that are folded, each a link that unfolds it.

Unlike `link_graph`, which draws one campaign for a report, it draws what somebody chose to see. A solid line is
something observed (an address, a means of payment), a dotted one something inferred (wording in common).
"""

from __future__ import annotations

import dataclasses
import enum
import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from stillwatch.reporting import wording
from stillwatch.reporting.charts.graph_layout import force_layout, spread
from stillwatch.reporting.charts.labels import Dot, place_labels
from stillwatch.reporting.markup import Child, Markup, tag

MOST_LABELS: Final = 26
_MARGIN: Final = (46.0, 24.0)
_DOTTED: Final = "1.5 4"
_SQUARE: Final = 5.0
_ROW: Final = 56
_A_ROW: Final = 6


class Shape(enum.StrEnum):
    """What a node stands for."""

    ACCOUNT = "account"
    VALUE = "value"  # an address, a means of payment
    GROUP = "group"


@dataclasses.dataclass(frozen=True, slots=True)
class Node:
    """One node.

    Attributes:
        key: names it among the others.
        name: what is written beside it.
        kind: the verdict of an account, the kind of a value; empty for a group.
        size: exchanges of an account, accounts of a value or a group.
        hidden: how many of its neighbours are not drawn.
        words: what it is, in a sentence.
        href: unfolds it; empty for nothing to unfold.
    """

    key: str
    shape: Shape
    name: str
    kind: str = ""
    size: int = 0
    hidden: int = 0
    words: str = ""
    href: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Tie:
    """One line.

    Attributes:
        weight: strength in decibans.
        inferred: whether it was concluded rather than seen.
    """

    left: str
    right: str
    weight: float
    inferred: bool
    words: str


def tie_graph(
    nodes: Sequence[Node],
    ties: Sequence[Tie],
    *,
    title: str,
    description: str,
    prefix: str,
    width: int = 720,
) -> Markup:
    """The drawing.

    Args:
        nodes: what is drawn, the most important first: those get their names.
        ties: lines between them.
        title: what the drawing is.
        description: the same in a sentence or two, for those who do not see it.
        prefix: begins the ids of this drawing, unique on the page.
        width: in pixels.
    """
    dots, height = _dots(nodes, ties, width)
    at = {node.key: (dot.x, dot.y) for node, dot in zip(nodes, dots, strict=True)}
    segments = [(at[tie.left], at[tie.right]) for tie in ties]
    labels = place_labels(dots, segments, width=width, height=height, most=MOST_LABELS)
    return tag(
        "svg",
        tag("title", title, id=f"{prefix}-ties-title"),
        tag("desc", description, id=f"{prefix}-ties-desc"),
        [_line(tie, at) for tie in ties],
        [_node(node, dot) for node, dot in zip(nodes, dots, strict=True)],
        [tag("text", dots[place].name, x=x, y=y, class_="node-label") for place, (x, y) in labels.items()],
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="group",
        aria_labelledby=f"{prefix}-ties-title",
        aria_describedby=f"{prefix}-ties-desc",
        class_="chart ties",
    )


def tie_legend(nodes: Sequence[Node], ties: Sequence[Tie]) -> Markup:
    """What strokes and shapes mean, as far as they occur."""
    shapes = {(node.shape, node.kind) for node in nodes}
    calls = [call for call in ("attack", "watch") if (Shape.ACCOUNT, call) in shapes]
    values = sorted({kind for shape, kind in shapes if shape is Shape.VALUE})
    parts: list[Child] = [
        tag("li", _swatch(None), "seen") if any(not tie.inferred for tie in ties) else None,
        tag("li", _swatch(_DOTTED), "inferred from wording") if any(tie.inferred for tie in ties) else None,
        [tag("li", _dot(tag("circle", cx=6, cy=6, r=4.5, class_=f"dot-{call}")), call) for call in calls],
        [
            tag("li", _dot(tag("rect", x=1.5, y=1.5, width=9, height=9, class_=f"value-{kind}")), kind)
            for kind in values
        ],
        tag("li", _dot(tag("circle", cx=6, cy=6, r=5, class_="fold")), "folded group")
        if any(node.shape is Shape.GROUP for node in nodes)
        else None,
        tag("li", tag("span", "+3"), "neighbours not drawn") if any(node.hidden for node in nodes) else None,
    ]
    return tag("ul", parts, class_="legend")


def _dots(nodes: Sequence[Node], ties: Sequence[Tie], width: int) -> tuple[list[Dot], int]:
    """Where each node goes, and how high the drawing is.

    What has no tie would be pushed to the edge by the forces and take half of the drawing with it: it stands in rows
    of its own below the rest.
    """
    tied = {key for tie in ties for key in (tie.left, tie.right)}
    together = [node for node in nodes if node.key in tied]
    apart = [node for node in nodes if node.key not in tied]
    above = int(min(560, 200 + 6 * len(together))) if together else 0
    places = _by_forces(together, ties, width, above) | _in_rows(apart, width, above)
    most = max((node.size for node in nodes if node.shape is Shape.ACCOUNT), default=0) or 1
    dots = [
        Dot(round(places[node.key][0], 1), round(places[node.key][1], 1), _radius(node, most), _label(node))
        for node in nodes
    ]
    return dots, above + _ROW * math.ceil(len(apart) / _A_ROW)


def _by_forces(
    nodes: Sequence[Node], ties: Sequence[Tie], width: int, height: int
) -> dict[str, tuple[float, float]]:
    """Nodes near those they are tied to."""
    if not nodes:
        return {}
    number = {node.key: place for place, node in enumerate(nodes)}
    heaviest = max(tie.weight for tie in ties) or 1.0
    edges = [(number[t.left], number[t.right], max(0.2, t.weight / heaviest)) for t in ties]
    low = np.array(_MARGIN)
    high = np.array((float(width), float(height))) - low
    points = spread(
        low + force_layout(len(nodes), edges) * (high - low),
        gap=24,
        low=low,
        high=high,
    )
    return {node.key: (float(x), float(y)) for node, (x, y) in zip(nodes, points, strict=True)}


def _in_rows(nodes: Sequence[Node], width: int, top: int) -> dict[str, tuple[float, float]]:
    """Nodes side by side, in their order."""
    step = width / min(_A_ROW, max(1, len(nodes)))
    return {
        node.key: (step * (place % _A_ROW + 0.5), top + _ROW * (place // _A_ROW + 0.5))
        for place, node in enumerate(nodes)
    }


def _radius(node: Node, most: int) -> float:
    if node.shape is Shape.ACCOUNT:
        return round(4 + 4 * math.sqrt(node.size / most), 1)
    if node.shape is Shape.VALUE:
        return _SQUARE + 1
    return round(9 + 3 * len(str(node.size)), 1)


def _label(node: Node) -> str:
    more = f" +{wording.whole(node.hidden)}" if node.hidden else ""
    return f"{wording.visible(node.name, 20)}{more}"


def _line(tie: Tie, at: Mapping[str, tuple[float, float]]) -> Markup:
    (left, top), (right, bottom) = at[tie.left], at[tie.right]
    return tag(
        "path",
        tag("title", tie.words),
        d=f"M{left:g} {top:g}L{right:g} {bottom:g}",
        class_="link inferred" if tie.inferred else "link",
        stroke_width=round(min(3.0, max(1.0, tie.weight / 12)), 1),
        stroke_dasharray=_DOTTED if tie.inferred else None,
    )


def _node(node: Node, dot: Dot) -> Markup:
    if node.shape is Shape.VALUE:
        left, top = round(dot.x - _SQUARE, 1), round(dot.y - _SQUARE, 1)
        side = 2 * _SQUARE
        shape = tag(
            "rect",
            tag("title", node.words),
            x=left,
            y=top,
            width=side,
            height=side,
            class_=f"value-{node.kind}",
        )
    elif node.shape is Shape.GROUP:
        shape = tag(
            "g",
            tag("title", node.words),
            tag("circle", cx=dot.x, cy=dot.y, r=dot.radius, class_="fold"),
            tag(
                "text",
                wording.whole(node.size),
                x=dot.x,
                y=dot.y + 4,
                text_anchor="middle",
                class_="fold-count",
            ),
        )
    else:
        shape = tag(
            "circle", tag("title", node.words), cx=dot.x, cy=dot.y, r=dot.radius, class_=f"dot-{node.kind}"
        )
    return tag("a", shape, href=node.href, aria_label=node.words) if node.href else shape


def _swatch(dashes: str | None) -> Markup:
    line = tag("path", d="M0 6H34", class_="link", stroke_width=2, stroke_dasharray=dashes)
    return tag("svg", line, viewBox="0 0 34 12", width=34, height=12, aria_hidden="true", class_="swatch")


def _dot(shape: Markup) -> Markup:
    return tag("svg", shape, viewBox="0 0 12 12", width=12, height=12, aria_hidden="true", class_="swatch")
