"""Who was of largely the same crew at an earlier look.

Who passes by a crew once is none of it. Crews fall apart and come together between looks, so it is asked about
accounts, not about tracks, and of every look, also those at crews that have grown too little to be weighed again.
"""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any, Final

import numpy as np

TOGETHER: Final = 0.6  # of the fewer kindred of two looks that have to be kindred at both: one crew
LEAST_TOGETHER: Final = 5
LOOKS: Final = 1  # earlier looks at which somebody has to have been kindred
COLD_LOOKS: Final = 2  # the same where no earlier traffic tells who only goes on as before


class Together:
    """The kindred of every crew at every look so far.

    Args:
        looks: how many earlier ones are asked for.
    """

    def __init__(self, looks: int = LOOKS) -> None:
        self._least = looks
        self._looks: dict[int, list[int]] = {}  # by account, the numbers of the looks at which it was kindred
        self._sizes: list[int] = []  # by number of a look, how many were
        self._at: list[int] = []  # and its checkpoint

    def take(self, checkpoint: int, crews: list[Any]) -> list[Any]:
        """For each crew those of its kindred (int32) who were of largely the same crew before; notes this look.

        Args:
            checkpoint: of this look; only what was seen at earlier ones counts.
            crews: int32: account numbers of each crew's kindred.
        """
        before = [kindred[self._known(checkpoint, kindred.tolist())] for kindred in crews]
        for kindred in crews:
            for account in kindred.tolist():
                self._looks.setdefault(account, []).append(len(self._sizes))
            self._sizes.append(kindred.size)
            self._at.append(checkpoint)
        return before

    def _known(self, checkpoint: int, kindred: list[int]) -> Any:
        """Bool (kindred): who was."""
        looks = [self._looks.get(account, ()) for account in kindred]
        same = {
            look
            for look, count in Counter(itertools.chain.from_iterable(looks)).items()
            if count >= max(TOGETHER * min(self._sizes[look], len(kindred)), LEAST_TOGETHER)
            and self._at[look] < checkpoint
        }
        return np.array([len(same.intersection(each)) >= self._least for each in looks], dtype=np.bool_)
