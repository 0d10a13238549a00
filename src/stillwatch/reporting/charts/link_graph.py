"""The link graph: which accounts of a campaign share an origin, and by what kind of link."""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from stillwatch.core.verdict import Call, Campaign, Link, Verdict
from stillwatch.reporting import wording
from stillwatch.reporting.charts.graph_layout import force_layout, spread
from stillwatch.reporting.charts.labels import Dot, place_labels
from stillwatch.reporting.markup import Child, Markup, escape, tag

WIDTH: Final = 440
MOST_NODES: Final = 60
MOST_LABELS: Final = 14
LINES_A_NODE: Final = 2  # above the spanning forest: more is a hairball that shows nothing
MARGIN: Final = (42.0, 26.0)  # a name fits above or below a dot at the edge

KINDS: Final = {"content": "shared wording", "address": "address", "payment": "payment", "client": "client"}
_STROKES: Final = {"content": None, "address": "7 3", "payment": "2 3", "client": "9 3 2 3"}
_OTHER_STROKES: Final = ("4 2 1 2 1 2", "12 4", "1 5", "6 2 2 2 2 2")

Point = tuple[float, float]


@dataclasses.dataclass(frozen=True, slots=True)
class Drawn:
    """The part of a campaign that the graph can show."""

    accounts: tuple[str, ...]
    links: tuple[Link, ...]


def kind_name(kind: str) -> str:
    """A kind of link in words."""
    return KINDS.get(kind) or wording.visible(kind, 24)


def drawn_part(campaign: Campaign) -> Drawn:
    """The strongest accounts, a spanning forest of their links, and the strongest of the rest."""
    accounts = campaign.accounts[:MOST_NODES]
    known = set(accounts)
    within = [link for link in campaign.links if {link.left, link.right} <= known and link.left != link.right]
    within.sort(key=lambda link: (-link.weight, link.left, link.right, link.kind))
    forest, rest = _spanning_forest(within)
    chosen = forest + rest[: max(0, len(accounts) * LINES_A_NODE - len(forest))]
    return Drawn(accounts, tuple(chosen))


def link_graph(campaign: Campaign, verdicts: Mapping[str, Verdict], *, prefix: str) -> Markup:
    """The drawing: a dot an account, a line a link, its stroke saying the kind.

    Args:
        campaign: whose links are drawn.
        verdicts: by account id; fills and sizes the dots.
        prefix: makes the ids of title and description unique on the page.
    """
    drawn = drawn_part(campaign)
    height = float(min(400, 190 + 5 * len(drawn.accounts)))
    dots = _dots(drawn, verdicts, height)
    at = {account: (dot.x, dot.y) for account, dot in zip(drawn.accounts, dots, strict=True)}
    segments = [(at[link.left], at[link.right]) for link in drawn.links]
    labels = place_labels(dots, segments, width=WIDTH, height=height, most=MOST_LABELS)
    return tag(
        "svg",
        tag("title", f"Link graph of {wording.visible(campaign.campaign_id)}", id=f"{prefix}-graph-title"),
        tag("desc", _description(campaign, drawn), id=f"{prefix}-graph-desc"),
        _lines(drawn.links, at, stroke_patterns(campaign.links)),
        [
            _dot(dot, verdicts.get(account), account)
            for account, dot in zip(drawn.accounts, dots, strict=True)
        ],
        [tag("text", dots[number].name, x=x, y=y, class_="node-label") for number, (x, y) in labels.items()],
        viewBox=f"0 0 {WIDTH} {height:g}",
        width=WIDTH,
        height=height,
        role="img",
        aria_labelledby=f"{prefix}-graph-title {prefix}-graph-desc",
        class_="chart",
    )


def legend(campaign: Campaign, verdicts: Mapping[str, Verdict]) -> Markup:
    """What strokes and dots mean, with how many links of each kind the campaign has."""
    counts = Counter(link.kind for link in campaign.links)
    patterns = stroke_patterns(campaign.links)
    calls = {_call(verdicts.get(account)) for account in drawn_part(campaign).accounts}
    return tag(
        "ul",
        [
            tag("li", _swatch(patterns[kind]), f"{kind_name(kind)} ", _muted(wording.whole(counts[kind])))
            for kind in patterns
        ],
        [tag("li", _dot_swatch(f"dot-{call}"), call.value) for call in reversed(Call) if call in calls],
        tag("li", _muted("larger dot: more exchanges")),
        class_="legend",
    )


def stroke_patterns(links: Sequence[Link]) -> dict[str, str | None]:
    """The dash pattern of each kind present: fixed for the known four, in name order for others."""
    present = {link.kind for link in links}
    patterns = {kind: dashes for kind, dashes in _STROKES.items() if kind in present}
    others = itertools.cycle(_OTHER_STROKES)
    return patterns | dict(zip(sorted(present - _STROKES.keys()), others, strict=False))


def _spanning_forest(links: Sequence[Link]) -> tuple[list[Link], list[Link]]:
    root: dict[str, str] = {}

    def find(account: str) -> str:
        while root.get(account, account) != account:
            account = root[account]
        return account

    forest: list[Link] = []
    rest: list[Link] = []
    for link in links:
        left, right = find(link.left), find(link.right)
        if left == right:
            rest.append(link)
        else:
            root[left] = right
            forest.append(link)
    return forest, rest


def _dots(drawn: Drawn, verdicts: Mapping[str, Verdict], height: float) -> list[Dot]:
    number = {account: index for index, account in enumerate(drawn.accounts)}
    heaviest = max((link.weight for link in drawn.links), default=0.0) or 1.0
    edges = [
        (number[link.left], number[link.right], max(0.2, link.weight / heaviest)) for link in drawn.links
    ]
    low = np.array(MARGIN)
    high = np.array((WIDTH, height)) - low
    points = low + force_layout(len(number), edges) * (high - low)
    points = spread(points, gap=19, low=low, high=high)
    sizes = [_hits(verdicts.get(account)) for account in drawn.accounts]
    most = max(sizes, default=0) or 1
    return [
        Dot(
            round(float(x), 1),
            round(float(y), 1),
            round(4 + 4 * (size / most) ** 0.5, 1),
            wording.visible(account, 20),
        )
        for (x, y), size, account in zip(points, sizes, drawn.accounts, strict=True)
    ]


def _call(verdict: Verdict | None) -> Call:
    return verdict.verdict if verdict else Call.WATCH


def _hits(verdict: Verdict | None) -> int:
    return verdict.campaign_exchanges if verdict else 0


def _lines(links: Sequence[Link], at: Mapping[str, Point], patterns: Mapping[str, str | None]) -> list[Child]:
    together: dict[frozenset[str], list[Link]] = {}
    for link in links:
        together.setdefault(frozenset((link.left, link.right)), []).append(link)
    drawn: list[Child] = []
    for bundle in together.values():
        for place, link in enumerate(sorted(bundle, key=lambda link: link.kind)):
            aside = 3.5 * (place - (len(bundle) - 1) / 2)
            drawn.append(
                _line(at[min(link.left, link.right)], at[max(link.left, link.right)], aside, link, patterns)
            )
    return drawn


def _line(start: Point, end: Point, aside: float, link: Link, patterns: Mapping[str, str | None]) -> Markup:
    across, down = end[0] - start[0], end[1] - start[1]
    length = (across**2 + down**2) ** 0.5 or 1.0
    x, y = -down / length * aside, across / length * aside
    return tag(
        "path",
        d=f"M{start[0] + x:.1f} {start[1] + y:.1f}L{end[0] + x:.1f} {end[1] + y:.1f}",
        class_="link",
        stroke_width=round(min(2.5, max(1.0, link.weight / 15)), 1),
        stroke_dasharray=patterns[link.kind],
    )


def _dot(dot: Dot, verdict: Verdict | None, account: str) -> Markup:
    call = _call(verdict)
    words = f"{wording.visible(account, 60)}: {call}"
    if verdict:
        words += f", likely {wording.percent(verdict.score)}"
        words += f", {wording.counted(verdict.campaign_exchanges, 'exchange')}"
    return tag("circle", tag("title", words), cx=dot.x, cy=dot.y, r=dot.radius, class_=f"dot-{call}")


def _description(campaign: Campaign, drawn: Drawn) -> str:
    kinds = Counter(link.kind for link in campaign.links)
    listed = ", ".join(f"{count} by {kind_name(kind)}" for kind, count in sorted(kinds.items()))
    return (
        f"{len(drawn.accounts)} of {wording.counted(len(campaign.accounts), 'account')} and "
        f"{len(drawn.links)} of {wording.counted(len(campaign.links), 'link')} drawn"
        f"{' (all links: ' + listed + ')' if listed else ''}. The table below lists the strongest links."
    )


def _swatch(dashes: str | None) -> Markup:
    line = tag("path", d="M0 6H34", class_="link", stroke_width=2, stroke_dasharray=dashes)
    return tag("svg", line, viewBox="0 0 34 12", width=34, height=12, aria_hidden="true", class_="swatch")


def _dot_swatch(class_: str) -> Markup:
    circle = tag("circle", cx=6, cy=6, r=4.5, class_=class_)
    return tag("svg", circle, viewBox="0 0 12 12", width=12, height=12, aria_hidden="true", class_="swatch")


def _muted(text: str) -> Markup:
    return tag("span", escape(text), class_="muted")
