"""A decision as a row of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.core.decision import Action, Scope
from stillwatch.enforcement.moments import moment_of, seconds_of

if TYPE_CHECKING:
    from stillwatch.core.decision import Decision, Limits


def row_of(decision: Decision, now: float) -> dict[str, Any]:
    """Everything that is told of a decision."""
    expires = decision.expires_ts
    return {
        "decision_id": decision.decision_id,
        "action": decision.action.value,
        "does": does(decision.action, decision.limits),
        "scope": decision.scope.value,
        "about": decision.value,
        "is_account": decision.scope is Scope.ACCOUNT,
        "mode": decision.mode.value,
        "origin": decision.origin,
        "rule": decision.rule,
        "campaign": decision.campaign_id,
        "reason": decision.reason,
        "by": decision.by,
        "created_ts": decision.created_ts,
        "expires_ts": expires,
        "seconds_left": None if expires is None else max(0, round(seconds_of(expires) - now)),
    }


def does(action: Action, limits: Limits) -> str:
    """An action with its limits, in words: ``throttle to 6 a minute``."""
    if action is Action.THROTTLE and limits.rate_per_minute:
        return f"throttle to {limits.rate_per_minute:g} a minute"
    if action is not Action.DEGRADE:
        return action.value
    parts = [
        "no reasoning" if limits.hide_reasoning else "",
        "no token probabilities" if limits.hide_logprobs else "",
        f"at most {limits.max_tokens:,} tokens" if limits.max_tokens else "",
        f"without {', '.join(limits.hide_models)}" if limits.hide_models else "",
        f"profile {limits.profile}" if limits.profile else "",
    ]
    return f"degrade: {', '.join(part for part in parts if part)}"


def ended_of(row: Any) -> dict[str, Any]:
    """How and when a decision ended."""
    return {"ended": row["ended_kind"], "ended_ts": moment_of(row["ended"])} if row["ended"] else {}
