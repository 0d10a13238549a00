"""What the case's verdict rests on, as a section of ``case.html``: reasons, doubts, links, and when it happened."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from stillwatch.core.verdict import Campaign, Timeline, Verdict
from stillwatch.reporting import tables, wording
from stillwatch.reporting.charts import demand_bars, evidence_bars, link_graph
from stillwatch.reporting.markup import Child, Markup, tag

if TYPE_CHECKING:
    from stillwatch.detection.replay.recorded import CampaignRecord
    from stillwatch.reporting.case_export.contents import CaseFile

_LONGEST_TEXT: Final = 2000


def evidence_section(file: CaseFile) -> Markup:
    """Reasons for and against, the innocent explanation, who is linked to whom, and when."""
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
