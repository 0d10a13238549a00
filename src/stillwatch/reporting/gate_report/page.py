"""The refusal report as one file that loads nothing: what was refused, by which rule, why, and on which legal bases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.reporting import tables, wording
from stillwatch.reporting.document import document, stylesheet
from stillwatch.reporting.markup import Child, Markup, join, tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.sharing.gate.refusal_report import RefusalReport


def render_refusals(report: RefusalReport) -> str:
    """The page as text, to be written as UTF-8 without changing its line ends."""
    return document("Refusals of the antitrust gate · Stillwatch", stylesheet("figures"), _body(report))


def _body(report: RefusalReport) -> Markup:
    period = f"Decisions from {report.first} to {report.last}." if report.first else "No decisions yet."
    return join(
        tag("a", "Skip to the figures", href="#findings", class_="skip"),
        tag(
            "header",
            tag("p", "Stillwatch", class_="brand"),
            tag("h1", "What the antitrust gate refused, and why"),
            tag("p", f"{period} Made on {report.made_on} from the ledger alone.", class_="period"),
            class_="masthead",
        ),
        tag(
            "main",
            _overview(report),
            _rules(report),
            _weeks(report),
            _texts(report),
            _bases(report),
            _policies(report),
            id="findings",
            tabindex=-1,
        ),
        _foot(),
    )


def _section(title: str, name: str, *children: Child) -> Markup:
    return tag("section", tag("h2", title, id=name), children, aria_labelledby=name)


def _overview(report: RefusalReport) -> Markup:
    total = report.passed + report.refused
    return _section(
        "At a glance",
        "glance",
        [tag("p", notice, class_="warning") for notice in report.notices],
        tables.facts(
            [
                ("Decided", wording.whole(total), "objects in the automatic lane"),
                ("Passed", wording.whole(report.passed), wording.share(report.passed, total)),
                ("Refused", wording.whole(report.refused), wording.share(report.refused, total)),
                ("Texts released", wording.whole(report.texts.get("released", 0)), "by two people each"),
            ]
        ),
    )


def _rules(report: RefusalReport) -> Markup:
    rows = [
        (rule, wording.whole(report.by_rule.get(rule, 0)), why)
        for rule, why in sorted(
            report.reasons.items(), key=lambda each: (-report.by_rule.get(each[0], 0), each[0])
        )
    ]
    others = [
        (rule, wording.whole(count), "A rule of the hub's own.")
        for rule, count in report.by_rule.items()
        if rule not in report.reasons
    ]
    return _section(
        "Refused by rule",
        "rules",
        tag("p", "An object may break several rules. Rules that nobody broke are listed, too."),
        tables.scroller(
            "Rules",
            tables.table(
                "Every rule of the gate",
                ("Rule", "Objects", "What it keeps out"),
                [*others, *rows],
                numeric=".n.",
            ),
        ),
        _counts("Refused by rule and place in the object", ("Rule and place", "Objects"), report.by_place),
        _counts("Refused by type of object", ("Type", "Objects"), report.by_type),
    )


def _weeks(report: RefusalReport) -> Child:
    if not report.by_week:
        return None
    rows = [
        (week, wording.whole(passed), wording.whole(refused))
        for week, (passed, refused) in report.by_week.items()
    ]
    listing = tables.table("A row a week, by its Monday", ("Week", "Passed", "Refused"), rows, numeric=".nn")
    return _section("Week by week", "weeks", tables.scroller("Weeks", listing))


def _texts(report: RefusalReport) -> Markup:
    return _section(
        "Texts that people read",
        "texts",
        tag(
            "p",
            "Free text never passes by itself. Two people release it, one of them counsel, neither of them its author.",
        ),
        _counts("What became of texts", ("Outcome", "Texts"), report.texts),
        _counts("Why people refused texts", ("Reason", "Texts"), report.refusals_of_texts),
        _counts("Legal bases cited in releases", ("Basis", "Texts"), report.releases_by_basis),
    )


def _bases(report: RefusalReport) -> Markup:
    rows = [
        (
            each["title"],
            each["strength"],
            each["state"],
            each["runs_out"] or "no known end",
            each["checked_on"],
        )
        for each in report.bases
    ]
    heads = ("Basis", "Strength", f"On {report.made_on}", "Runs out", "Last looked at")
    return _section(
        "Legal bases",
        "bases",
        tag("p", "Facts that counsel wrote down with their dates. They are not advice."),
        tables.scroller("Legal bases", tables.table("Bases and where they stand", heads, rows)),
    )


def _policies(report: RefusalReport) -> Markup:
    return _section(
        "Policy",
        "policy",
        tag(
            "p",
            "The version names numbers, lists, registers, schemas and the program itself; a change gives another one.",
        ),
        _counts("Entries by version of the policy", ("Version", "Entries"), report.policies),
    )


def _counts(caption: str, heads: tuple[str, str], counts: Mapping[str, int]) -> Child:
    if not counts:
        return None
    rows = [(name, wording.whole(count)) for name, count in counts.items()]
    return tables.scroller(caption, tables.table(caption, heads, rows, numeric=".n"))


def _foot() -> Markup:
    return tag(
        "footer",
        tag("h2", "How to read this page"),
        tag(
            "p",
            "It is added up from a signed, append-only ledger that holds digests and no contents; whoever holds an "
            "export can check the ledger and make this page again. No member, person, customer or value is named. "
            "The page loads nothing and sends nothing.",
            class_="note",
        ),
    )
