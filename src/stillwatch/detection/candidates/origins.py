"""Members of a candidate that do not share the past that nearly all the others share.

A batch of accounts was opened together, or was new to the site together. An established customer who happens to do the
same work does it as one who came another way: what says that the batch is a campaign says nothing of him. So where
nearly all members are of one past, who is not is put on watch at most.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame

SAME: Final = 0.8  # of the members share a past: who does not is another's
APART: Final = 2.0  # times older or younger than the usual member, at least
SPREADS: Final = 3.0  # and so many spreads of the members' ages
_TO_SIGMA: Final = 1.4826
_LEAST_AGE_US: Final = 6 * 3_600_000_000
_LEAST: Final = 5
_NOBODY: Final = np.zeros(0, dtype=np.int32)


@dataclasses.dataclass(frozen=True, slots=True)
class Origins:
    """When each account was opened and whether the site knew it.

    Attributes:
        created: int64 (accounts): microseconds since 1970 UTC; 0 where the log does not say.
        newcomer: bool (accounts): as of `Frame`.
    """

    created: Any
    newcomer: Any

    @classmethod
    def of(cls, frame: Frame) -> Origins:
        """As each account's first exchange says."""
        first = np.zeros(len(frame.accounts), dtype=np.int64)
        first[frame.account[::-1]] = np.arange(frame.size - 1, -1, -1)
        return cls(frame.created[first], frame.newcomer[first]) if frame.size else cls(first, first > 0)

    def alike(self, members: Any, now: int, before: Any = _NOBODY) -> Any:
        """The members that share the past of nearly all, and were as new to the site as those before them.

        Args:
            members: int32: account numbers.
            now: microseconds since 1970 UTC.
            before: int32: who was a member at earlier looks.
        """
        if before.size >= _LEAST:
            members = members[self._of_one_standing(before, members)]
        if members.size < _LEAST:
            return members
        return members[self._of_one_standing(members, members) & self._of_one_age(members, now)]

    def _of_one_standing(self, others: Any, members: Any) -> Any:
        """Where nearly all others are new to the site, the members who are; else all."""
        one = self.newcomer[others].mean() >= SAME
        return self.newcomer[members] if one else np.ones(members.size, dtype=np.bool_)

    def _of_one_age(self, members: Any, now: int) -> Any:
        """Where nearly all are of one age, those who are; who tells no age is."""
        opened = self.created[members]
        known = opened > 0
        if known.sum() < _LEAST:
            return np.ones(members.size, dtype=np.bool_)
        age = np.log(np.maximum(now - opened, _LEAST_AGE_US))
        usual = np.median(age[known])
        spread = _TO_SIGMA * np.median(np.abs(age[known] - usual))
        near = ~known | (np.abs(age - usual) <= max(np.log(APART), SPREADS * spread))
        return near if near.mean() >= SAME else np.ones(members.size, dtype=np.bool_)
