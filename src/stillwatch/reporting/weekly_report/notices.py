"""What to look at first: everything in the week's figures that somebody should do something about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.reporting import wording
from stillwatch.reporting.sheets import words

if TYPE_CHECKING:
    from stillwatch.reporting.weekly_report.figures import Week

_LITTLE: Final = 5  # decisions a rule must have simulated before it is worth a look


def notices(week: Week) -> list[str]:
    """Sentences, the most pressing first; empty where nothing presses."""
    found = [*_broken(week), *_late(week), *_waiting(week), *_policy(week), *_sharing(week)]
    return [sentence for sentence in found if sentence]


def _broken(week: Week) -> list[str]:
    if week.growth is None:
        return [
            "The ledger has no signed head: nothing of this week can be proven to somebody outside. Sign one."
        ]
    if not week.growth.whole:
        return [
            (
                "The ledger of today did not grow out of that of the week's beginning: something in it was changed. "
                "Export it, verify it, and compare it with a backup before anything else."
            )
        ]
    return []


def _late(week: Week) -> list[str]:
    queue, appeals = week.queue, week.appeals
    return [
        f"{wording.counted(queue.overdue, 'case')} should have been decided by now." if queue.overdue else "",
        f"{wording.counted(appeals.overdue, 'appeal')} waited longer than promised at the end of the week."
        if appeals.overdue
        else "",
    ]


def _waiting(week: Week) -> list[str]:
    queue = week.queue
    loss = (
        f", losing about {wording.whole(round(queue.leak_rate))} exchanges an hour"
        if queue.leak_rate >= 1
        else ""
    )
    return [
        f"Nobody has claimed {wording.counted(queue.unclaimed, 'waiting case')} "
        f"({wording.whole(queue.waiting)} wait in all{loss})."
        if queue.unclaimed
        else "",
        f"{wording.counted(week.proposals, 'decision')} wait for a second person."
        if week.proposals > 1
        else "One decision waits for a second person."
        if week.proposals
        else "",
    ]


def _policy(week: Week) -> list[str]:
    if week.measures is None:
        return []
    rules = [rule for rule, mode, count in week.measures.by_rule if mode == "shadow" and count >= _LITTLE]
    if not rules:
        return []
    named = words.listed([f"“{rule}”" for rule in rules[:3]])
    verb = "has" if len(rules) == 1 else "have"
    return [
        (
            f"{named} {verb} simulated decisions for the week: a back-test says what promoting would do, or take the "
            "rule out."
        )
    ]


def _sharing(week: Week) -> list[str]:
    shared = week.shared
    if shared is None or not shared.ending:
        return []
    return [f"{wording.counted(shared.ending, 'received indicator')} will run out within a week."]
