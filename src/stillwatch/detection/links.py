"""Who is linked to whom within a campaign, for people to look at: the strongest members and their nearest.

All members of a campaign share its wording, so all pairs would be a picture of nothing. Each member drawn is
joined to the two it has most rare wording in common with, and to those it shares rare infrastructure with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import sparse

from stillwatch.core.verdict import Link
from stillwatch.detection.infrastructure import rare_links

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame
    from stillwatch.detection.wording import Wording

MOST_MEMBERS: Final = 60
NEAREST: Final = 2
CORE_SHARE: Final = 0.1
MOST_DECIBANS: Final = 40.0
_DECIBANS_A_BIT: Final = 3.0103
_ROWS_A_MEMBER: Final = 200


def links_of(frame: Frame, wording: Wording, rows: Any, members: Any) -> tuple[Link, ...]:
    """Links among the strongest members of a campaign, the strongest first.

    Args:
        frame: the exchanges.
        wording: the link state at the end of the log.
        rows: int64: exchanges of the campaign's demand.
        members: int32 account numbers, strongest first.
    """
    drawn = members[:MOST_MEMBERS]
    found = [*_content_links(frame, wording, rows, drawn), *rare_links(frame, np.sort(drawn))]
    return tuple(sorted(found, key=lambda link: (-link.weight, link.left, link.right, link.kind)))


def _content_links(frame: Frame, wording: Wording, rows: Any, drawn: Any) -> list[Link]:
    """Each member with the two that share most of the core wording with it."""
    use = _core_use(frame, wording, rows, drawn)
    if use.shape[1] == 0:
        return []
    weight = wording.weight[use.grams]
    bits = (use.matrix.multiply(weight.reshape(1, -1)) @ use.matrix.T).toarray()
    np.fill_diagonal(bits, 0.0)
    links: dict[tuple[int, int], Link] = {}
    for here in range(drawn.size):
        for there in np.argsort(-bits[here], kind="stable")[:NEAREST].tolist():
            if bits[here, there] > 0:
                left, right = sorted((here, there))
                links[left, right] = _content_link(
                    frame, wording, use, drawn[left], drawn[right], left, right
                )
    return list(links.values())


class _CoreUse:
    """Which of the campaign's core grams each member drawn has used, as a 0/1 matrix (members, grams)."""

    def __init__(self, matrix: Any, grams: Any) -> None:
        self.matrix = matrix
        self.grams = grams

    @property
    def shape(self) -> tuple[int, int]:
        """Members and core grams."""
        return int(self.matrix.shape[0]), int(self.matrix.shape[1])


def _core_use(frame: Frame, wording: Wording, rows: Any, drawn: Any) -> _CoreUse:
    """Core grams: rare on the site, and used in the demand by a good part of the members drawn."""
    place = np.full(len(frame.accounts), -1, dtype=np.int64)
    place[drawn] = np.arange(drawn.size)
    rows = _first_rows(rows[place[frame.account[rows]] >= 0], frame.account)
    begins, ends = wording.offsets[rows], wording.offsets[rows + 1]
    at = _ranges(begins, ends)
    gram = wording.ids[at]
    who = np.repeat(place[frame.account[rows]], ends - begins)
    rare = wording.weight[gram] > 0
    grams, column = np.unique(gram[rare], return_inverse=True)
    matrix = sparse.csr_matrix(
        (np.ones(column.size), (who[rare], column)), shape=(drawn.size, grams.size), dtype=np.float64
    )
    matrix.data[:] = 1.0  # repeated uses count once
    users = np.asarray(matrix.sum(axis=0)).ravel()
    core = np.flatnonzero(users >= max(2.0, CORE_SHARE * drawn.size))
    return _CoreUse(matrix[:, core].tocsr(), grams[core])


def _first_rows(rows: Any, account: Any) -> Any:
    """At most a few hundred exchanges of each account, the earliest: enough to know its wording."""
    order = np.argsort(account[rows], kind="stable")
    who = account[rows][order]
    starts = np.flatnonzero(np.r_[True, who[1:] != who[:-1]]) if who.size else np.zeros(0, dtype=np.int64)
    rank = np.arange(who.size) - np.repeat(starts, np.diff(np.r_[starts, who.size]))
    return rows[order][rank < _ROWS_A_MEMBER]


def _ranges(begins: Any, ends: Any) -> Any:
    """All positions from each begin to its end, one after the other."""
    lengths = ends - begins
    if not lengths.sum():
        return np.zeros(0, dtype=np.int64)
    before = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) + np.repeat(begins - before, lengths)


def _content_link(
    frame: Frame, wording: Wording, use: _CoreUse, left: int, right: int, at_left: int, at_right: int
) -> Link:
    """The link of two members, in words without text."""
    both = use.matrix[at_left].multiply(use.matrix[at_right]).indices
    users = int(np.median(wording.users[use.grams[both]])) if both.size else 0
    bits = float(wording.weight[use.grams[both]].max()) if both.size else 0.0
    # Phrases of one template come together: many of them are hardly more evidence than the rarest and a few.
    decibans = min(MOST_DECIBANS, _DECIBANS_A_BIT * (bits + np.log2(max(both.size, 1))))
    phrases = "one phrase" if both.size == 1 else f"{both.size:,} phrases"
    sentence = (
        f"both sent {phrases} of the campaign; about {users:,} of {len(frame.accounts):,} accounts use each"
    )
    return Link(frame.accounts[left], frame.accounts[right], "content", round(float(decibans), 1), sentence)
