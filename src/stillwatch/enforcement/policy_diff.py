"""What differs between two policies, rule by rule and field by field."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from stillwatch.enforcement.moments import in_words

if TYPE_CHECKING:
    from stillwatch.enforcement.policy import Policy
    from stillwatch.enforcement.rulebook import Rule, Step


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """One difference.

    Attributes:
        where: rule id, ``brakes``, ``allow_list`` or ``restricted_regions``.
        what: the field; empty where the whole rule came or went.
        before: what it was, empty where it is new.
        after: what it is, empty where it is gone.
    """

    where: str
    what: str
    before: str
    after: str


def differences(old: Policy, new: Policy) -> list[Difference]:
    """Everything that differs, in the order of the new policy."""
    return [*_rules(old, new), *_rest(old, new)]


def _rules(old: Policy, new: Policy) -> Iterator[Difference]:
    for rule in new.rules:
        before = old.rule(rule.rule_id)
        if before is None:
            yield Difference(
                rule.rule_id, "", "", f"{_steps(rule.steps)} when {_line(rule.condition.source)}"
            )
            continue
        was, now = _fields(before), _fields(rule)
        for name in now:
            if was[name] != now[name]:
                yield Difference(rule.rule_id, name, was[name], now[name])
    for rule in old.rules:
        if new.rule(rule.rule_id) is None:
            yield Difference(
                rule.rule_id, "", f"{_steps(rule.steps)} when {_line(rule.condition.source)}", ""
            )


def _rest(old: Policy, new: Policy) -> Iterator[Difference]:
    for name in ("accounts", "traffic"):
        was, now = getattr(old.brakes, name), getattr(new.brakes, name)
        if was != now:
            yield Difference("brakes", name, f"{was:.2%}", f"{now:.2%}")
    for where, before, after in (
        ("allow_list", {_essential(e) for e in old.essential}, {_essential(e) for e in new.essential}),
        ("restricted_regions", set(old.restricted), set(new.restricted)),
    ):
        for gone in sorted(before - after):
            yield Difference(where, "", gone, "")
        for come in sorted(after - before):
            yield Difference(where, "", "", come)


def _fields(rule: Rule) -> dict[str, str]:
    return {
        "when": _line(rule.condition.source),
        "does": _steps(rule.steps),
        "reason": rule.reason,
        "scope": rule.scope.value,
        "priority": str(rule.priority),
        "on_error": rule.on_error.value,
        "mode": rule.mode.value,
    }


def _steps(steps: tuple[Step, ...]) -> str:
    return ", then ".join(_step(step) for step in steps)


def _step(step: Step) -> str:
    limits = {
        field.name: value
        for field in dataclasses.fields(step.limits)
        if (value := getattr(step.limits, field.name)) not in (None, False, ())
    }
    told = f" ({', '.join(f'{name} {_shown(value)}' for name, value in limits.items())})" if limits else ""
    return f"{step.action} for {in_words(step.ttl)}{told}"


def _shown(value: Any) -> str:
    return (
        " ".join(value)
        if isinstance(value, tuple)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def _essential(each: Any) -> str:
    return f"{each.scope} {each.value} ({each.owner}: {each.reason})"


def _line(source: str) -> str:
    return " ".join(source.split())
