"""Every assumption of a loss estimate in a table, and what is to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.reporting import tables
from stillwatch.reporting.loss_report.figures import plain
from stillwatch.reporting.markup import Child, Markup, tag

if TYPE_CHECKING:
    from stillwatch.attribution.loss.assumptions import Assumption
    from stillwatch.attribution.loss.estimate import Estimate


def assumption_list(found: Estimate) -> list[Markup]:
    """Words, the table, and remarks."""
    heads = ("Assumption", "Low", "Likely", "High", "Unit", "As of", "Whose", "Source")
    remarks = [tag("li", tag("code", each.name), f": {each.sentence}") for each in found.notices]
    return [
        tag("p", "To change any, write it into a file and give it with ", tag("code", "--assumptions"), "."),
        tables.scroller(
            "Assumptions",
            tables.table(
                "What the estimate rests on",
                heads,
                [_assumption(each) for each in found.assumptions],
                numeric=".nnn....",
            ),
        ),
        tag("h3", f"To be looked at: {len(remarks)}"),
        tag("ul", remarks) if remarks else tag("p", "Nothing."),
    ]


def _assumption(each: Assumption) -> tuple[Child, ...]:
    numbers = ["–" if value is None else plain(value) for value in (each.low, each.likely, each.high)]
    source: Child = each.source or tables.muted("unsourced")
    says: Child = [tag("code", each.name), " ", each.says]
    dated = tag("time", each.as_of.isoformat(), datetime=each.as_of.isoformat())
    return (says, *numbers, each.unit, dated, "yours" if each.own else "shipped", source)
