"""Looks a policy over before it is used: what is wrong in the file, and what the rules do to made-up accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.decision import Action, Mode
from stillwatch.enforcement import located
from stillwatch.enforcement.battery import Sheet
from stillwatch.enforcement.conditions import ConditionError
from stillwatch.enforcement.facts import REGIONAL
from stillwatch.enforcement.located import Mistake
from stillwatch.enforcement.policy_reading import policy_of
from stillwatch.enforcement.samples import samples
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.enforcement.rulebook import Rule, Rulebook

_SHORT: Final = 7 * 86_400.0
_TOLD: Final = 3


def check(path: Path) -> tuple[Rulebook, list[Mistake]]:
    """The policy and everything that is wrong with it, in the order of the file.

    Raises:
        StillwatchError: it cannot be read at all.
    """
    values, mistakes = located.read(path)
    policy = policy_of(values, str(path), mistakes)
    if not any(mistake.fatal for mistake in mistakes):
        mistakes += _meaning(policy)
    return policy, sorted(mistakes, key=lambda each: (each.line, each.code))


def usable(path: Path) -> Rulebook:
    """The policy, if nothing fatal is wrong with it.

    Raises:
        StillwatchError: something is.
    """
    policy, mistakes = check(path)
    fatal = [mistake for mistake in mistakes if mistake.fatal]
    if fatal:
        first = fatal[0]
        more = f" (and {len(fatal) - 1:,} more)" if len(fatal) > 1 else ""
        raise StillwatchError(
            first.message + more,
            code=first.code,
            where=f"{path}:{first.line}",
            hint=f"{first.hint}; " * bool(first.hint) + f"`stillwatch policy check {path}` shows everything",
        )
    return policy


def _meaning(policy: Rulebook) -> Iterator[Mistake]:
    """What shows only when the rules are tried."""
    made = samples(policy.rules)
    tried = _tried(policy.rules, made)
    fired: dict[str, list[int]] = {}
    for rule in policy.rules:
        places, errors = tried[rule.rule_id]
        fired[rule.rule_id] = places
        yield from _errors(rule, errors)
        yield from _frequency(rule, len(places), len(made) - sum(errors.values()))
        yield from _grounds(rule, [made[place] for place in places])
        yield from _mode(rule)
    yield from _overlaps(policy.rules, fired)


def _tried(
    rules: Sequence[Rule], made: Sequence[dict[str, Any]]
) -> dict[str, tuple[list[int], dict[str, int]]]:
    """By rule: the samples on which it fires, and its errors with how often each came."""
    sheet = Sheet(rule.condition for rule in rules)
    found: dict[str, tuple[list[int], dict[str, int]]] = {rule.rule_id: ([], {}) for rule in rules}
    for place, facts in enumerate(made):
        context = sheet.filled(facts)
        for rule in rules:
            places, errors = found[rule.rule_id]
            try:
                if rule.condition.holds(context):
                    places.append(place)
            except ConditionError as error:
                errors[str(error)] = errors.get(str(error), 0) + 1
    return found


def _errors(rule: Rule, errors: dict[str, int]) -> Iterator[Mistake]:
    for words in list(errors)[:_TOLD]:
        yield Mistake("SW-POL-40", f"rule `{rule.rule_id}` cannot always be evaluated: {words}", rule.line)


def _frequency(rule: Rule, fired: int, of: int) -> Iterator[Mistake]:
    if fired and fired == of:
        yield Mistake(
            "SW-POL-41",
            f"rule `{rule.rule_id}` fires on every account",
            rule.line,
            "a condition has to leave somebody out",
        )
    if of and not fired:
        yield Mistake(
            "SW-POL-42",
            f"rule `{rule.rule_id}` fired on none of {of:,} made-up accounts",
            rule.line,
            "can its condition ever be true?",
            fatal=False,
        )


def _grounds(rule: Rule, caught: list[dict[str, Any]]) -> Iterator[Mistake]:
    """Rules that act on what cannot carry it."""
    if not rule.acts:
        return
    if "indicators" in rule.condition.paths and any(facts["verdict"] == "clear" for facts in caught):
        yield Mistake(
            "SW-POL-43",
            f"rule `{rule.rule_id}` acts on indicators alone",
            rule.line,
            "ask for something this site saw itself: `verdict != 'clear' && …`",
        )
    if rule.condition.paths and rule.condition.paths <= REGIONAL:
        blocks = [step for step in rule.steps if step.action is Action.BLOCK]
        if any(step.ttl > _SHORT for step in blocks) or (blocks and len(rule.steps) > 1):
            yield Mistake(
                "SW-POL-44",
                f"rule `{rule.rule_id}` blocks for long because of a place alone",
                rule.line,
                "sources of addresses disagree: block for at most 7d without escalation, or ask for more",
            )


def _mode(rule: Rule) -> Iterator[Mistake]:
    if rule.wants is Mode.ENFORCE and rule.mode is Mode.SHADOW:
        why = "has changed since it was promoted" if rule.promotion else "was never promoted"
        yield Mistake(
            "SW-POL-45",
            f"rule `{rule.rule_id}` {why} and stays in shadow",
            rule.line,
            f"`stillwatch policy promote {rule.rule_id}` lets it act",
            fatal=False,
        )


def _overlaps(rules: Sequence[Rule], fired: dict[str, list[int]]) -> Iterator[Mistake]:
    """Rules that always lose to others, and rules of one priority that want opposite things."""
    for rule in rules:
        places = set(fired[rule.rule_id])
        above = [other for other in rules if other.scope == rule.scope and _outranks(other, rule)]
        covered = {place for other in above for place in fired[other.rule_id]}
        if places and places <= covered:
            by = [other.rule_id for other in above if places & set(fired[other.rule_id])]
            yield Mistake(
                "SW-POL-46",
                f"rule `{rule.rule_id}` is never reached: others always decide ({', '.join(by)})",
                rule.line,
                "raise its priority or take it out",
                fatal=False,
            )
    for place, rule in enumerate(rules):
        for other in rules[place + 1 :]:
            both = set(fired[rule.rule_id]) & set(fired[other.rule_id])
            opposite = (rule.action is Action.ALLOW) != (other.action is Action.ALLOW)
            if both and opposite and rule.priority == other.priority:
                yield Mistake(
                    "SW-POL-47",
                    f"rules `{rule.rule_id}` and `{other.rule_id}` conflict: {rule.action} and {other.action} "
                    "for the same account at the same priority",
                    other.line,
                    "give one of them the higher priority",
                )


def _outranks(other: Rule, rule: Rule) -> bool:
    """Whether the other rule's decision wins wherever both fire."""
    actions = list(Action)
    harsher = actions.index(other.action) > actions.index(rule.action) and rule.action is not Action.ALLOW
    return other.priority > rule.priority or (other.priority == rule.priority and harsher)
