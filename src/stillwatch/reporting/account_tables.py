"""Accounts in tables: of one campaign, on watch outside campaigns, and all of a small log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from stillwatch.core.verdict import Call, Campaign, DetectionResult, Verdict
from stillwatch.reporting import tables, wording
from stillwatch.reporting.markup import Child, Markup, tag

FULL_LIST: Final = "verdicts.jsonl"
ROWS_ON_PAGE: Final = 2000  # shared among the campaigns, so that the page stays a page
MOST_ROWS: Final = 250
MOST_LOOSE_ROWS: Final = 200
SMALL_LOG: Final = 500


def rows_a_campaign(campaigns: int) -> int:
    """How many accounts a campaign may list when so many campaigns share the page."""
    return max(25, min(MOST_ROWS, ROWS_ON_PAGE // max(1, campaigns)))


def campaign_accounts(campaign: Campaign, verdicts: Mapping[str, Verdict], *, most: int) -> Markup:
    """The accounts of one campaign, strongest first."""
    shown = campaign.accounts[:most]
    title = f"{wording.counted(len(campaign.accounts), 'account')} of this campaign"
    listing = tables.table(
        ["Accounts of ", tables.account(campaign.campaign_id), ", strongest first"],
        (
            "Account",
            "Verdict",
            "Likely",
            "Exchanges",
            "Of the campaign",
            "First alarm",
            "Strongest reason (decibans)",
        ),
        (_campaign_row(name, verdicts.get(name)) for name in shown),
        numeric="..nnn..",
    )
    return tables.folded(
        title,
        tables.scroller(f"Accounts of {wording.visible(campaign.campaign_id)}", listing),
        _rest(len(campaign.accounts) - len(shown)),
        open_=len(shown) < tables.SHORTEST_FOLDED,
    )


def outside_campaigns(result: DetectionResult) -> Markup | None:
    """Accounts called watch (or attack) that no campaign explains; None when there is none."""
    known = {campaign.campaign_id for campaign in result.campaigns}
    loose = strongest_first(
        v for v in result.verdicts if v.verdict is not Call.CLEAR and v.campaign_id not in known
    )
    if not loose:
        return None
    shown = loose[:MOST_LOOSE_ROWS]
    listing = tables.table(
        "Accounts called watch or attack that belong to no campaign, strongest first",
        ("Account", "Verdict", "Likely", "Exchanges", "Strongest reason (decibans)"),
        (_short_row(verdict) for verdict in shown),
        numeric="..nn.",
    )
    return tag(
        "section",
        tag("h2", "On watch, outside campaigns", id="watch"),
        tag(
            "p",
            "Something about these accounts is unusual, but nothing ties them to others. "
            "Worth a look; not enough to act on.",
            class_="lead",
        ),
        tables.scroller("Accounts outside campaigns", listing),
        _rest(len(loose) - len(shown)),
        aria_labelledby="watch",
    )


def everybody(result: DetectionResult) -> Markup:
    """All accounts in figures, and one by one when the log is small."""
    total = result.summary.accounts
    counts = {
        call: result.summary.verdicts.get(call.value, 0) for call in (Call.ATTACK, Call.WATCH, Call.CLEAR)
    }
    figures = tables.table(
        "Accounts by verdict",
        ("Verdict", "Accounts", "Share"),
        ((tables.chip(call), wording.whole(n), wording.share(n, total)) for call, n in counts.items()),
        numeric=".nn",
    )
    return tag(
        "section",
        tag("h2", "All accounts", id="accounts"),
        tag("div", figures, class_="narrow"),
        _everybody_listed(result.verdicts),
        aria_labelledby="accounts",
    )


def strongest_first(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Attack before watch before clear, each by score."""
    severity = {Call.ATTACK: 0, Call.WATCH: 1, Call.CLEAR: 2}
    return sorted(verdicts, key=lambda v: (severity[v.verdict], -v.score, v.account_id))


def _everybody_listed(verdicts: Sequence[Verdict]) -> Child:
    if len(verdicts) > SMALL_LOG:
        return tag(
            "p",
            f"All {wording.whole(len(verdicts))} verdicts with their reasons are in ",
            tag("code", FULL_LIST),
            " beside this page, one line an account.",
        )
    if not verdicts:
        return tag("p", "The log named no account.")
    listing = tables.table(
        "Every account of the log, strongest first",
        ("Account", "Verdict", "Likely", "Exchanges", "Strongest reason (decibans)"),
        (_short_row(verdict) for verdict in strongest_first(verdicts)),
        numeric="..nn.",
    )
    return tables.folded(
        f"List {wording.counted(len(verdicts), 'account')}", tables.scroller("All accounts", listing)
    )


def _campaign_row(name: str, verdict: Verdict | None) -> Sequence[Child]:
    if verdict is None:
        return (tables.account(name), *(tables.muted("not recorded") for _ in range(6)))
    return (
        tables.account(name),
        tables.chip(verdict.verdict),
        wording.percent(verdict.score),
        wording.whole(verdict.exchanges),
        wording.whole(verdict.campaign_exchanges),
        tables.moment(verdict.first_alarm_ts),
        tables.strongest_reason(verdict),
    )


def _short_row(verdict: Verdict) -> Sequence[Child]:
    return (
        tables.account(verdict.account_id),
        tables.chip(verdict.verdict),
        wording.percent(verdict.score),
        wording.whole(verdict.exchanges),
        tables.strongest_reason(verdict),
    )


def _rest(hidden: int) -> Child:
    if hidden <= 0:
        return None
    return tag(
        "p", f"And {wording.whole(hidden)} more: ", tag("code", FULL_LIST), " has them all.", class_="note"
    )
