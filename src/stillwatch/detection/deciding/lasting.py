"""Candidates that stand out a little, but look after look, and accounts that stand out for the second time.

One look that lies above even odds may be luck; several in a row hardly are, for an honest candidate's luck passes.
What grew by taking others in has no such past: a candidate that fell from its best does not count, nor do members that
came with the last look.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

LOOKS: Final = 3  # in a row
STEADY: Final = 2.0  # decibans that it may have fallen from its best
AGAIN: Final = 0.5  # of the members: what most of them sufficed for before is the same suspicion


class Lasting:
    """What each candidate's past looks came to."""

    def __init__(self) -> None:
        self._looks: dict[int, int] = {}
        self._best: dict[int, float] = {}
        self._members: dict[int, Any] = {}

    def take(self, track: int, members: Any, total: float, *, stands: bool) -> Any:
        """int32: the members of whom it has lasted; none where it has not.

        Args:
            track: the candidate's.
            members: int32: as of this look.
            total: decibans of this look.
            stands: whether it stands out above even odds by what the site saw itself.
        """
        self._looks[track] = self._looks.get(track, 0) + 1 if stands else 0
        self._best[track] = max(total, self._best.get(track, total))
        before, self._members[track] = self._members.get(track, members[:0]), members
        if self._looks[track] < LOOKS or total < self._best[track] - STEADY:
            return members[:0]
        return np.intersect1d(members, before)


class Sufficed:
    """Whose candidates sufficed at earlier checkpoints.

    A candidate is called at its second look that suffices. Groups that are alike in behaviour fall apart and come
    together from look to look, so accounts are remembered, not candidates.
    """

    def __init__(self) -> None:
        self._accounts: set[int] = set()
        self._now: list[Any] = []

    def next_checkpoint(self) -> None:
        """What was taken counts as earlier from here on."""
        self._accounts.update(account for members in self._now for account in members.tolist())
        self._now = []

    def take(self, members: Any) -> None:
        """Note the members (int32) of a candidate that suffices now."""
        self._now.append(members)

    def before(self, members: Any) -> Any:
        """int32: those of the members (int32) that have, where most have; else nobody."""
        known = members[np.array([account in self._accounts for account in members.tolist()], dtype=np.bool_)]
        return known if known.size >= AGAIN * members.size else members[:0]
