"""Linking by rare infrastructure: accounts that used one address or means of payment hardly anyone else did.

What many share (carrier NAT, universities, VPNs) links nobody, so the number of pairs is bounded by the limit
of what counts as rare. A pair is a sign of one origin, never by itself of guilt.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from stillwatch.core.verdict import Link
from stillwatch.detection.lists import ranges

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame

MOST_LINKS: Final = 150
RARE_LIMITS: Final = {"address": 6, "payment": 12}  # accounts that may use what links
_WORDS: Final = {
    "address": "both used one address that only {users} accounts of the site ever used",
    "payment": "both paid by one means of payment that only {users} accounts of the site ever used",
}


class RareUse:
    """Who used which rare value of one kind of pivot: ordered once, then asked for campaign after campaign.

    Args:
        values: uint64 (exchanges): pseudonyms, 0 where the log gave none.
        account: int32 (exchanges): account numbers.
        limit: accounts that may use what counts as rare.

    Attributes:
        value: uint64 (groups): the rare values.
        of_row: int32 (exchanges): group of each exchange's value, -1 where it is none or not rare.
    """

    def __init__(self, values: Any, account: Any, limit: int) -> None:
        coded = pa.array(values).dictionary_encode()
        value, code = coded.dictionary.to_numpy(), coded.indices.to_numpy()
        self._accounts = int(account.max(initial=-1)) + 1
        pairs = np.unique(code.astype(np.int64) * max(self._accounts, 1) + account)
        group, user = np.divmod(pairs, max(self._accounts, 1))
        rare = (np.bincount(group, minlength=value.size) <= limit) & (value != 0)
        number = np.where(rare, np.cumsum(rare) - 1, -1).astype(np.int32)
        self.value, self.of_row = value[rare], number[code]
        self._user = user[rare[group]]
        group = number[group[rare[group]]]
        self._begins = np.searchsorted(group, np.arange(self.value.size + 1))
        by_account = np.argsort(self._user, kind="stable")
        self._group = group[by_account]
        self._begins_of = np.searchsorted(self._user[by_account], np.arange(self._accounts + 1))

    def users(self, group: int) -> Any:
        """int64, sorted: the accounts that used a value."""
        return self._user[self._begins[group] : self._begins[group + 1]]

    def users_in(self, groups: Any, accounts: Any) -> tuple[Any, Any]:
        """How many accounts used each of some values, and how many of those accounts did.

        Args:
            groups: int, not empty.
            accounts: account numbers.
        """
        begins, ends = self._begins[groups], self._begins[groups + 1]
        is_in = np.zeros(self._accounts, dtype=np.bool_)
        is_in[accounts] = True
        users = ends - begins
        return users, np.add.reduceat(is_in[self._user[ranges(begins, ends)]], np.cumsum(users) - users)

    def shared_by(self, members: Any) -> Iterator[Any]:
        """Of each value that at least two of them used: int64, sorted, all who did."""
        held = self._group[ranges(self._begins_of[members], self._begins_of[members + 1])]
        group, times = np.unique(held, return_counts=True)
        for each in group[times >= 2].tolist():
            yield self.users(each)


def rare_use(frame: Frame) -> dict[str, RareUse]:
    """By kind of pivot, who used what is rare."""
    return {
        kind: RareUse(frame.infrastructure[kind], frame.account, limit) for kind, limit in RARE_LIMITS.items()
    }


def rare_links(frame: Frame, use: Mapping[str, RareUse], members: Any) -> list[Link]:
    """Pairs of members with a rare pivot in common, the rarest first.

    Args:
        frame: the exchanges.
        use: as `rare_use` gives it.
        members: int32 account numbers.
    """
    found = [link for kind, rare in use.items() for link in _links(frame, rare, members, kind)]
    return sorted(found, key=lambda link: (-link.weight, link.left, link.right, link.kind))[:MOST_LINKS]


def rarity(frame: Frame, users: int) -> float:
    """How strongly a value ties two accounts, in decibans, by how few of the site used it."""
    return round(10 * math.log10(max(len(frame.accounts) / users, 1.0)), 1)


def _links(frame: Frame, rare: RareUse, members: Any, kind: str) -> list[Link]:
    """The links by one kind of pivot, a pair once."""
    known = set(members.tolist())
    links: dict[tuple[int, int], Link] = {}
    for users in rare.shared_by(members):
        weight = rarity(frame, users.size)
        sentence = _WORDS[kind].format(users=users.size)
        for left, right in itertools.combinations([a for a in users.tolist() if a in known], 2):
            other = links.get((left, right))
            if other is None or other.weight < weight:
                links[left, right] = Link(frame.accounts[left], frame.accounts[right], kind, weight, sentence)
    return list(links.values())
