"""``report.html``: the page a person opens first after ``detect``.

What it says and in which order; :mod:`stillwatch.reporting.document` makes it one file that loads nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from stillwatch.core.verdict import Call, Campaign, DetectionResult, Summary
from stillwatch.reporting import account_tables, authorised_traffic, run_notes, tables, wording
from stillwatch.reporting.campaign_card import called, campaign_card
from stillwatch.reporting.charts import evidence_bars
from stillwatch.reporting.document import document, stylesheet
from stillwatch.reporting.markup import Child, Markup, join, tag

MOST_CARDS: Final = 25


def render_report(result: DetectionResult) -> str:
    """The whole page as text, to be written as UTF-8 without changing its line ends."""
    return document(f"{_headline(result)} · Stillwatch", stylesheet(), _body(result))


def in_order(campaigns: Sequence[Campaign]) -> list[Campaign]:
    """Campaigns as a person should meet them: confirmed ones first, then by score and size."""
    return sorted(
        campaigns, key=lambda c: (c.verdict is not Call.ATTACK, -c.score, -c.exchanges, c.campaign_id)
    )


def _body(result: DetectionResult) -> Markup:
    return join(
        tag("a", "Skip to the findings", href="#findings", class_="skip"),
        _masthead(result),
        tag(
            "main",
            _campaigns(result),
            authorised_traffic.authorisations(result),
            account_tables.outside_campaigns(result),
            account_tables.everybody(result),
            run_notes.could_not_judge(result.unjudged),
            run_notes.reading(result.summary),
            id="findings",
            tabindex=-1,
        ),
        run_notes.colophon(result.summary),
    )


def _masthead(result: DetectionResult) -> Markup:
    summary = result.summary
    return tag(
        "header",
        tag("p", "Stillwatch report", class_="brand"),
        tag("h1", _headline(result)),
        tag("p", _period(summary), class_="period"),
        tag("p", tag("strong", "Background. "), summary.background, class_="background"),
        class_="masthead",
    )


def _headline(result: DetectionResult) -> str:
    accounts = wording.counted(result.summary.accounts, "account")
    attack = result.summary.verdicts.get(Call.ATTACK.value, 0)
    called = sum(c.verdict is Call.ATTACK for c in result.campaigns)
    found = wording.counted(called, "campaign") if called else "No campaign"
    if called < len(result.campaigns):
        found += f" and {wording.counted(len(result.campaigns) - called, 'group')} to look into"
    if not attack:
        return f"{found}; none of {accounts} called attack" if result.summary.accounts else found
    return f"{found}; {wording.whole(attack)} of {accounts} called attack"


def _period(summary: Summary) -> Child:
    judged = wording.counted(summary.exchanges, "exchange")
    if summary.first_ts is None or summary.last_ts is None:
        return f"{judged} read."
    lasted = wording.between(summary.first_ts, summary.last_ts)
    return [
        f"{judged}, ",
        tables.moment(summary.first_ts),
        " to ",
        tables.moment(summary.last_ts),
        f" UTC ({lasted})" if lasted else " UTC",
    ]


def _campaigns(result: DetectionResult) -> Child:
    if not result.campaigns:
        return _nothing_found(result)
    campaigns = in_order(result.campaigns)
    shown = campaigns[:MOST_CARDS]
    verdicts = {verdict.account_id: verdict for verdict in result.verdicts}
    reach = evidence_bars.reach_of(reason for campaign in shown for reason in campaign.reasons)
    most = account_tables.rows_a_campaign(len(shown))
    return [
        _overview(result, campaigns),
        [
            campaign_card(
                campaign,
                verdicts,
                result.unjudged,
                prefix=f"campaign-{place}",
                reach=reach,
                most_accounts=most,
            )
            for place, campaign in enumerate(shown, start=1)
        ],
        tag(
            "p",
            f"{len(campaigns) - len(shown)} weaker campaigns: ",
            tag("code", "campaigns.jsonl"),
            " has them all.",
        )
        if len(campaigns) > len(shown)
        else None,
    ]


def _overview(result: DetectionResult, campaigns: Sequence[Campaign]) -> Child:
    verdicts = {verdict.account_id: verdict for verdict in result.verdicts}
    listing = tables.table(
        "Campaigns at a glance, the surest first",
        (
            "Campaign",
            "Verdict",
            "Likely",
            "Accounts",
            "Called attack",
            "Exchanges",
            "Leaked",
            "Since",
            "First alarm",
        ),
        (
            (
                tag("a", tables.account(campaign.campaign_id), href=f"#campaign-{place}")
                if place <= MOST_CARDS
                else tables.account(campaign.campaign_id),
                tables.chip(campaign.verdict),
                wording.percent(campaign.score),
                wording.whole(len(campaign.accounts)),
                wording.whole(called(campaign, verdicts, Call.ATTACK)),
                wording.whole(campaign.exchanges),
                wording.whole(campaign.leaked),
                tables.moment(campaign.first_ts),
                tables.moment(campaign.first_alarm_ts, absent="none yet"),
            )
            for place, campaign in enumerate(campaigns[:200], start=1)
        ),
        numeric="..nnnnn..",
    )
    return tag(
        "nav", tables.scroller("Campaigns at a glance", listing), aria_label="Campaigns", class_="overview"
    )


def _nothing_found(result: DetectionResult) -> Markup:
    watch = result.summary.verdicts.get(Call.WATCH.value, 0)
    look = f"{wording.counted(watch, 'account is', 'accounts are')} on watch, listed below. " if watch else ""
    silent = (
        f"{wording.counted(len(result.unjudged), 'detector')} could not speak for lack of fields; see below. "
        if result.unjudged
        else ""
    )
    return tag(
        "section",
        tag("h2", "Nothing found"),
        tag("p", "No group of accounts in this log looks like one distillation campaign. ", look),
        tag(
            "p",
            silent,
            "That is as far as this log can tell: a campaign that is only just beginning, or one that "
            "rewrites every request freely, may not show. A longer log or a named background (",
            tag("code", "--baseline"),
            ") sees further.",
        ),
        class_="card clear",
    )
