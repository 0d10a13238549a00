"""``case.html``: what, who, since when, why, what was decided and done, and what proves it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from stillwatch import __version__
from stillwatch.core.case import Case, CaseDecision, CaseState
from stillwatch.core.verdict import Campaign, Timeline, Verdict
from stillwatch.reporting import tables, wording
from stillwatch.reporting.case_export.ledger_table import ledger_section
from stillwatch.reporting.charts import demand_bars, evidence_bars, link_graph
from stillwatch.reporting.document import document, stylesheet
from stillwatch.reporting.markup import Child, Markup, join, tag

if TYPE_CHECKING:
    from stillwatch.detection.recorded import CampaignRecord
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
            _evidence(file),
            _decision(case),
            _accounts(file),
            _history(file),
            _disclosures(file),
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


def _evidence(file: CaseFile) -> Markup:
    campaign = file.campaign
    if campaign is None:
        body: Child = tag("p", "No evidence was kept of this case: it was opened from a bare result.")
    else:
        body = [
            tag("div", _why(campaign), _doubts(campaign), class_="columns"),
            tag("div", _links(campaign), _when(campaign), class_="charts"),
            tag(
                "p",
                "Snapshot of the evidence: ",
                tag("code", file.case.evidence),
                " (BLAKE3). ",
                tag("code", f"stillwatch case replay {file.case.case_id}"),
                " judges it again where the case is kept.",
                class_="note",
            ),
        ]
    return tag("section", tag("h2", "Evidence", id="evidence"), body, aria_labelledby="evidence")


def _why(campaign: CampaignRecord) -> Markup:
    reach = evidence_bars.reach_of(campaign.reasons)
    rows = [
        (
            wording.decibans(reason.decibans),
            evidence_bars.evidence_bar(reason.decibans, reach=reach),
            [wording.visible(reason.sentence, 200), " ", tag("span", reason.detector, class_="detector")],
        )
        for reason in wording.by_weight(campaign.reasons)
    ]
    listing = tables.table(
        "Right of the line speaks for an attack, left of it against",
        ("Decibans", "Weight", "What was seen, and the detector that saw it"),
        rows,
        numeric="n..",
    )
    return tag("section", tag("h3", "Why"), tag("div", listing, class_="why"))


def _doubts(campaign: CampaignRecord) -> Markup:
    innocent = campaign.innocent_explanation or "None was recorded for this kind of campaign."
    missing = ", ".join(campaign.missing)
    lacking = f"The log did not carry {missing}. Nothing was concluded from them, neither way."
    return tag(
        "section",
        tag("h3", "An innocent explanation would be"),
        tag("p", wording.visible(innocent, _LONGEST_TEXT), class_="innocent"),
        tag("h3", "Could not be judged"),
        tag("p", lacking if missing else "The log carried every field that the detectors ask for."),
    )


def _links(campaign: CampaignRecord) -> Markup | None:
    if not campaign.links:
        return None
    shown = _as_campaign(campaign)
    verdicts = {
        each.account_id: Verdict(
            each.account_id, each.verdict, each.score, campaign.campaign_id, each.first_alarm_ts, ()
        )
        for each in campaign.accounts
    }
    return tag(
        "section",
        tag("h3", "Who is linked to whom"),
        tag("p", "A link means one origin, not guilt.", class_="note"),
        tables.scroller("Link graph", link_graph.link_graph(shown, verdicts, prefix="case")),
        link_graph.legend(shown, verdicts),
        class_="graph",
    )


def _as_campaign(campaign: CampaignRecord) -> Campaign:
    return Campaign(
        campaign.campaign_id,
        campaign.verdict,
        tuple(each.account_id for each in campaign.accounts),
        campaign.score,
        campaign.exchanges,
        campaign.first_ts,
        campaign.last_ts,
        campaign.first_alarm_ts,
        campaign.leaked,
        campaign.reasons,
        campaign.innocent_explanation,
        campaign.missing,
        campaign.links,
        Timeline(campaign.start, campaign.step_seconds, {}),
    )


def _when(campaign: CampaignRecord) -> Markup | None:
    start = wording.parsed(campaign.start)
    if start is None or not campaign.counts:
        return None
    step = dt.timedelta(seconds=campaign.step_seconds)
    alarm = wording.parsed(campaign.first_alarm_ts)
    drawing = demand_bars.demand_bars(start, step, campaign.counts, alarm, prefix="when")
    return tag("section", tag("h3", "When"), tables.scroller("Exchanges over time", drawing), class_="lanes")


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


def _history(file: CaseFile) -> Markup:
    steps = tables.table(
        "Everything that was done about the case, oldest first",
        ("When", "Who", "What", "In words"),
        (
            (
                tables.moment(step.ts),
                wording.visible(step.by),
                step.kind.value,
                wording.visible(step.text, _LONGEST_TEXT) if step.text else tables.muted("–"),
            )
            for step in file.steps
        ),
    )
    return tag(
        "section",
        tag("h2", "History", id="history"),
        tag("div", tables.scroller("History", steps), class_="steps"),
        _tasks(file),
        _related(file),
        aria_labelledby="history",
    )


def _tasks(file: CaseFile) -> Child:
    if not file.tasks:
        return None
    rows = [
        (
            wording.visible(task.text, 300),
            wording.visible(task.assignee) if task.assignee else tables.muted("the case's owner"),
            tables.moment(task.due_ts, absent="no date"),
            tables.moment(task.done_ts, absent="not yet"),
        )
        for task in file.tasks
    ]
    return tables.scroller("Tasks", tables.table("Tasks", ("Task", "Whose", "Due", "Done"), rows))


def _related(file: CaseFile) -> Child:
    if not file.related:
        return None
    items: Sequence[Child] = [
        tag("li", tag("strong", each.case_id), ": ", "; ".join(wording.visible(s, 200) for s in each.shared))
        for each in file.related
    ]
    return [tag("h3", "Cases that share evidence with it"), tag("ul", items)]


def _disclosures(file: CaseFile) -> Markup | None:
    if not file.disclosures:
        return None
    listing = tables.table(
        "What was asked to leave the lab because of this case",
        ("Disclosure", "To", "Marking", "Stands", "Indicators", "Asked by", "Released"),
        (
            (
                tag("code", each.disclosure_id),
                wording.visible(each.destination),
                f"TLP:{each.marking.value.upper()}",
                each.stage.value,
                wording.whole(len(each.indicators)),
                wording.visible(each.requested_by),
                tables.moment(each.released_ts, absent="no"),
            )
            for each in file.disclosures
        ),
        numeric="....n..",
    )
    return tag(
        "section",
        tag("h2", "Disclosures", id="disclosures"),
        tables.scroller("Disclosures", listing),
        aria_labelledby="disclosures",
    )
