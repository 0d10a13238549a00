"""From a policy file to a policy: names, types and ranges; what the rules mean is looked at by ``policy_check``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import Action, Limits, Mode, Scope
from stillwatch.enforcement.conditions import ConditionError, compiled, complaints
from stillwatch.enforcement.policy_fields import Section
from stillwatch.enforcement.rulebook import (
    RULE_SCOPES,
    Brakes,
    Essential,
    OnError,
    Promotion,
    Rule,
    Rulebook,
    Step,
)

if TYPE_CHECKING:
    from stillwatch.enforcement.conditions import Condition
    from stillwatch.enforcement.located import Located, Mistake

_POLICY: Final = ("version", "name", "brakes", "allow_list", "restricted_regions", "rules")
_NEEDED: Final = ("id", "when", "action", "ttl", "reason")
_RULE: Final = (*_NEEDED, "mode", "priority", "scope", "on_error", "limits", "escalation", "promoted")
_LIMITS: Final = tuple(Limits.__dataclass_fields__)
_VERSION: Final = 1
_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_MANY: Final = 1e9


def policy_of(located: Located, path: str, mistakes: list[Mistake]) -> Rulebook:
    """The policy; what is wrong is added to the mistakes, and left out or taken at its default."""
    file = Section(located, "policy", _POLICY, mistakes)
    if file.whole("version", _VERSION) != _VERSION:
        file.wrong("SW-POL-20", f"this program reads policies of version {_VERSION}", file.line_of("version"))
    rules: dict[str, Rule] = {}
    for item in file.items("rules"):
        rule = _rule(item, mistakes)
        if rule is not None and rule.rule_id in rules:
            file.wrong("SW-POL-21", f"there are two rules named `{rule.rule_id}`", item.line)
        elif rule is not None:
            rules[rule.rule_id] = rule
    if not file.items("rules"):
        file.wrong("SW-POL-22", "a policy without rules does nothing", file.line, "write at least one rule")
    return Rulebook(
        tuple(rules.values()),
        _brakes(file.below("brakes"), mistakes),
        tuple(each for item in file.items("allow_list") if (each := _essential(item, mistakes))),
        _countries(file),
        path,
    )


def _rule(item: Located, mistakes: list[Mistake]) -> Rule | None:
    """One rule; None where it has no usable name or condition."""
    section = Section(item, "rule", _RULE, mistakes)
    rule_id = section.text("id")
    if rule_id and not _ID.fullmatch(rule_id):
        section.wrong(
            "SW-POL-23",
            f"`{rule_id}` is no name of a rule",
            section.line_of("id"),
            "use small letters, digits, dots, hyphens and underscores",
        )
    condition = _condition(section)
    scope = section.choice("scope", RULE_SCOPES, Scope.ACCOUNT) or Scope.ACCOUNT
    steps = _steps(section, mistakes)
    if not rule_id or condition is None:
        return None
    return Rule(
        rule_id,
        condition,
        steps,
        section.text("reason"),
        scope,
        section.whole("priority", 0),
        section.choice("on_error", OnError, OnError.LAST_KNOWN) or OnError.LAST_KNOWN,
        section.choice("mode", Mode, Mode.SHADOW) or Mode.SHADOW,
        _promotion(section, mistakes),
        item.line,
    )


def _condition(section: Section) -> Condition | None:
    """The rule's condition, with what is wrong in its wording."""
    source = section.text("when")
    line = section.line_of("when")
    if not source:
        return None
    try:
        condition = compiled(source)
    except ConditionError as error:
        section.wrong("SW-POL-24", f"`when` is no condition: {error}", line)
        return None
    for complaint in complaints(condition):
        section.wrong("SW-POL-25", f"`when`: {complaint.message}", line, complaint.hint)
    return condition


def _steps(section: Section, mistakes: list[Mistake]) -> tuple[Step, ...]:
    """What the rule does the first time, then each step of its escalation."""
    action = section.choice("action", Action) or Action.ALLOW
    limits = _limits(section.below("limits"), mistakes)
    first = Step(section.duration("ttl"), action, limits)
    _check_step(section, first)
    steps = [first]
    for item in section.items("escalation"):
        below = Section(item, "step", ("ttl", "action", "limits"), mistakes)
        changed = below.choice("action", Action, action) or action
        own = _limits(below.below("limits"), mistakes) if "limits" in below else limits
        step = Step(below.duration("ttl"), changed, own)
        _check_step(below, step)
        steps.append(step)
    return tuple(steps)


def _check_step(section: Section, step: Step) -> None:
    """What an action needs to be carried out."""
    if step.action is Action.THROTTLE and step.limits.rate_per_minute is None:
        section.wrong(
            "SW-POL-26",
            "a throttle needs `limits: {rate_per_minute: …}`",
            section.line,
            "say how many requests a minute are let through",
        )
    if step.action is Action.DEGRADE and step.limits == Limits():
        section.wrong(
            "SW-POL-27", "a degrade without limits changes nothing", section.line, ", ".join(_LIMITS)
        )


def _limits(item: Located, mistakes: list[Mistake]) -> Limits:
    section = Section(item, "list of limits", _LIMITS, mistakes)
    tokens = section.number("max_tokens", 0, _MANY)
    return Limits(
        rate_per_minute=section.number("rate_per_minute", 0, _MANY),
        max_tokens=None if tokens is None else int(tokens),
        hide_reasoning=section.truth("hide_reasoning"),
        hide_logprobs=section.truth("hide_logprobs"),
        hide_models=section.texts("hide_models"),
        profile=section.text("profile") if "profile" in section else None,
    )


def _promotion(section: Section, mistakes: list[Mistake]) -> Promotion | None:
    if "promoted" not in section:
        return None
    below = Section(section.below("promoted"), "promotion", ("by", "at", "digest"), mistakes)
    return Promotion(below.text("by"), below.text("at"), below.text("digest"))


def _brakes(item: Located, mistakes: list[Mistake]) -> Brakes:
    section = Section(item, "list of brakes", ("accounts", "traffic"), mistakes)
    usual = Brakes()
    accounts, traffic = section.number("accounts", 0, 1), section.number("traffic", 0, 1)
    return Brakes(
        usual.accounts if accounts is None else accounts, usual.traffic if traffic is None else traffic
    )


def _essential(item: Located, mistakes: list[Mistake]) -> Essential | None:
    section = Section(
        item, "line of the allow list", ("account", "organization", "owner", "reason"), mistakes
    )
    named = [scope for scope in (Scope.ACCOUNT, Scope.ORGANIZATION) if scope.value in section]
    if len(named) != 1:
        section.wrong("SW-POL-28", "name either an `account` or an `organization`", item.line)
        return None
    return Essential(named[0], section.text(named[0].value), section.text("owner"), section.text("reason"))


def _countries(file: Section) -> frozenset[str]:
    codes = file.texts("restricted_regions")
    for code in codes:
        if not _COUNTRY.fullmatch(code):
            file.wrong(
                "SW-POL-29",
                f"'{code}' is no country code",
                file.line_of("restricted_regions"),
                "write two capital letters (ISO 3166-1)",
            )
    return frozenset(codes)
