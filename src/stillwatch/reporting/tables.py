"""Tables and small parts that every section of the page is built from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from stillwatch.reporting import wording
from stillwatch.reporting.markup import Child, Markup, tag

if TYPE_CHECKING:
    from stillwatch.core.verdict import Call, Verdict

LONGEST_TOOLTIP: Final = 120
SHORTEST_FOLDED: Final = 13  # tables with fewer rows stand open


def table(
    caption: Child, heads: Sequence[str], rows: Iterable[Sequence[Child]], *, numeric: str = ""
) -> Markup:
    """A table with a caption, whose first column names the row.

    Args:
        caption: what the rows are.
        heads: column headings.
        rows: cells, as many as headings.
        numeric: one character a column, ``n`` where the column holds figures (set flush right).
    """
    classes = [
        "num" if place < len(numeric) and numeric[place] == "n" else None for place in range(len(heads))
    ]
    return tag(
        "table",
        tag("caption", caption),
        tag(
            "thead",
            tag("tr", [tag("th", h, scope="col", class_=c) for h, c in zip(heads, classes, strict=True)]),
        ),
        tag("tbody", [_row(cells, classes) for cells in rows]),
    )


def scroller(label: str, *children: Child) -> Markup:
    """A box that scrolls sideways on a narrow screen, reachable by keyboard."""
    return tag("div", children, class_="scroll", tabindex=0, role="group", aria_label=label)


def folded(summary: Child, *children: Child, open_: bool = False) -> Markup:
    """Children behind a line that opens without any script."""
    return tag("details", tag("summary", summary), children, open=open_)


def facts(pairs: Iterable[tuple[str, Child, Child]]) -> Markup:
    """Named figures in a row: a name, the figure, and a few words on it."""
    return tag(
        "dl",
        [
            tag("div", tag("dt", name), tag("dd", tag("strong", figure), tag("span", note) if note else None))
            for name, figure, note in pairs
        ],
        class_="facts",
    )


def chip(call: Call) -> Markup:
    """A verdict as a coloured word."""
    return tag("span", call.value, class_=f"chip {call.value}")


def account(account_id: str) -> Markup:
    """An account's name: apart from the direction of the text around it, more of it as a tooltip if cut."""
    shown = wording.visible(account_id)
    full = wording.visible(account_id, LONGEST_TOOLTIP)
    return tag("bdi", shown, class_="id", title=full if full != shown else None)


def moment(ts: str | None, *, absent: str = "never") -> Markup:
    """A time to the minute, with its exact form for machines."""
    if ts is None or wording.parsed(ts) is None:
        return tag("span", wording.date_time(ts, absent=absent), class_="muted" if ts is None else None)
    return tag("time", wording.date_time(ts), datetime=ts)


def muted(*children: Child) -> Markup:
    """Words of less weight."""
    return tag("span", children, class_="muted")


def strongest_reason(verdict: Verdict) -> Child:
    """The reason that weighs most on an account, with its decibans."""
    reason = wording.strongest(verdict.reasons)
    if reason is None:
        return muted("none recorded")
    return [tag("span", wording.decibans(reason.decibans), class_="db"), " ", reason.sentence]


def _row(cells: Sequence[Child], classes: Sequence[str | None]) -> Markup:
    head, *rest = zip(cells, classes, strict=True)
    return tag(
        "tr", tag("th", head[0], scope="row", class_=head[1]), [tag("td", cell, class_=c) for cell, c in rest]
    )
