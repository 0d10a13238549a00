"""Whose errors go together: members that were wrong about the same things are one source, not two.

Honest members err too, each about other innocents; that two of them name the same innocent one hardly happens by
chance. Where it has happened, for collusion or because both run the same detector on the same look-alike, their
reports are not two reports, and what they say together is judged by what came of what they said together.
"""

from __future__ import annotations

import collections
import itertools
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.sharing.trust.history import History

LEAST_TOGETHER: Final = 1.5
"""Common errors, counted by age, before two members are taken for one source: one may be chance."""

TIMES_CHANCE: Final = 5.0

Block = frozenset[str]


def blocks(history: History, members: Iterable[str], innocents_a_week: float, now: int) -> list[Block]:
    """Members put together by common errors; whoever errs alone is a block of one.

    Args:
        history: what became of indicators.
        members: everybody.
        innocents_a_week: how many innocent things members together could report in a week, estimated low.
        now: the present week.
    """
    alone: collections.Counter[str] = collections.Counter()
    together: collections.Counter[tuple[str, str]] = collections.Counter()
    for outcome, weight in history.weighted(now):
        if not outcome.genuine:
            for member in outcome.reporters:
                alone[member] += weight  # type: ignore[assignment]
            for pair in itertools.combinations(sorted(outcome.reporters), 2):
                together[pair] += weight  # type: ignore[assignment]
    innocents = max(innocents_a_week * history.weeks(now), 1.0)
    joined = {member: member for member in members}
    for (one, other), times in together.items():
        chance = alone[one] * alone[other] / innocents
        if times >= LEAST_TOGETHER and times > TIMES_CHANCE * chance and one in joined and other in joined:
            _join(joined, one, other)
    found: dict[str, set[str]] = {}
    for member in joined:
        found.setdefault(_root(joined, member), set()).add(member)
    return [frozenset(block) for block in found.values()]


def _root(joined: dict[str, str], member: str) -> str:
    while joined[member] != member:
        member = joined[member]
    return member


def _join(joined: dict[str, str], one: str, other: str) -> None:
    joined[_root(joined, one)] = _root(joined, other)
