"""Essential accounts: no rule touches them, and a standing permission outranks whatever else would cover them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import Action, Scope
from stillwatch.enforcement.drafts import RULE, Draft
from stillwatch.enforcement.moments import seconds_of
from stillwatch.enforcement.rulebook import ESSENTIAL_PRIORITY, ESSENTIAL_RULE

if TYPE_CHECKING:
    from stillwatch.core.decision import Decision
    from stillwatch.enforcement.policy import Policy
    from stillwatch.enforcement.rules import Site
    from stillwatch.enforcement.store import DecisionStore

_TTL: Final = 30 * 86_400.0
_RENEW: Final = 7 * 86_400.0


def untouchable(policy: Policy, target: tuple[Scope, str], site: Site) -> str:
    """Why somebody must not be acted on, in words; empty where they may be."""
    scope, value = target
    if scope is Scope.ACCOUNT and value in site.cleared:
        return f"people found the account honest: {site.cleared[value]}"
    for each in policy.essential:
        same = (each.scope, each.value) == target
        belongs = (
            each.scope is Scope.ORGANIZATION
            and scope is Scope.ACCOUNT
            and site.organization(value) == each.value
        )
        if same or belongs:
            return f"on the allow list of {each.owner}: {each.reason}"
    return ""


def keep_essential(policy: Policy, store: DecisionStore, now: float) -> list[Decision]:
    """Make the permissions in force those of the policy; returns what was added."""
    standing = {(each.scope, each.value): each for each in store.active(now) if each.rule == ESSENTIAL_RULE}
    wanted = {(each.scope, each.value): each for each in policy.essential}
    for target, decision in standing.items():
        if target not in wanted:
            store.lift(decision.decision_id, by="policy", reason="no longer on the allow list")
    added = []
    for target, each in wanted.items():
        before = standing.get(target)
        if before and before.expires_ts and seconds_of(before.expires_ts) - now > _RENEW:
            continue
        draft = Draft(
            each.scope,
            each.value,
            Action.ALLOW,
            each.reason,
            each.owner,
            _TTL,
            origin=RULE,
            rule=ESSENTIAL_RULE,
            priority=ESSENTIAL_PRIORITY,
            grounds=("conduct",),
        )
        added.append(store.add(draft))
        if before:
            store.lift(before.decision_id, by="policy", reason="renewed")
    return added
