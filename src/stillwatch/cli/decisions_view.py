"""Decisions for people: a row each with what is left of its time, who and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from stillwatch import clock
from stillwatch.cli.output import table
from stillwatch.core.decision import Action, Decision
from stillwatch.enforcement.moments import in_words, seconds_of

if TYPE_CHECKING:
    from stillwatch.enforcement.proposals import Proposal

_HEAD = ("decision", "action", "about", "mode", "ends in", "from", "by", "reason")


def decisions_table(decisions: Sequence[Decision]) -> str:
    """Decisions as a table."""
    now = clock.now().timestamp()
    return table(_HEAD, [_row(each, now) for each in decisions])


def proposals_lines(proposals: Sequence[Proposal], show: int = 5) -> str:
    """Proposals, each with what it would do to whom."""
    now = clock.now().timestamp()
    lines = []
    for each in proposals:
        actions = ", ".join(sorted({draft.action.value for draft in each.drafts}))
        named = ", ".join(draft.value for draft in each.drafts[:show])
        more = f" and {len(each.drafts) - show:,} more" if len(each.drafts) > show else ""
        lines.append(
            f"{each.proposal_id}  {actions} of {len(each.drafts):,}: {named}{more}\n"
            f"    by {each.by}, {in_words(now - each.created)} ago: {each.why}"
        )
    return "\n".join(lines) or "nothing waits for a second person"


def as_json(values: Sequence[Any]) -> list[Any]:
    """Decisions or proposals for programs, with the seconds a decision has left."""
    now = clock.now().timestamp()
    made = []
    for each in values:
        fields = msgspec.to_builtins(each)
        if isinstance(each, Decision):
            expires = each.expires_ts
            fields["seconds_left"] = None if expires is None else max(0, int(seconds_of(expires) - now))
        made.append(fields)
    return made


def _row(each: Decision, now: float) -> tuple[str, ...]:
    left = "never" if each.expires_ts is None else in_words(seconds_of(each.expires_ts) - now)
    origin = f"{each.origin} {each.rule}" if each.rule else each.origin
    if each.campaign_id:
        origin += f" ({each.campaign_id})"
    about = each.value if each.scope.value == "account" else f"{each.scope} {each.value}"
    return each.decision_id, _action(each), about, each.mode.value, left, origin, each.by, each.reason


def _action(each: Decision) -> str:
    rate = each.limits.rate_per_minute
    return f"{each.action} {rate:g}/min" if each.action is Action.THROTTLE and rate else each.action.value
