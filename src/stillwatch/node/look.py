"""One look: the window is judged as ``stillwatch detect`` would judge it, as of now."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any, Final

from stillwatch import __version__
from stillwatch.detection import frame as frames
from stillwatch.detection import run
from stillwatch.detection.checkpoints import HOUR_US, iso
from stillwatch.detection.conclusions import results
from stillwatch.detection.registry import detectors
from stillwatch.detection.replay.recording import record_of
from stillwatch.detection.weighing.received import ReceivedMarks
from stillwatch.node.window import History, Size, newest, of_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from stillwatch.core.authorisation import Authorisation
    from stillwatch.core.verdict import DetectionResult
    from stillwatch.detection.replay.recorded import Record
    from stillwatch.settings import Settings
    from stillwatch.storage.received.records import Mark
    from stillwatch.traffic.store import Store

_CHECKPOINTS: Final = (
    4  # in a window: who was of a crew before, and what stood out twice, is asked of earlier ones
)


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """What a look concluded, and how it went.

    Attributes:
        about: for the record: the window, the seconds it took.
        window: the part of the store that was judged.
        record: what the verdicts rest on.
        indicators: how many received indicators each account bears; without one, it is left out.
    """

    result: DetectionResult
    about: dict[str, Any]
    window: Store
    record: Record
    indicators: Mapping[str, int] = dataclasses.field(default_factory=dict)


class Looker:
    """Judges the newest traffic of a store, again and again.

    Args:
        settings: threads, memory and level of the detector.
        history: earlier traffic.
        target_s: how long a look should take.
        authorisations: gives the registered authorisations as they are now.
    """

    def __init__(
        self,
        settings: Settings,
        history: History,
        target_s: float,
        authorisations: Callable[[], Sequence[Authorisation]] = tuple,
    ) -> None:
        self._settings = settings
        self._authorisations = authorisations
        self._history = history
        self.size = Size.within(settings.memory_gib, target_s)

    def look(self, store: Store, received: Sequence[Mark] = ()) -> Look | None:
        """Judge; None where the store is empty.

        Args:
            store: what was taken in.
            received: marks that other members reported.
        """
        begin = time.perf_counter()
        parts = newest(store.manifest.parts, self.size.rows)
        if not parts:
            return None
        past = self._history.before(store, parts)
        window = of_parts(store, parts)
        frame = frames.load(window, past)
        outcome = run.run(
            frame,
            list(detectors().values()),
            threads=self._settings.threads,
            checkpoint_hours=grid_hours(frame.ts),
            fdr=self._settings.fdr,
            authorisations=self._authorisations(),
            received=received,
        )
        reading = results.Reading(
            read=frame.size,
            rejected=0,
            duplicates=0,
            background=_background_words(past),
            seconds=outcome.seconds,
            version=__version__,
            config_digest=self._settings.digest(),
        )
        result = results.conclude(frame, outcome, reading)
        seconds = time.perf_counter() - begin
        whole = len(parts) == len(store.manifest.parts)
        self.size.learn(frame.size, seconds, all_of_it=whole)
        about = {
            "judged_from": iso(frame.ts[0]),
            "judged_until": iso(frame.ts[-1]),
            "window_s": (int(frame.ts[-1]) - int(frame.ts[0])) / 1e6,
            "exchanges": frame.size,
            "accounts": len(frame.accounts),
            "whole_store": whole,
            "seconds": round(seconds, 3),
            "history": past.size if past is not None else 0,
            "verdicts": result.summary.verdicts,
            "authorised": [dataclasses.asdict(use) for use in result.authorised],
        }
        bearing = ReceivedMarks(frame, received).by_account() if received else {}
        return Look(result, about, window, record_of(frame, outcome, result), bearing)


def grid_hours(ts: Any) -> float:
    """Width of a grid that divides the window into a few checkpoints, in hours; at least a second.

    Args:
        ts: int64 (n), n > 0, microseconds, sorted.
    """
    return max(float(ts[-1] - ts[0]) / _CHECKPOINTS, 1e6) / HOUR_US


def _background_words(past: frames.Frame | None) -> str:
    if past is None:
        return "No traffic is old enough to tell what is new here; verdicts are more cautious."
    return f"Earlier traffic: {past.size:,} exchanges of {len(past.accounts):,} accounts."
