"""What was looked for and what was found: key by key, test by test, evidence apart from corroboration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.attribution.battery.contract import Weight
from stillwatch.attribution.battery.registry import tests
from stillwatch.reporting import tables, wording
from stillwatch.reporting.attribution_report.figures import number
from stillwatch.reporting.markup import Child, Markup, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.attribution.battery.contract import TestResult
    from stillwatch.reporting.attribution_report.contents import ReportFile


def evidence(file: ReportFile) -> Markup:
    """The section."""
    judgement = file.findings.judgement
    carrying = [each for each in judgement.results if each.weight is Weight.EVIDENCE]
    likeness = [each for each in judgement.results if each.weight is Weight.CORROBORATION]
    return tag(
        "section",
        tag("h2", "What was looked for, and what was found", id="evidence"),
        tag(
            "p",
            "Only traces of secret keys can carry an accusation: they do not come about by chance or by likeness. "
            "Likeness to the teacher is told apart, and never lifts a verdict.",
            class_="lead",
        ),
        _clusters(file),
        _tests("Evidence: traces of keys", carrying, "No test that rests on keys had anything to go by."),
        _keys(carrying),
        _tests("Corroboration: likeness to the teacher", likeness, "No likeness was tested."),
        _skipped(file),
        aria_labelledby="evidence",
    )


def _clusters(file: ReportFile) -> Child:
    clusters = file.findings.conclusion.clusters
    if not clusters:
        return None
    rows = [
        (
            tables.account(each.cluster),
            ", ".join(each.epochs),
            number(each.e),
            f"{each.rank} of {each.decoys + 1}" if each.decoys else "–",
        )
        for each in clusters
    ]
    return tables.scroller(
        "Keys by cluster",
        tables.table(
            "Whose key, over all its tests and epochs, corrected for the number of clusters",
            ("Key of", "Epochs", "e-value", "Rank among keys never served"),
            rows,
            numeric="..nn",
        ),
    )


def _tests(title: str, results: Sequence[TestResult], nothing: str) -> Child:
    if not results:
        return [tag("h3", title), tag("p", nothing)]
    known = tests()
    rows = [
        (
            known[each.name].title if each.name in known else each.name,
            number(each.p),
            number(each.e),
            wording.whole(each.units),
            wording.whole(each.needed) if each.needed else "–",
            each.sentence,
        )
        for each in results
    ]
    return [
        tag("h3", title),
        tables.scroller(
            title,
            tables.table(
                "p is exact, bounded or by randomisation; what is counted is named in the last column",
                ("Test", "p", "e-value", "Counted", "Needed to speak", "In words"),
                rows,
                numeric=".nnnn.",
            ),
        ),
    ]


def _keys(results: Sequence[TestResult]) -> Child:
    rows = [
        (
            each.name,
            tables.account(found.cluster),
            found.epoch,
            number(found.p),
            number(found.e),
            wording.whole(found.units),
            f"{found.effect * 100:+.1f}{wording.NO_BREAK}%",
            f"{found.rank} of {found.decoys + 1}" if found.decoys else "–",
        )
        for each in results
        for found in each.keys
    ]
    if not rows:
        return None
    table = tables.table(
        "Every key by itself",
        ("Test", "Key of", "Epoch", "p", "e-value", "Keyed units", "Lean beyond chance", "Rank"),
        rows,
        numeric="...nnnnn",
    )
    return tables.folded(
        wording.counted(len(rows), "key and test", "keys and tests"),
        tables.scroller("Keys and tests", table),
        open_=len(rows) < tables.SHORTEST_FOLDED,
    )


def _skipped(file: ReportFile) -> Child:
    skipped = file.findings.judgement.skipped
    if not skipped:
        return None
    return [
        tag("h3", "Not tested"),
        tag("ul", [tag("li", tag("strong", each.name), f": {each.reason}") for each in skipped]),
    ]
