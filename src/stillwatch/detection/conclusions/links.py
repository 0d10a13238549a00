"""Who is linked to whom within a campaign, for people to look at: the strongest members and their nearest.

All members of a campaign share its wording, so all pairs would be a picture of nothing. Each member drawn is
joined to the two it has most rare wording in common with, and to those it shares rare infrastructure with.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.core.verdict import Link
from stillwatch.detection.linking.infrastructure import rare_links
from stillwatch.detection.lists import ranges

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.detection.frame import Frame
    from stillwatch.detection.linking.infrastructure import RareUse
    from stillwatch.detection.linking.wording import Wording

MOST_MEMBERS: Final = 60
NEAREST: Final = 2
CORE_SHARE: Final = 0.1
MOST_DECIBANS: Final = 40.0
_DECIBANS_A_BIT: Final = 3.0103
_ROWS_A_MEMBER: Final = 200


def links_of(
    frame: Frame, wording: Wording, use: Mapping[str, RareUse], rows: Any, members: Any
) -> tuple[Link, ...]:
    """Links among the strongest members of a campaign, the strongest first.

    Args:
        frame: the exchanges.
        wording: the link state at the end of the log.
        use: by kind of pivot, who used what is rare.
        rows: int64: exchanges of the campaign's demand.
        members: int32 account numbers, strongest first.
    """
    drawn = members[:MOST_MEMBERS]
    found = [*_content_links(frame, wording, rows, drawn), *rare_links(frame, use, np.sort(drawn))]
    return tuple(sorted(found, key=lambda link: (-link.weight, link.left, link.right, link.kind)))


def _content_links(frame: Frame, wording: Wording, rows: Any, drawn: Any) -> list[Link]:
    """Each member with the two that share most of the core wording with it."""
    used, grams = _core_use(frame, wording, rows, drawn)
    if not grams.size:
        return []
    core = _Core(used, wording.weight[grams], wording.users[grams])
    # Weights are float32 of like size, so that their sums in float64 are exact in whatever order they are added.
    bits = (used * core.weight.astype(np.float64)) @ used.T.astype(np.float64)
    np.fill_diagonal(bits, 0.0)
    order = np.argsort(-bits, axis=1, kind="stable")[:, :NEAREST]
    pairs = {
        (min(here, there), max(here, there)): None
        for here, nearest in enumerate(order.tolist())
        for there in nearest
        if bits[here, there] > 0
    }
    return [_content_link(frame, core, drawn, left, right) for left, right in pairs]


@dataclasses.dataclass(frozen=True, slots=True)
class _Core:
    """The campaign's core grams.

    Attributes:
        used: bool (members drawn, grams): who used which.
        weight: float32 (grams): rarity in bits.
        users: float64 (grams): accounts of the site that use each.
    """

    used: Any
    weight: Any
    users: Any


def _core_use(frame: Frame, wording: Wording, rows: Any, drawn: Any) -> tuple[Any, Any]:
    """Core grams: rare on the site, and used in the demand by a good part of the members drawn.

    Returns:
        Which member drawn has used which, bool (members, grams), and the grams.
    """
    place = np.full(len(frame.accounts), -1, dtype=np.int64)
    place[drawn] = np.arange(drawn.size)
    rows = _first_rows(rows[place[frame.account[rows]] >= 0], frame.account)
    begins, ends = wording.offsets[rows], wording.offsets[rows + 1]
    at = ranges(begins, ends)
    gram = wording.ids[at]
    who = np.repeat(place[frame.account[rows]], ends - begins)
    rare = wording.weight[gram] > 0
    # Of each gram and member one pair, in the order of the grams: as many pairs as members that used it.
    pairs = np.unique(gram[rare].astype(np.int64) * drawn.size + who[rare])
    gram, who = np.divmod(pairs, drawn.size)
    grams, users = np.unique(gram, return_counts=True)
    core = users >= max(2.0, CORE_SHARE * drawn.size)
    column = np.repeat(np.where(core, np.cumsum(core) - 1, -1), users)
    used = np.zeros((drawn.size, int(core.sum())), dtype=np.bool_)
    used[who[column >= 0], column[column >= 0]] = True
    return used, grams[core]


def _first_rows(rows: Any, account: Any) -> Any:
    """At most a few hundred exchanges of each account, the earliest: enough to know its wording."""
    order = np.argsort(account[rows], kind="stable")
    who = account[rows][order]
    starts = np.flatnonzero(np.r_[True, who[1:] != who[:-1]]) if who.size else np.zeros(0, dtype=np.int64)
    rank = np.arange(who.size) - np.repeat(starts, np.diff(np.r_[starts, who.size]))
    return rows[order][rank < _ROWS_A_MEMBER]


def _content_link(frame: Frame, core: _Core, drawn: Any, left: int, right: int) -> Link:
    """The link of two members, in words without text."""
    both = np.flatnonzero(core.used[left] & core.used[right])
    users = int(np.median(core.users[both]))
    # Phrases of one template come together: many of them are hardly more evidence than the rarest and a few.
    bits = float(core.weight[both].max()) + np.log2(both.size)
    decibans = min(MOST_DECIBANS, _DECIBANS_A_BIT * bits)
    phrases = "one phrase" if both.size == 1 else f"{both.size:,} phrases"
    sentence = (
        f"both sent {phrases} of the campaign; about {users:,} of {len(frame.accounts):,} accounts use each"
    )
    return Link(
        frame.accounts[drawn[left]],
        frame.accounts[drawn[right]],
        "content",
        round(float(decibans), 1),
        sentence,
    )
