"""What earlier checkpoints said of crews, and what the templates that their members send say of them.

A crew is alike in behaviour, a template in wording: they are found apart, so that each can speak about the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from stillwatch.detection.candidates import Snapshot

TEMPLATE_SAYS: Final = 4.0  # decibans at most, for a crew or against it
SHARED: Final = 0.5  # of a crew's members that have to be members by wording for that
_NOBODY: Final = np.zeros(0, dtype=np.int32)


class CrewRecord:
    """What was seen of crews so far, and of the templates that their members send.

    Attributes:
        tracks: which tracks are crews.
        seen: by track of a crew, the accounts that have been members of it.
        senders: by track of a candidate by wording of which earlier traffic tells how new it is, its members.
        touched: by the same tracks, the accounts that ever sent it or came near it.
    """

    def __init__(self) -> None:
        self.tracks: set[int] = set()
        self.seen: dict[int, Any] = {}
        self.senders: dict[int, Any] = {}
        self.touched: dict[int, Any] = {}

    def take_template(self, s: Snapshot) -> None:
        """Note who sends a candidate's template."""
        self.senders[s.track] = s.members
        self.touched[s.track] = np.union1d(self.touched.get(s.track, _NOBODY), np.union1d(s.members, s.near))

    def told_by_template(self, crew: Snapshot, totals: dict[int, float]) -> float:
        """Decibans for or against a crew most of whose members send one template.

        Where the template is likelier honest than not, it explains why they are alike. Where it is likelier a
        campaign's, two views that look at different things agree; bounded, because some figures are in both.

        Args:
            crew: as known now.
            totals: decibans by track, without what other members reported.
        """
        sent = self._templates(crew)
        if not sent:
            return 0.0
        likeliest = max(totals[track] for track in sent)
        return -TEMPLATE_SAYS if likeliest < 0 else min(likeliest, TEMPLATE_SAYS)

    def settled(self, crew: Snapshot, totals: dict[int, float]) -> Any:
        """Members (int32) that may be called: kindred, members before, and no strangers to what the crew sends.

        Who passes by a crew once is none of it. Nor is who behaves like a crew but sends nothing of the template
        that most of it sends and that is likelier a campaign's than not.
        """
        before = self.seen.get(crew.track, _NOBODY)
        self.seen[crew.track] = np.union1d(before, crew.members)
        called = crew.kindred[np.isin(crew.kindred, before)]
        accused = [self.touched[track] for track in self._templates(crew) if totals[track] >= 0]
        return called[np.isin(called, np.concatenate(accused))] if accused else called

    def _templates(self, crew: Snapshot) -> list[int]:
        """Tracks of the templates that most of a crew's members send."""
        needed = SHARED * max(crew.members.size, 1)
        return [
            track for track, senders in self.senders.items() if np.isin(crew.members, senders).sum() >= needed
        ]
