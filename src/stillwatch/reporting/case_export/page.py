"""``case.html``: what, who, since when, why, what was decided and done, and what proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch import __version__
from stillwatch.core.case import Case, CaseDecision, CaseState
from stillwatch.reporting import tables, wording
from stillwatch.reporting.case_export.evidence_section import evidence_section
from stillwatch.reporting.case_export.ledger_table import ledger_section
from stillwatch.reporting.case_export.work_sections import disclosures_section, history_section
from stillwatch.reporting.document import document, stylesheet
from stillwatch.reporting.markup import Child, Markup, join, tag

if TYPE_CHECKING:
    from stillwatch.reporting.case_export.contents import CaseFile
    from stillwatch.reporting.case_export.proofs import Proofs

MOST_ACCOUNTS: Final = 250
_LONGEST_TEXT: Final = 2000
_CONCLUDED: Final = {
    CaseDecision.CONFIRMED: "confirmed as adversarial distillation",
    CaseDecision.INNOCENT: "found to have an honest cause",
    CaseDecision.UNDECIDED: "decided as open; it stays under watch",
}


def page_of(file: CaseFile, proofs: Proofs, made_ts: str) -> str:
    """The page as text."""
    case = file.case
    body = join(
        tag("a", "Skip to the case", href="#case", class_="skip"),
        _masthead(file, made_ts),
        tag(
            "main",
            _facts(file),
            evidence_section(file),
            _decision(case),
            _accounts(file),
            history_section(file),
            disclosures_section(file),
            ledger_section(file, proofs),
            id="case",
            tabindex=-1,
        ),
        tag(
            "footer",
            tag(
                "p",
                f"Stillwatch {__version__}. All times are UTC. The page loads nothing and sends nothing. How to "
                "check it without trusting it stands in HOW-TO-VERIFY.md beside it.",
                class_="note",
            ),
        ),
    )
    return document(f"{case.case_id} · Stillwatch case file", stylesheet("case"), body)


def _masthead(file: CaseFile, made_ts: str) -> Markup:
    case = file.case
    sealed = (
        "Accounts stand here by their ids. Handle it as personal data."
        if file.with_ids
        else "Accounts stand here by names that hold within this case only."
    )
    return tag(
        "header",
        tag("p", "Stillwatch case file", class_="brand"),
        tag("h1", f"{case.case_id}: {_in_words(case)}"),
        tag("p", "Exported ", tables.moment(made_ts), " UTC.", class_="period"),
        tag("p", sealed, class_="sealed"),
        class_="masthead",
    )


def _in_words(case: Case) -> str:
    if case.state is CaseState.MERGED:
        return f"merged into {case.merged_into}"
    if case.decision is None:
        return f"{case.state}, not decided yet"
    return _CONCLUDED[case.decision] + (", closed" if case.state is CaseState.CLOSED else "")


def _facts(file: CaseFile) -> Markup:
    case = file.case
    lasted = wording.between(case.first_ts, case.last_ts)
    warned = wording.between(case.first_ts, case.first_alarm_ts)
    figures = (
        ("Verdict of detection", tables.chip(case.verdict), f"likely {wording.percent(case.score)}"),
        ("Accounts", wording.whole(case.accounts), _gone(file)),
        ("Exchanges", wording.whole(case.exchanges), "of the campaign's demand"),
        ("Since", tables.moment(case.first_ts), f"active {lasted}" if lasted else None),
        (
            "First alarm",
            tables.moment(case.first_alarm_ts, absent="none yet"),
            f"after {warned}" if warned else None,
        ),
        ("Leaked before it", wording.counted(case.leaked, "exchange"), "answered"),
    )
    return tag(
        "section", tag("h2", "The campaign", id="campaign"), tables.facts(figures), aria_labelledby="campaign"
    )


def _gone(file: CaseFile) -> str | None:
    gone = sum(not account.present for account in file.accounts)
    return f"and {wording.whole(gone)} that were counted in once" if gone else None


def _decision(case: Case) -> Markup:
    if case.decision is None:
        body: Child = tag("p", "Nobody has decided it yet. Due ", tables.moment(case.due_ts), " UTC.")
    else:
        spared = (
            f" {wording.counted(len(case.spared), 'account')} left out: "
            if case.spared
            else " No account was left out."
        )
        body = [
            tag(
                "p",
                tag("strong", case.decision.value),
                f", by {wording.visible(case.decided_by)}, ",
                tables.moment(case.decided_ts),
                " UTC.",
                spared,
                [[tables.account(name), " "] for name in case.spared[:MOST_ACCOUNTS]],
            ),
            tag("blockquote", wording.visible(case.reason, _LONGEST_TEXT)) if case.reason else None,
        ]
    return tag("section", tag("h2", "Decision", id="decision"), body, aria_labelledby="decision")


def _accounts(file: CaseFile) -> Markup:
    order = sorted(file.accounts, key=lambda a: (not a.present, -a.campaign_exchanges, a.account_id))
    shown = order[:MOST_ACCOUNTS]
    listing = tables.table(
        "Accounts of the case, those with most of its exchanges first",
        ("Account", "Verdict", "Exchanges", "Of the campaign", "First alarm", "Counted in now"),
        (
            (
                tables.account(account.account_id),
                tables.chip(account.verdict),
                wording.whole(account.exchanges),
                wording.whole(account.campaign_exchanges),
                tables.moment(account.first_alarm_ts),
                "yes" if account.present else "no longer",
            )
            for account in shown
        ),
        numeric="..nn..",
    )
    rest = len(order) - len(shown)
    more = (
        tag("p", f"And {wording.whole(rest)} more: ", tag("code", "case.json"), " has them all.")
        if rest
        else None
    )
    return tag(
        "section",
        tag("h2", "Accounts", id="accounts"),
        tables.folded(
            wording.counted(len(order), "account"),
            tables.scroller("Accounts", listing),
            more,
            open_=len(shown) < tables.SHORTEST_FOLDED,
        ),
        aria_labelledby="accounts",
    )
