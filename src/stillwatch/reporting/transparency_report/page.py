"""The transparency report as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.reporting import wording
from stillwatch.reporting.markup import Child, Markup, tag
from stillwatch.reporting.sheets import words
from stillwatch.reporting.sheets.measures import ACTIONS
from stillwatch.reporting.sheets.sheet import Sheet, listing, section
from stillwatch.reporting.transparency_report.figures import FATES, LEAST, TAKERS, TOTAL, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.reporting.intervals import Share
    from stillwatch.reporting.sheets.provenance import Provenance
    from stillwatch.reporting.sheets.spread import Spread
    from stillwatch.reporting.transparency_report.figures import Figures

WITHHELD: Final = "withheld"
_FATE_WORDS: Final = ("Confirmed", "Honest cause", "Left open", "Not decided", "Merged")
_ACTS: Final = {
    "throttle": "Slowed down",
    "verify": "Asked to verify",
    "degrade": "Given less",
    "block": "Blocked",
}
METHOD: Final = (
    (
        "Cases, appeals, disclosures and approvals are counted from the lab's ledger, an append-only log in which "
        "every act of a person or a program is an entry; measures from the store of decisions, whose own chain of "
        "entries was checked whole. A case counts in the period in which it was opened, and how it ended is as of "
        "the period's last day."
    ),
    (
        f"Counts from one to {LEAST - 1} are withheld, so that nobody behind a small number can be told. Where a "
        "withheld count could be worked out from a total, another count is withheld with it; a linear programme "
        f"checked that no withheld small count can be bounded below {LEAST} from what is shown. Zeros are shown: "
        "nobody stands behind one. Both kinds read “withheld”."
    ),
    (
        f"Shares are given only where both counts are shown and the whole is at least {LEAST}; their intervals are "
        "exact (Clopper and Pearson, 1934), two-sided 95 %. Times are rounded to whole hours before the median is "
        "taken."
    ),
)
LIMITS: Final = (
    "Only campaigns that were detected are in it. How many were not is unknown.",
    (
        "Not everybody who is restricted appeals, so the share of overturned appeals is no rate of error among all "
        "measures."
    ),
    "A measure is a decision about an account, an organisation, a key or a network; one account can be under several.",
    (
        "Reports on periods that overlap could be subtracted from each other. The program therefore makes them of "
        "whole months, quarters or years, and refuses one that overlaps another kind."
    ),
)


def sheet_of(figures: Figures, provenance: Provenance) -> Sheet:
    """The sheet."""
    return Sheet(
        kind="Transparency report",
        title=f"What was done against distillation, {figures.period.in_words}",
        period=figures.period.in_words,
        audience="public",
        summary=_summary(figures),
        sections=(_cases(figures), _measures(figures), _appeals(figures), _others(figures)),
        method=METHOD,
        limits=LIMITS,
        provenance=provenance,
    )


def _summary(figures: Figures) -> list[Child]:
    return [
        (
            f"Suspected campaigns looked at by people: {_said(figures, f'cases|{TOTAL}|{TOTAL}')}. Confirmed as "
            f"adversarial distillation: {_said(figures, f'cases|{TOTAL}|confirmed')}; found to have an honest cause: "
            f"{_said(figures, f'cases|{TOTAL}|innocent')}."
        ),
        (
            f"Measures that took effect: {_said(figures, f'measures|{TOTAL}|{TOTAL}')}, of which a program took "
            f"{_said(figures, f'measures|{TOTAL}|machine')} and a person {_said(figures, f'measures|{TOTAL}|person')}. "
            f"Blocks without end, each by two people: {_said(figures, 'blocks|permanent')}."
        ),
        (
            f"Appeals answered: {_said(figures, 'appeals|answered')}; overturned: "
            f"{_share(figures.share('appeals|overturned', 'appeals|answered'))}."
        ),
        (
            f"Notifications to a government: {_said(figures, 'government|notifications')}; disclosures to other labs: "
            f"{_said(figures, 'disclosures|released')}."
        ),
    ]


def _cases(figures: Figures) -> Markup:
    rows = _grid(figures, "cases", VERDICTS, FATES, {"attack": "Attack", "watch": "On watch"})
    return section(
        "Campaigns that people looked at",
        "cases",
        tag(
            "p",
            "A case is one suspected campaign. A person decides every case; detection only opens it, here by the "
            "verdict with which it did.",
        ),
        listing(
            "Cases opened in the period, by detection's verdict and how they ended",
            ("Verdict", *_FATE_WORDS, "All"),
            rows,
            numeric=".nnnnnn",
        ),
        _facts(
            [
                ("Accounts in confirmed cases", _said(figures, "accounts|confirmed")),
                (
                    "Honest cause, of all cases",
                    _share(figures.share(f"cases|{TOTAL}|innocent", f"cases|{TOTAL}|{TOTAL}")),
                ),
                ("Median time from opening to decision", _time(figures.to_decision)),
            ]
        ),
    )


def _measures(figures: Figures) -> Markup:
    rows = _grid(figures, "measures", ACTIONS, TAKERS, _ACTS)
    return section(
        "Measures",
        "measures",
        tag(
            "p",
            "What a program decides rests on a rule that a person let act, and stops at a brake beyond which a "
            "second person has to agree.",
        ),
        listing(
            "Measures that took effect, by what they do and who took them",
            ("Measure", "By a program", "By a person", "All"),
            rows,
            numeric=".nnn",
        ),
        _facts(
            [
                ("Blocks without end, each by two people", _said(figures, "blocks|permanent")),
                ("Blocks for a time", _said(figures, "blocks|temporary")),
                ("Ended by running out", _said(figures, "ended|expire")),
                ("Lifted before their time", _said(figures, "ended|lift")),
                ("Simulated only, without effect on anybody", _said(figures, "simulated")),
                ("Statements of reasons issued", _said(figures, "statements|issued")),
            ]
        ),
    )


def _appeals(figures: Figures) -> Markup:
    return section(
        "Appeals",
        "appeals",
        tag(
            "p",
            "Whoever is restricted can appeal. Somebody answers who had no part in the measure; what is overturned "
            "is lifted at every gateway and taken back from others.",
        ),
        _facts(
            [
                ("Received", _said(figures, "appeals|received")),
                ("Answered", _said(figures, "appeals|answered")),
                ("Upheld", _said(figures, "appeals|upheld")),
                ("Overturned", _said(figures, "appeals|overturned")),
                (
                    "Overturned, of those answered",
                    _share(figures.share("appeals|overturned", "appeals|answered")),
                ),
                ("Answered in time", _share(figures.share("appeals|in time", "appeals|answered"))),
                ("Sent to counsel", _said(figures, "appeals|escalated")),
                ("Withdrawn", _said(figures, "appeals|withdrawn")),
                ("Waiting at the end", _said(figures, "appeals|waiting")),
                ("Median time to an answer", _time(figures.to_answer)),
            ]
        ),
    )


def _others(figures: Figures) -> Markup:
    return section(
        "What was told to others, and what was allowed",
        "others",
        _facts(
            [
                ("Disclosures to other labs asked for", _said(figures, "disclosures|requested")),
                ("Released, by two people each", _said(figures, "disclosures|released")),
                ("Refused", _said(figures, "disclosures|refused")),
                ("Notifications to a government", _said(figures, "government|notifications")),
                ("Requests from a government", _said(figures, "government|requests")),
                ("Authorisations registered", _said(figures, "authorisations|registered")),
                ("Authorisations withdrawn", _said(figures, "authorisations|withdrawn")),
                ("Second people who agreed", _said(figures, "approvals|approved")),
                ("Second people who refused", _said(figures, "approvals|refused")),
            ]
        ),
    )


def _grid(
    figures: Figures, name: str, rows: Sequence[str], columns: Sequence[str], named: dict[str, str]
) -> list[list[Child]]:
    return [
        [named.get(row, "All"), *(_cell(figures, f"{name}|{row}|{column}") for column in (*columns, TOTAL))]
        for row in (*rows, TOTAL)
    ]


def _facts(pairs: Sequence[tuple[str, Child]]) -> Markup:
    rows = [(name, value) for name, value in pairs]
    return tag(
        "div", listing("Counts of the period", ("What", "How many"), rows, numeric=".n"), class_="counts"
    )


def _cell(figures: Figures, name: str) -> Child:
    found = figures.shown(name)
    return tag("span", WITHHELD, class_="hidden-count") if found is None else wording.whole(found)


def _said(figures: Figures, name: str) -> str:
    found = figures.shown(name)
    return WITHHELD if found is None else wording.whole(found)


def _share(found: Share | None) -> str:
    return WITHHELD if found is None else words.share(found)


def _time(found: Spread | None) -> str:
    return f"{WITHHELD}: fewer than {LEAST}" if found is None else words.median(found)
