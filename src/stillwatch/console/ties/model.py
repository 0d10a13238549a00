"""The whole graph of a campaign: accounts, rare values that some of them used, and pairs with wording in common."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from stillwatch.core.verdict import Link
    from stillwatch.detection.replay.recorded import AccountRecord, CampaignRecord, Pivot

INFERRED: Final = frozenset({"content"})
"""Kinds of ties that were concluded; all others were seen."""


@dataclasses.dataclass(frozen=True, slots=True)
class Graph:
    """All that is known.

    Attributes:
        accounts: the strongest first; ``place`` says where each stands.
        values: rare values by their key, such as ``v3``.
        pairs: by two places, ties between them, the strongest first; those that a value stands for are left out.
        shared: by place, keys of the values used.
        linked: by place, the places it has pairs with.
    """

    accounts: tuple[AccountRecord, ...]
    place: Mapping[str, int]
    values: Mapping[str, Pivot]
    pairs: Mapping[tuple[int, int], tuple[Link, ...]]
    shared: Mapping[int, tuple[str, ...]]
    linked: Mapping[int, tuple[int, ...]]

    @property
    def kinds(self) -> dict[str, int]:
        """How many ties there are of each kind."""
        found = collections.Counter(link.kind for links in self.pairs.values() for link in links)
        found.update(value.kind for value in self.values.values())
        return dict(sorted(found.items()))

    def neighbours(self, place: int, kinds: frozenset[str]) -> Iterator[tuple[int, str]]:
        """Accounts tied to one, each with the kind of tie; one may come more than once."""
        for key in self.shared.get(place, ()):
            value = self.values[key]
            if value.kind in kinds:
                yield from ((other, value.kind) for other in value.members if other != place)
        for other in self.linked.get(place, ()):
            for link in self.pairs[min(place, other), max(place, other)]:
                if link.kind in kinds:
                    yield other, link.kind


def graph_of(record: CampaignRecord) -> Graph:
    """The graph of a campaign."""
    place = {each.account_id: at for at, each in enumerate(record.accounts)}
    values = {f"v{at}": each for at, each in enumerate(record.pivots) if len(each.members) > 1}
    shared: dict[int, list[str]] = collections.defaultdict(list)
    for key, value in values.items():
        for member in value.members:
            shared[member].append(key)
    pairs = _pairs(record, place, values, shared)
    linked: dict[int, list[int]] = collections.defaultdict(list)
    for left, right in pairs:
        linked[left].append(right)
        linked[right].append(left)
    return Graph(
        record.accounts,
        place,
        values,
        pairs,
        {at: tuple(keys) for at, keys in shared.items()},
        {at: tuple(others) for at, others in linked.items()},
    )


def _pairs(
    record: CampaignRecord,
    place: Mapping[str, int],
    values: Mapping[str, Pivot],
    shared: Mapping[int, list[str]],
) -> dict[tuple[int, int], tuple[Link, ...]]:
    found: dict[tuple[int, int], list[Link]] = collections.defaultdict(list)
    for link in sorted(record.links, key=lambda each: -each.weight):
        if link.left not in place or link.right not in place or link.left == link.right:
            continue
        left, right = sorted((place[link.left], place[link.right]))
        common = set(shared.get(left, ())) & set(shared.get(right, ()))
        if any(values[key].kind == link.kind for key in common):
            continue  # a value between the two says the same
        found[left, right].append(link)
    return {ends: tuple(links) for ends, links in found.items()}
