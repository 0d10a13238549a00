"""One look at the log so far: the candidates by wording and by behaviour, and what each kind says of the other.

The two are found from different columns and know nothing of each other until both are there, so with two threads they
are looked for side by side.
"""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from stillwatch.detection.candidates.predecessors import Predecessors

if TYPE_CHECKING:
    from stillwatch.detection.behaviour.crews import Crews
    from stillwatch.detection.candidates.snapshots import Snapshot, Tracker
    from stillwatch.detection.frame import Frame
    from stillwatch.detection.linking.wording import Wording


class Look:
    """Looks at a log, further with each look.

    Args:
        frame: the exchanges.
        wording: what is known of their wording so far; moved forward by each look.
        tracker: follows candidates by wording.
        crews: follows candidates by behaviour. Its tracks and the tracker's must not have numbers in common.
        threads: how many.
    """

    def __init__(self, frame: Frame, wording: Wording, tracker: Tracker, crews: Crews, threads: int) -> None:
        self._wording = wording
        self._tracker = tracker
        self._crews = crews
        self._threads = threads
        self._predecessors = Predecessors(frame, wording, tracker.past)

    def at(self, row: int, checkpoint: int, *, last: bool) -> list[Snapshot]:
        """The candidates that are new or have grown; at the last look, all.

        Args:
            row: exchanges so far.
            checkpoint: number of this look.
            last: whether it is the last.
        """
        with ThreadPoolExecutor(min(self._threads, 2)) as pool:
            alike = pool.submit(self._crews.step, checkpoint, row, last=last)
            worded = pool.submit(self._by_wording, row, checkpoint, last=last)
            crews, found = alike.result(), worded.result()
        return [*map(self._told_apart, found), *self._predecessors.told(crews)]

    def _by_wording(self, row: int, checkpoint: int, *, last: bool) -> list[Snapshot]:
        self._wording.advance(row)
        return self._tracker.step(checkpoint, self._wording.demands(), last=last)

    def _told_apart(self, snapshot: Snapshot) -> Snapshot:
        """The candidate with those of its members that behave like it; with all while nobody's place is known."""
        if self._crews.circle is None:
            return snapshot
        return dataclasses.replace(snapshot, kindred=self._crews.circle.kindred(snapshot.members))
