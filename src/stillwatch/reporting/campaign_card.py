"""One campaign on one card: how sure, who, since when, why, what else it could be, and its charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from stillwatch.core.verdict import Call, Campaign, Unjudged, Verdict
from stillwatch.reporting import account_tables, tables, wording
from stillwatch.reporting.charts import evidence_bars, link_graph, swim_lanes
from stillwatch.reporting.markup import Child, Markup, tag

MOST_LINK_ROWS: Final = 30


def campaign_card(
    campaign: Campaign,
    verdicts: Mapping[str, Verdict],
    unjudged: Sequence[Unjudged],
    *,
    prefix: str,
    reach: float,
    most_accounts: int,
) -> Markup:
    """The card.

    Args:
        campaign: what the card is about.
        verdicts: by account id.
        unjudged: the run's silent detectors; those that lack one of the campaign's missing fields are named.
        prefix: makes the card's ids unique on the page; also its anchor.
        reach: decibans at the full length of an evidence bar, the same for the whole page.
        most_accounts: rows of the account table.
    """
    return tag(
        "article",
        _head(campaign, prefix),
        _facts(campaign, verdicts),
        tag("div", _why(campaign, reach), _doubts(campaign, unjudged), class_="columns"),
        tag("div", _links(campaign, verdicts, prefix), _lanes(campaign, verdicts, prefix), class_="charts"),
        account_tables.campaign_accounts(campaign, verdicts, most=most_accounts),
        id=prefix,
        class_=f"card {campaign.verdict}",
        aria_labelledby=f"{prefix}-name",
    )


def called(campaign: Campaign, verdicts: Mapping[str, Verdict], call: Call) -> int:
    """How many of a campaign's accounts got that verdict."""
    return sum(1 for name in campaign.accounts if name in verdicts and verdicts[name].verdict is call)


def _head(campaign: Campaign, prefix: str) -> Markup:
    return tag(
        "header",
        tag("h2", "Campaign ", tables.account(campaign.campaign_id), id=f"{prefix}-name"),
        tables.chip(campaign.verdict),
        tag("span", "likely ", tag("strong", wording.percent(campaign.score)), class_="likely"),
    )


def _facts(campaign: Campaign, verdicts: Mapping[str, Verdict]) -> Markup:
    attack, watch = (called(campaign, verdicts, call) for call in (Call.ATTACK, Call.WATCH))
    lasted = wording.between(campaign.first_ts, campaign.last_ts)
    warned = wording.between(campaign.first_ts, campaign.first_alarm_ts)
    alarmed = campaign.first_alarm_ts is not None
    return tables.facts(
        (
            ("Accounts", wording.whole(len(campaign.accounts)), f"{attack} attack, {watch} watch"),
            ("Exchanges", wording.whole(campaign.exchanges), "of the campaign's demand"),
            ("Since", tables.moment(campaign.first_ts), f"active {lasted}" if lasted else None),
            (
                "First alarm",
                tables.moment(campaign.first_alarm_ts, absent="none yet"),
                f"after {warned}" if warned else None,
            ),
            (
                "Leaked before the alarm" if alarmed else "Leaked so far",
                tag("span", wording.counted(campaign.leaked, "exchange"), class_="leak"),
                f"answered, {_part(campaign.leaked, campaign.exchanges)} of them",
            ),
        )
    )


def _part(leaked: int, exchanges: int) -> str:
    return "all" if leaked >= exchanges else wording.share(leaked, exchanges)


def _why(campaign: Campaign, reach: float) -> Markup:
    rows = [
        (
            wording.decibans(reason.decibans),
            evidence_bars.evidence_bar(reason.decibans, reach=reach),
            [reason.sentence, " ", tag("span", reason.detector, class_="detector")],
        )
        for reason in wording.by_weight(campaign.reasons)
    ]
    if not rows:
        return tag(
            "section", tag("h3", "Why"), tag("p", "No reason was recorded for the campaign as a whole.")
        )
    listing = tables.table(
        "Right of the line speaks for an attack, left of it against",
        ("Decibans", "Weight", "What was seen, and the detector that saw it"),
        rows,
        numeric="n..",
    )
    return tag("section", tag("h3", "Why"), tag("div", listing, class_="why"))


def _doubts(campaign: Campaign, unjudged: Sequence[Unjudged]) -> Markup:
    innocent = campaign.innocent_explanation or "None was recorded for this kind of campaign."
    return tag(
        "section",
        tag("h3", "An innocent explanation would be"),
        tag("p", innocent, class_="innocent"),
        tag("h3", "Could not be judged"),
        _missing(campaign.missing, unjudged),
    )


def _missing(fields: Sequence[str], unjudged: Sequence[Unjudged]) -> Child:
    if not fields and unjudged:
        words = "what the whole log leaves open"
        return tag("p", "No more than ", tag("a", words, href="#unjudged"), ".")
    if not fields:
        return tag("p", "The log carried every field that the detectors ask for.")
    lacking = sorted({silent.detector for silent in unjudged if set(silent.fields) & set(fields)})
    names = [[", " if place else None, tag("code", name)] for place, name in enumerate(fields)]
    words = " Nothing was concluded from them, neither way."
    if lacking:
        words = f" So {', '.join(lacking)} could not speak, neither way."
    return tag("p", "The log does not carry ", names, ".", words)


def _links(campaign: Campaign, verdicts: Mapping[str, Verdict], prefix: str) -> Markup:
    name = wording.visible(campaign.campaign_id)
    if not campaign.links:
        return tag(
            "section", tag("h3", "Who is linked to whom"), tag("p", "No link was recorded."), class_="graph"
        )
    drawn = link_graph.drawn_part(campaign)
    hidden = len(campaign.accounts) - len(drawn.accounts)
    return tag(
        "section",
        tag("h3", "Who is linked to whom"),
        tag("p", _drawn_note(campaign, drawn, hidden), class_="note"),
        tables.scroller(f"Link graph of {name}", link_graph.link_graph(campaign, verdicts, prefix=prefix)),
        link_graph.legend(campaign, verdicts),
        tables.folded("Links as a table", tables.scroller(f"Links of {name}", _links_table(campaign))),
        class_="graph",
    )


def _drawn_note(campaign: Campaign, drawn: link_graph.Drawn, hidden: int) -> str:
    more = f", and {wording.counted(hidden, 'more account')}" if hidden else ""
    accounts = wording.counted(len(drawn.accounts), "account")
    lines = wording.counted(len(campaign.links), "link")
    if len(drawn.links) < len(campaign.links):
        return f"The strongest {accounts}{more}; the strongest {len(drawn.links)} of {lines}."
    return f"{accounts}{more}; {lines}. A link means one origin, not guilt."


def _links_table(campaign: Campaign) -> Markup:
    links = sorted(campaign.links, key=lambda link: (-link.weight, link.left, link.right, link.kind))
    shown = links[:MOST_LINK_ROWS]
    rest = f", the strongest {len(shown)} of {wording.whole(len(links))}" if len(shown) < len(links) else ""
    return tables.table(
        ["Links of ", tables.account(campaign.campaign_id), rest],
        ("Account", "Account", "Kind", "Decibans", "Why"),
        (
            (
                tables.account(link.left),
                tables.account(link.right),
                link_graph.kind_name(link.kind),
                wording.decibans(link.weight),
                link.sentence,
            )
            for link in shown
        ),
        numeric="...n.",
    )


def _lanes(campaign: Campaign, verdicts: Mapping[str, Verdict], prefix: str) -> Markup:
    name = wording.visible(campaign.campaign_id)
    lanes = swim_lanes.lanes_of(campaign.timeline)
    if lanes is None:
        return tag("section", tag("h3", "When"), tag("p", "No times were recorded."), class_="lanes")
    drawing = swim_lanes.swim_lanes(campaign, lanes, verdicts, prefix=prefix)
    key = [
        tag("span", "▼", class_="notch-key", aria_hidden="true"),
        " an account's own first alarm. Times are UTC.",
    ]
    return tag(
        "section",
        tag("h3", "When"),
        tag("p", swim_lanes.scale_note(lanes), class_="note"),
        tables.scroller(f"Timeline of {name}", drawing),
        tag("p", key if _any_alarm(lanes, verdicts) else "Times are UTC.", class_="note"),
        tables.folded(
            "Timeline as a table",
            tables.scroller(f"Timeline figures of {name}", _lanes_table(campaign, lanes)),
        ),
        class_="lanes",
    )


def _any_alarm(lanes: swim_lanes.Lanes, verdicts: Mapping[str, Verdict]) -> bool:
    shown = (verdicts.get(lane.account or "") for lane in lanes.accounts)
    return any(verdict is not None and verdict.first_alarm_ts is not None for verdict in shown)


def _lanes_table(campaign: Campaign, lanes: swim_lanes.Lanes) -> Markup:
    return tables.table(
        ["When the accounts of ", tables.account(campaign.campaign_id), " sent its exchanges (UTC)"],
        ("Account", "Exchanges", "From", "Until", "Busiest", "Exchanges then"),
        (_lane_row(lane, lanes) for lane in (lanes.union, *lanes.accounts)),
        numeric=".nnnnn",
    )


def _lane_row(lane: swim_lanes.Lane, lanes: swim_lanes.Lanes) -> Sequence[Child]:
    active = [place for place, count in enumerate(lane.counts) if count]
    busiest = max(active, key=lambda place: (lane.counts[place], -place))

    def at(place: int) -> Markup:
        return tables.moment((lanes.start + lanes.step * place).isoformat())

    return (
        "all accounts" if lane.account is None else tables.account(lane.account),
        wording.whole(lane.total),
        at(active[0]),
        at(active[-1] + 1),
        at(busiest),
        wording.whole(lane.counts[busiest]),
    )
