"""A crew whose product has customers from before: that its own accounts are new says nothing about them then.

People who sign up for an app are new to the site, of one age and opened within days of each other, as hired accounts
are. But an app has other users, too, who came to it with accounts that they had. What all of them send is the app's own
system prompt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.detection.candidates.origins import Origins

if TYPE_CHECKING:
    from stillwatch.detection.candidates.snapshots import Snapshot
    from stillwatch.detection.frame import Frame

MOST: Final = (
    0.5  # of a crew's members that have to be new, and of its exchanges that have to carry one system prompt
)


class Company:
    """Who has sent each system prompt, and since when.

    Args:
        frame: the exchanges.
    """

    def __init__(self, frame: Frame) -> None:
        column = frame.table["system"].combine_chunks().dictionary_encode()
        self._prompt = column.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        self._accounts = max(len(frame.accounts), 1)
        self._newcomer = Origins.of(frame).newcomer
        told = np.flatnonzero(self._prompt >= 0)
        pairs = self._prompt[told] * self._accounts + frame.account[told]
        self._pairs, first = np.unique(pairs, return_index=True)
        self._first = told[first]

    def of(self, crew: Snapshot, row: int) -> int:
        """Accounts outside a crew that the site knew before and that sent its system prompt before this exchange.

        0 where no system prompt is in most of the crew's exchanges, or most of its members are not new themselves.
        """
        if self._newcomer[crew.members].sum() < max(MOST * crew.members.size, 1):
            return 0
        prompts = self._prompt[crew.rows]
        prompts, counts = np.unique(prompts[prompts >= 0], return_counts=True)
        if not counts.size or counts.max() < MOST * crew.rows.size:
            return 0
        top = int(prompts[counts.argmax()])
        begin, end = np.searchsorted(self._pairs, [top * self._accounts, (top + 1) * self._accounts])
        users: Any = self._pairs[begin:end] - top * self._accounts
        users = users[self._first[begin:end] < row]
        return int((~self._newcomer[np.setdiff1d(users, crew.accounts)]).sum())
