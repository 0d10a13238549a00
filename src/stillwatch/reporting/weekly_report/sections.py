"""The sections of the weekly report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.reporting import tables, wording
from stillwatch.reporting.charts.period_bars import Pair, period_bars
from stillwatch.reporting.markup import Child, Markup, tag
from stillwatch.reporting.sheets import words
from stillwatch.reporting.sheets.measures import ACTIONS
from stillwatch.reporting.sheets.sheet import listing, nothing, section
from stillwatch.reporting.weekly_report.notices import notices

if TYPE_CHECKING:
    from stillwatch.reporting.weekly_report.figures import Week

MOST_CAMPAIGNS: Final = 12
_ORIGINS: Final = ("rule", "person", "displacement", "indicator")


def look_first(week: Week) -> Markup:
    """What somebody should do something about."""
    found = notices(week)
    body: Child = (
        tag("ul", [tag("li", each, class_="look") for each in found], class_="short")
        if found
        else nothing("Nothing presses: no case and no appeal is late, and the ledger is whole.")
    )
    return section("Look at this first", "first", body)


def cases(week: Week) -> Markup:
    """Cases, beside the week before, and the trend."""
    case, before, queue = week.casework, week.before, week.queue
    facts = tables.facts(
        [
            ("Waiting now", wording.whole(queue.waiting), f"{wording.whole(queue.overdue)} overdue"),
            ("Oldest that waits", tables.moment(queue.oldest, absent="none"), None),
            ("Leaking now", f"{queue.leak_rate:,.0f}", "exchanges an hour, all that wait"),
            (
                "Waited at the end of the week",
                wording.whole(case.waiting),
                words.change(case.waiting, before.waiting),
            ),
        ]
    )
    rows: list[tuple[Child, ...]] = [
        ("Opened", _n(case.opened), _n(before.opened)),
        *(
            (f"Decided: {decision}", _n(case.decided[decision]), _n(before.decided[decision]))
            for decision in ("confirmed", "innocent", "undecided")
        ),
        ("Reopened", _n(case.reopened), _n(before.reopened)),
        ("Merged into another", _n(case.merged), _n(before.merged)),
        ("Honest cause, of those concluded", words.share(case.innocent), words.share(before.innocent)),
        ("Median time to a decision", words.median(case.took), words.median(before.took)),
    ]
    pairs = [Pair(day, opened, decided) for day, opened, decided in week.weeks]
    trend = period_bars(
        pairs,
        ("opened", "decided"),
        title="Cases opened and decided, week by week",
        description="; ".join(f"week of {p.label}: {p.first} opened, {p.second} decided" for p in pairs),
        prefix="trend",
    )
    return section(
        "Cases",
        "cases",
        facts,
        tag("div", tables.scroller("Cases week by week", trend), class_="trend"),
        listing("This week beside the week before", ("Cases", "This week", "Before"), rows, numeric=".nn"),
    )


def campaigns(week: Week) -> Markup:
    """Campaigns that were opened as cases."""
    rows = [
        (
            tag("code", each.case_id),
            tag("span", each.verdict, class_=f"chip {each.verdict}"),
            _n(each.accounts),
            _n(each.exchanges),
            _n(each.leaked),
            wording.between(each.first_ts, each.first_alarm_ts) or "no alarm yet",
            each.outcome,
        )
        for each in week.campaigns
    ]
    heads = (
        "Case",
        "Verdict",
        "Accounts",
        "Exchanges",
        "Leaked before the alarm",
        "Alarm after",
        "Stands now",
    )
    body: Child = (
        listing("Those that lost most first", heads, rows, numeric="..nnn..", most=MOST_CAMPAIGNS)
        if rows
        else nothing("No campaign was opened as a case this week.")
    )
    return section("Campaigns of the week", "campaigns", body)


def measures(week: Week) -> Markup:
    """Decisions that restrict, by who took them."""
    found, before = week.measures, week.measures_before
    if found is None or before is None:
        return section(
            "Measures", "measures", nothing("There is no store of decisions here: nothing was enforced.")
        )
    rows = [
        (
            action,
            *(_n(found.taken[action, origin]) for origin in _ORIGINS),
            _n(sum(found.taken[action, origin] for origin in _ORIGINS)),
            _n(sum(before.taken[action, origin] for origin in _ORIGINS)),
            _n(found.in_force[action]),
        )
        for action in ACTIONS
    ]
    heads = (
        "Action",
        "By a rule",
        "By a person",
        "Displacement test",
        "Indicator",
        "Taken",
        "Before",
        "In force after",
    )
    rules = [(rule, mode, _n(count)) for rule, mode, count in found.by_rule]
    return section(
        "Measures",
        "measures",
        tag(
            "p",
            f"{wording.counted(sum(found.taken.values()), 'decision')} took effect, "
            f"{wording.whole(sum(found.simulated.values()))} were only simulated. "
            f"{wording.whole(found.ended['expire'])} ran out and {wording.whole(found.ended['lift'])} were lifted. "
            f"{wording.counted(found.permanent, 'block')} without end, each by two people.",
        ),
        listing("Decisions that restrict and take effect", heads, rows, numeric=".nnnnnnn"),
        listing("What rules decided", ("Rule", "Mode", "Decisions"), rules, numeric="..n") if rules else None,
    )


def appeals(week: Week) -> Markup:
    """Appeals, beside the week before."""
    now, before = week.appeals, week.appeals_before
    rows: list[tuple[Child, ...]] = [
        ("Received", _n(now.filed), _n(before.filed)),
        ("Answered", _n(now.decided), _n(before.decided)),
        ("Overturned, of those answered", words.share(now.overturned), words.share(before.overturned)),
        ("Answered late", words.share(now.late), words.share(before.late)),
        ("Sent to counsel", _n(now.escalated), _n(before.escalated)),
        ("Withdrawn", _n(now.withdrawn), _n(before.withdrawn)),
        ("Waiting at the end", _n(now.waiting), _n(before.waiting)),
        ("Median time to an answer", words.median(now.took), words.median(before.took)),
    ]
    return section(
        "Appeals",
        "appeals",
        listing("This week beside the week before", ("Appeals", "This week", "Before"), rows, numeric=".nn"),
    )


def sharing(week: Week) -> Markup:
    """What left and what came in."""
    kinds, found = week.kinds, week.shared
    released = kinds["disclosure-released"]
    told = (
        f"{wording.counted(kinds['disclosure-requested'], 'disclosure')} asked for, {wording.whole(released)} "
        f"released, {wording.whole(kinds['disclosure-refused'])} refused. "
        f"{wording.counted(kinds['notification-sent'], 'notification')} sent to a government."
    )
    if found is None:
        return section(
            "Sharing", "sharing", tag("p", told), nothing("Nothing is received from other members here.")
        )
    return section(
        "Sharing",
        "sharing",
        tag("p", told),
        tables.facts(
            [
                ("Received", _n(found.received), "indicators, this week"),
                ("Stand now", _n(found.stand), f"{_n(found.ending)} run out within a week"),
                ("Taken back", _n(found.taken_back), "by their reporters, this week"),
                ("Met here", _n(found.met), "ever, in this site's own traffic"),
            ]
        ),
    )


def ledger(week: Week) -> Markup:
    """What the ledger got, and whether it is whole."""
    rows = [(kind, _n(count)) for kind, count in sorted(week.kinds.items(), key=lambda e: (-e[1], e[0]))]
    return section(
        "Ledger",
        "ledger",
        tag("p", _grown(week)),
        tables.folded(
            f"{wording.counted(sum(week.kinds.values()), 'entry', 'entries')} this week, by kind",
            listing("Entries by kind", ("Kind", "Entries"), rows, numeric=".n"),
        )
        if rows
        else None,
    )


def _grown(week: Week) -> Child:
    growth = week.growth
    if growth is None:
        return "No head was ever signed."
    verdict = "grew out of" if growth.whole else "did NOT grow out of"
    return [
        f"The ledger of {wording.whole(growth.new_size)} entries, signed ",
        tables.moment(growth.new_ts),
        f", {verdict} that of {wording.whole(growth.old_size)}, signed ",
        tables.moment(growth.old_ts),
        ". That was computed for this report (RFC 9162, section 2.1.4).",
    ]


def _n(count: int) -> str:
    return wording.whole(count)
