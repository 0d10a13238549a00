"""Made-up facts on which a policy is tried before it meets an account: ordinary ones, and ones around its own words."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from stillwatch.enforcement.conditions import compared, literals
from stillwatch.enforcement.facts import FIELDS

if TYPE_CHECKING:
    from stillwatch.enforcement.rulebook import Rule

_ORDINARY: Final = 300
_AROUND: Final = 120
_GROUPS: Final = ("campaign", "organization", "exemption")
_PRESENT: Final = 0.6
_NUMBERS: Final = (0, 1, 2, 5, 30, 200, 5_000, 100_000)
_SHARES: Final = frozenset({"score", "campaign.score", "organization.owned"})


def samples(rules: tuple[Rule, ...]) -> list[dict[str, Any]]:
    """Facts of made-up accounts, the same for the same rules."""
    chance = random.Random(7)  # noqa: S311 - samples, no secret
    words = sorted({word for rule in rules for word in literals(rule.condition.source)})
    made = [_facts(chance, {}, words) for _ in range(_ORDINARY)]
    for rule in rules:
        near = _near(rule)
        made += [_facts(chance, near, words) for _ in range(_AROUND)]
    return made


def _near(rule: Rule) -> dict[str, list[Any]]:
    """For each name that a rule compares with something: that value, and for numbers its neighbours."""
    found: dict[str, list[Any]] = {}
    for path, _, literal in compared(rule.condition.source):
        if path in FIELDS:
            found.setdefault(path, []).extend(_around(path, literal))
    return found


def _around(path: str, literal: str) -> Iterator[Any]:
    match FIELDS[path].kind:
        case "string":
            yield literal[1:-1]
        case "bool":
            yield literal == "true"
        case "int" if literal[0] not in "'\"tf":
            yield from (max(0, int(float(literal)) + step) for step in (-1, 0, 1))
        case "double" if literal[0] not in "'\"tf":
            most = 1.0 if path in _SHARES else float("inf")
            yield from (min(most, max(0.0, float(literal) + step)) for step in (-0.004, 0.0, 0.004))


def _facts(chance: random.Random, near: Mapping[str, list[Any]], words: list[str]) -> dict[str, Any]:
    """Facts of one account; groups and optional fields are missing now and then."""
    there = {group: chance.random() < _PRESENT or _speaks(near, group) for group in _GROUPS}
    made: dict[str, Any] = {"campaign": {}, "organization": {}, "exemption": {}, "place": {}, "account": {}}
    for path, field in FIELDS.items():
        group, _, name = path.partition(".")
        if name and not there.get(group, True):
            continue
        if field.guard == path and chance.random() > _PRESENT and path not in near:
            continue
        wanted = near.get(path)
        value = chance.choice(wanted) if wanted and chance.random() < 0.8 else _value(path, chance, words)
        if name:
            made[group][name] = value
        else:
            made[path] = value
    return made


def _speaks(near: Mapping[str, list[Any]], group: str) -> bool:
    return any(path.startswith(f"{group}.") for path in near)


def _value(path: str, chance: random.Random, words: list[str]) -> Any:
    """A value such as the field might have."""
    field = FIELDS[path]
    match field.kind:
        case "string":
            return chance.choice(field.values or (*words, "x", "XX", "y"))
        case "bool":
            return chance.random() < 0.5
        case "int":
            return chance.choice(_NUMBERS)
        case "double":
            return chance.random() if path in _SHARES else chance.choice(_NUMBERS) * 1.0
        case "strings":
            return chance.sample([*words, "x", "y"], k=min(2, len(words) + 1))
        case _:
            detectors = (*words, "novelty") if chance.random() < _PRESENT else ()
            return {word: chance.uniform(-20, 20) for word in detectors}
