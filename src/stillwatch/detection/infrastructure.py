"""Linking by rare infrastructure: accounts that used one address or means of payment hardly anyone else did.

What many share (carrier NAT, universities, VPNs) links nobody, so the number of pairs is bounded by the limit
of what counts as rare. A pair is a sign of one origin, never by itself of guilt.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.core.verdict import Link

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame

MOST_LINKS: Final = 150
RARE_LIMITS: Final = {"address": 6, "payment": 12}  # accounts that may use what links
_WORDS: Final = {
    "address": "both used one address that only {users} accounts of the site ever used",
    "payment": "both paid by one means of payment that only {users} accounts of the site ever used",
}


def rare_links(frame: Frame, members: Any) -> list[Link]:
    """Pairs of members with a rare pivot in common, the rarest first.

    Args:
        frame: the exchanges.
        members: int32 account numbers.
    """
    found = [link for kind, limit in RARE_LIMITS.items() for link in _links(frame, members, kind, limit)]
    return sorted(found, key=lambda link: (-link.weight, link.left, link.right, link.kind))[:MOST_LINKS]


def _links(frame: Frame, members: Any, kind: str, limit: int) -> list[Link]:
    """The links by one kind of pivot, a pair once."""
    values = frame.infrastructure[kind]
    total = len(frame.accounts)
    links: dict[tuple[int, int], Link] = {}
    for users in _rare_groups(values, frame.account, members, limit):
        inside = np.intersect1d(users, members, assume_unique=True).tolist()
        weight = round(10 * math.log10(max(total / users.size, 1.0)), 1)
        for left, right in itertools.combinations(inside, 2):
            known = links.get((left, right))
            if known is None or known.weight < weight:
                sentence = _WORDS[kind].format(users=users.size)
                links[left, right] = Link(frame.accounts[left], frame.accounts[right], kind, weight, sentence)
    return list(links.values())


def _rare_groups(values: Any, account: Any, members: Any, limit: int) -> list[Any]:
    """For each value that at least two members and at most ``limit`` accounts used: who used it, sorted."""
    is_member = np.zeros(int(account.max(initial=-1)) + 1, dtype=np.bool_)
    is_member[members] = True
    wanted = np.unique(values[is_member[account] & (values != 0)])
    rows = np.flatnonzero(np.isin(values, wanted))
    if not rows.size:
        return []
    order = np.lexsort((account[rows], values[rows]))
    value, user = values[rows][order], account[rows][order]
    first = np.ones(value.size, dtype=np.bool_)
    first[1:] = (value[1:] != value[:-1]) | (user[1:] != user[:-1])
    value, user = value[first], user[first]
    groups = np.split(user, np.flatnonzero(value[1:] != value[:-1]) + 1)
    return [g for g in groups if 2 <= g.size <= limit and is_member[g].sum() >= 2]
