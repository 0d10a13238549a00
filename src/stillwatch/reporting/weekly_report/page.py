"""The week as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.reporting import wording
from stillwatch.reporting.sheets import words
from stillwatch.reporting.sheets.sheet import Sheet
from stillwatch.reporting.weekly_report import sections

if TYPE_CHECKING:
    from stillwatch.reporting.markup import Child
    from stillwatch.reporting.sheets.provenance import Provenance
    from stillwatch.reporting.weekly_report.figures import Week

METHOD: Final = (
    (
        "Cases, appeals and approvals are counted from the entries of the ledger whose time lies in the week, in "
        "UTC; decisions from the node's store of decisions, whose own chain of entries was checked whole. The queue "
        "and what “now” stands beside is as of the moment at which the report was made."
    ),
    (
        "Intervals of shares are exact (Clopper and Pearson, 1934), two-sided 95 %. The median's interval lies "
        "between order statistics and assumes no distribution; below six values there is none. “Before” is the week "
        "before."
    ),
)
LIMITS: Final = (
    (
        "Campaigns that detection did not see are not in it. The share of decisions for an honest cause says how "
        "often people disagreed with detection, not how often detection was wrong."
    ),
    (
        "Appeals come from account holders who chose to appeal: their share is no rate of error among all who were "
        "restricted."
    ),
    (
        "“Leaked before the alarm” counts answered exchanges of the campaign's demand; an exchange may be worth more "
        "or less."
    ),
    "A few cases a week make wide intervals. Read the trend, not one week.",
)


def sheet_of(week: Week, provenance: Provenance) -> Sheet:
    """The sheet."""
    return Sheet(
        kind="Weekly operations",
        title=_title(week),
        period=week.period.in_words,
        audience="internal",
        summary=_summary(week),
        sections=(
            sections.look_first(week),
            sections.cases(week),
            sections.campaigns(week),
            sections.measures(week),
            sections.appeals(week),
            sections.sharing(week),
            sections.ledger(week),
        ),
        method=METHOD,
        limits=LIMITS,
        provenance=provenance,
        styles=("figures",),
    )


def _title(week: Week) -> str:
    case, queue = week.casework, week.queue
    decided = sum(case.decided.values())
    if not case.opened and not decided:
        return f"No case came and none was decided; {wording.whole(queue.waiting)} wait"
    return (
        f"{wording.counted(case.opened, 'case')} came, {wording.whole(decided)} "
        f"{'was' if decided == 1 else 'were'} decided, {wording.whole(queue.waiting)} "
        f"{'waits' if queue.waiting == 1 else 'wait'}"
    )


def _summary(week: Week) -> list[Child]:
    case, before, appeals = week.casework, week.before, week.appeals
    decided, decided_before = sum(case.decided.values()), sum(before.decided.values())
    return [
        (
            f"{wording.counted(case.opened, 'case')} opened about {wording.counted(case.accounts, 'account')} "
            f"({words.change(case.opened, before.opened)})."
        ),
        (
            f"{wording.counted(decided, 'decision')} about cases ({words.change(decided, decided_before)}): "
            f"{_outcomes(week)}. Median time to a decision {words.median(case.took)}; before: "
            f"{words.median(before.took)}."
        ),
        _leaked(week),
        (
            f"{wording.counted(appeals.filed, 'appeal')} came in, {wording.whole(appeals.decided)} answered; "
            f"overturned: {words.share(appeals.overturned)}."
        ),
    ]


def _outcomes(week: Week) -> str:
    found = week.casework.decided
    named = {
        "confirmed": "confirmed",
        "innocent": "with an honest cause",
        "undecided": "left open under watch",
    }
    return words.listed([f"{found[key]} {said}" for key, said in named.items() if found[key]]) or "none"


def _leaked(week: Week) -> str:
    if not week.campaigns:
        return "Nothing was lost to a campaign that was first seen this week."
    total = sum(each.leaked for each in week.campaigns)
    most = max(week.campaigns, key=lambda each: each.leaked)
    part = wording.share(most.leaked, total)
    return (
        f"{wording.counted(total, 'exchange')} leaked before the first alarms of these campaigns, {part} of them in "
        f"{most.case_id}."
    )
