"""Which part of a campaign's graph is shown: the strongest, what somebody unfolded, up to a moment; the rest folded."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from stillwatch.console.ties.model import Graph

MOST: Final = 80
"""Accounts drawn at once."""
GROUPS: Final = 6
STEP: Final = 20
"""Accounts that unfolding a group shows."""


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to see.

    Attributes:
        strongest: how many accounts to begin with.
        opened: accounts whose neighbours are shown, by id, and groups by the id of their first account.
        kinds: of ties.
        until: the last bin of time; None for all.
    """

    strongest: int
    opened: tuple[str, ...]
    kinds: frozenset[str]
    until: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Accounts that are not drawn one by one.

    Attributes:
        members: places, the strongest first.
        values: keys of the values that hold them together; empty for those that only wording ties.
    """

    members: tuple[int, ...]
    values: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn, and how much is not.

    Attributes:
        accounts: places, the strongest first.
        values: keys of values that at least two drawn accounts, or one and a group, used.
        groups: the rest, folded; together with ``accounts`` they are everybody who was active by then.
        hidden: by place, neighbours that are not drawn, counted by kind.
        later: how many accounts were not active by then.
        refused: how many neighbours were asked for beyond what can be drawn.
    """

    accounts: tuple[int, ...]
    values: tuple[str, ...]
    groups: tuple[Group, ...]
    hidden: dict[int, dict[str, int]]
    later: int
    refused: int


def choose(graph: Graph, wish: Wish) -> Shown:
    """The part to show."""
    active = [
        at
        for at, account in enumerate(graph.accounts)
        if wish.until is None or account.first_bin <= wish.until
    ]
    there = set(active)
    drawn = dict.fromkeys(active[: wish.strongest])
    refused = _unfold(graph, wish, there, drawn)
    visible = sorted(drawn)
    groups = _folded(graph, wish.kinds, [at for at in active if at not in drawn])
    folded = {at for group in groups for at in group.members if group.values}
    values = tuple(
        key
        for key, value in graph.values.items()
        if value.kind in wish.kinds
        and (inside := sum(at in drawn for at in value.members))
        and inside + any(at in folded for at in value.members) > 1
    )
    hidden = {at: _hidden(graph, wish.kinds, at, there, drawn) for at in visible}
    return Shown(
        tuple(visible),
        values,
        groups,
        {at: counts for at, counts in hidden.items() if counts},
        len(graph.accounts) - len(active),
        refused,
    )


def _unfold(graph: Graph, wish: Wish, there: set[int], drawn: dict[int, None]) -> int:
    """Add what was unfolded, in the order in which it was; returns how many found no room."""
    refused = 0
    for name in wish.opened:
        at = graph.place.get(name)
        if at is None or at not in there:
            continue
        wanted: Iterable[int]
        if at in drawn:
            wanted = sorted({other for other, _ in graph.neighbours(at, wish.kinds)})
        else:
            group = _group_of(graph, wish.kinds, [each for each in sorted(there) if each not in drawn], at)
            wanted = group[:STEP]
        for each in wanted:
            if each in drawn or each not in there:
                continue
            if len(drawn) >= MOST:
                refused += 1
            else:
                drawn[each] = None
    return refused


def _group_of(graph: Graph, kinds: frozenset[str], rest: list[int], at: int) -> list[int]:
    """The folded group that begins with an account, from it on."""
    for group in _folded(graph, kinds, rest):
        if at in group.members:
            return [at, *(each for each in group.members if each != at)]
    return [at]


def _folded(graph: Graph, kinds: frozenset[str], rest: list[int]) -> tuple[Group, ...]:
    """The accounts that are not drawn, put together by the values they share; last those that share none."""
    root = {at: at for at in rest}

    def find(at: int) -> int:
        while root[at] != at:
            root[at] = at = root[root[at]]
        return at

    holding: dict[str, list[int]] = {}
    for key, value in graph.values.items():
        members = [at for at in value.members if at in root] if value.kind in kinds else []
        if len(members) < 2:
            continue
        holding[key] = members
        first = find(members[0])
        for other in members[1:]:
            root[find(other)] = first
    together: dict[int, list[int]] = collections.defaultdict(list)
    for at in rest:
        together[find(at)].append(at)
    keys: dict[int, list[str]] = collections.defaultdict(list)
    for key, members in holding.items():
        keys[find(members[0])].append(key)
    tied = sorted((top for top in together if top in keys), key=lambda top: -len(together[top]))
    groups = [Group(tuple(together[top]), tuple(keys[top])) for top in tied[:GROUPS]]
    others = sorted(at for top, members in together.items() if top not in tied[:GROUPS] for at in members)
    return (*groups, *([Group(tuple(others), ())] if others else []))


def _hidden(
    graph: Graph, kinds: frozenset[str], at: int, there: set[int], drawn: dict[int, None]
) -> dict[str, int]:
    found: dict[str, set[int]] = collections.defaultdict(set)
    for other, kind in graph.neighbours(at, kinds):
        if other in there and other not in drawn:
            found[kind].add(other)
    return {kind: len(others) for kind, others in sorted(found.items())}
