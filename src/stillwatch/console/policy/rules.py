"""Each rule with what it does now: decisions that act beside those it only simulates, and whom they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.console.decisions.rows import does
from stillwatch.core.verdict import Call
from stillwatch.enforcement.moments import in_words

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.enforcement.policy_desk import Promotable
    from stillwatch.enforcement.rulebook import Rule, Rulebook

_LATELY: Final = 7 * 86_400.0
_EVERYBODY: Final = 2**31


def rules_of(ask: Ask, policy: Rulebook, waiting: list[Promotable]) -> list[dict[str, Any]]:
    """Rows of the rules, the weightiest first as the engine takes them."""
    counted = _counted(ask)
    asked = {each.rule_id: each for each in waiting}
    return [_row(rule, counted.get(rule.rule_id, {}), asked.get(rule.rule_id)) for rule in policy.rules]


def _row(rule: Rule, counted: dict[str, Any], asked: Promotable | None) -> dict[str, Any]:
    promotion = rule.promotion
    return {
        "rule": rule.rule_id,
        "mode": rule.mode.value,
        "wants": rule.wants.value,
        "changed_since": rule.wants.value == "enforce" and rule.mode.value == "shadow",
        "action": rule.action.value,
        "does": [f"{does(step.action, step.limits)} for {in_words(step.ttl)}" for step in rule.steps],
        "when": rule.condition.source,
        "reason": rule.reason,
        "scope": rule.scope.value,
        "priority": rule.priority,
        "line": rule.line,
        "digest": rule.digest,
        "promoted_by": promotion.by if promotion else "",
        "promoted_ts": promotion.at if promotion else None,
        "approval": asked.approval.approval_id if asked and asked.as_it_stands else "",
        "acting": counted.get("acting", 0),
        "simulated": counted.get("simulated", 0),
        "acted_lately": counted.get("acted_lately", 0),
        "simulated_lately": counted.get("simulated_lately", 0),
        "would_hit": counted.get("would_hit", {}),
        "lifted_by_people": counted.get("lifted_by_people", 0),
    }


def _counted(ask: Ask) -> dict[str, dict[str, Any]]:
    """Figures by rule, remembered while neither decisions nor verdicts change; at most a minute old."""
    store, verdicts = ask.office.decisions, ask.office.verdicts
    if store is None:
        return {}
    look = verdicts.look if verdicts is not None else 0
    version = (store.version, look, int(ask.now.timestamp() // 60))
    return ask.office.remembered("decisions by rule", version, lambda: _count(ask))


def _count(ask: Ask) -> dict[str, dict[str, Any]]:
    store = ask.office.decisions
    assert store is not None  # for the type checker: whoever asks has looked
    now = ask.now.timestamp()
    found: dict[str, dict[str, Any]] = {}
    standing = store.database.rows(
        "SELECT rule, mode, count(*) AS n FROM decisions WHERE ended IS NULL AND expires > ? AND rule <> '' "
        "GROUP BY rule, mode",
        (now,),
    )
    taken = store.database.rows(
        "SELECT rule, mode, count(*) AS n FROM decisions WHERE created >= ? AND rule <> '' GROUP BY rule, mode",
        (now - _LATELY,),
    )
    lifted = store.database.rows(
        "SELECT d.rule, count(*) AS n FROM decisions d JOIN entries e ON e.about = d.decision_id "
        "WHERE d.rule <> '' AND e.kind = 'lift' AND e.by NOT IN ('policy', 'displacement', 'indicator', 'node', "
        "'verification') GROUP BY d.rule"
    )
    for rows, names in ((standing, ("acting", "simulated")), (taken, ("acted_lately", "simulated_lately"))):
        for row in rows:
            name = names[0] if row["mode"] == "enforce" else names[1]
            found.setdefault(row["rule"], {})[name] = int(row["n"])
    for row in lifted:
        found.setdefault(row["rule"], {})["lifted_by_people"] = int(row["n"])
    for rule, hit in _would_hit(ask, now).items():
        found.setdefault(rule, {})["would_hit"] = hit
    return found


def _would_hit(ask: Ask, now: float) -> dict[str, dict[str, int]]:
    """What detection says today of the accounts that each rule only simulates about."""
    store, verdicts = ask.office.decisions, ask.office.verdicts
    if store is None or verdicts is None:
        return {}
    calls = {
        row.account_id: call.value
        for call in (Call.ATTACK, Call.WATCH)
        for row in verdicts.standing(call, _EVERYBODY)
    }
    rows = store.database.rows(
        "SELECT rule, value FROM decisions WHERE ended IS NULL AND expires > ? AND mode = 'shadow' "
        "AND scope = 'account' AND rule <> ''",
        (now,),
    )
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        hit = found.setdefault(row["rule"], dict.fromkeys(("attack", "watch", "clear"), 0))
        hit[calls.get(row["value"], "clear")] += 1
    return found
