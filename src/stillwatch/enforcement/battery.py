"""All conditions of a policy, evaluated against one account's facts after the other."""

from __future__ import annotations

import collections
import dataclasses
import itertools
from collections.abc import Iterable, Mapping
from typing import Any, Final

import cel.cel as cel  # the compiled module itself: xds-protos puts an empty file in place of the package's

from stillwatch.enforcement.conditions import Condition, ConditionError, compiled
from stillwatch.enforcement.conjuncts import Parts, Test, parts, searches, test_of
from stillwatch.enforcement.facts import ROOTS

_UNTOLD: Final = object()


class Sheet:
    """The facts that CEL sees; made once, filled for one account after the other.

    Handing a value over costs more than evaluating a rule, so only names that are used are handed over, of groups only
    the members that are used, and of those only what differs from what was handed over before.

    Args:
        conditions: those that will be evaluated.
    """

    def __init__(self, conditions: Iterable[Condition]) -> None:
        paths = {path for condition in conditions for path in condition.paths}
        used = {path.partition(".")[0] for path in paths}
        self._roots = tuple(root for root in ROOTS if root in used)
        self._members = {
            root: None if root in paths else tuple(sorted(_members(root, paths))) for root in self._roots
        }
        self._last: dict[str, Any] = {}
        self._context = cel.Context()

    def filled(self, facts: Mapping[str, Any], roots: Iterable[str] = ()) -> cel.Context:
        """The context with these facts, good until it is filled again.

        Args:
            facts: of one account.
            roots: names that are needed; none for all that are used. What others hold is then not to be asked.
        """
        last, changed = self._last, {}
        for root in roots or self._roots:
            members = self._members[root]
            held = facts[root]
            if members is not None:
                held = {name: held[name] for name in members if name in held}
            if root not in last or last[root] != held:
                changed[root] = held
        if changed:
            self._context.update(changed)
            last |= changed
        return self._context


@dataclasses.dataclass(frozen=True, slots=True)
class _Item:
    """One condition, taken apart.

    Attributes:
        tests: places of its plain tests.
        whole: all of it, for where a plain test cannot be told.
        rest: what CEL has to tell where all plain tests hold; None for nothing.
        whole_roots, rest_roots: the names each speaks about.
    """

    tests: tuple[int, ...]
    whole: Condition
    rest: Condition | None
    whole_roots: tuple[str, ...]
    rest_roots: tuple[str, ...]


class Battery:
    """Conditions that are always evaluated together.

    A plain test that several conditions share is made once for each account. CEL is asked only about conditions whose
    plain tests all hold, and is handed only what these need.
    """

    def __init__(self, conditions: Iterable[Condition]) -> None:
        whole = tuple(conditions)
        apart = [parts(each.source) for each in whole]
        shared = collections.Counter(word for each in apart for word in each.plain)
        # Which test is made first changes no outcome: one that others share has often been made already.
        words = sorted(shared, key=lambda word: (searches(word), -shared[word]))
        places = {word: place for place, word in enumerate(words)}
        self._items = tuple(map(_item, whole, apart, itertools.repeat(places)))
        self._tests: tuple[Test, ...] = tuple(test for word in words if (test := test_of(word)) is not None)
        self._sheet = Sheet(whole)

    def outcomes(self, facts: Mapping[str, Any]) -> list[bool | ConditionError]:
        """For each condition whether it holds of an account's facts, or why that cannot be told."""
        tests = self._tests
        told: list[Any] = [_UNTOLD] * len(tests)
        found: list[bool | ConditionError] = []
        for item in self._items:
            outcome: bool | None = True
            for place in item.tests:
                said = told[place]
                if said is _UNTOLD:
                    said = told[place] = tests[place](facts)
                if said is False:
                    outcome = False
                    break
                if said is None:
                    outcome = None
            if outcome is None:
                found.append(self._asked(item.whole, item.whole_roots, facts))
            elif outcome and item.rest is not None:
                found.append(self._asked(item.rest, item.rest_roots, facts))
            else:
                found.append(outcome)
        return found

    def _asked(
        self, condition: Condition, roots: tuple[str, ...], facts: Mapping[str, Any]
    ) -> bool | ConditionError:
        """What CEL says."""
        try:
            return condition.holds(self._sheet.filled(facts, roots))
        except ConditionError as error:
            return error


def _item(condition: Condition, found: Parts, places: Mapping[str, int]) -> _Item:
    tests = tuple(sorted(places[word] for word in found.plain))
    rest = compiled(found.rest) if found.plain and found.rest else None
    if not found.plain:
        rest = condition
    return _Item(tests, condition, rest, _roots(condition), () if rest is None else _roots(rest))


def _roots(condition: Condition) -> tuple[str, ...]:
    used = {path.partition(".")[0] for path in condition.paths}
    return tuple(root for root in ROOTS if root in used)


def _members(root: str, paths: Iterable[str]) -> set[str]:
    return {path.split(".")[1] for path in paths if path.startswith(f"{root}.")}
