"""The real detector over traffic that grows: sketched once into one store, judged as often as wanted."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import orjson

from stillwatch import __version__
from stillwatch.detection import frame as frames
from stillwatch.detection import run
from stillwatch.detection.conclusions import results
from stillwatch.detection.registry import detectors
from stillwatch.errors import StillwatchError
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.sources import expand
from stillwatch.traffic.history import background_of
from stillwatch.traffic.ingest import ingest
from stillwatch.traffic.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from stillwatch.core.verdict import DetectionResult
    from stillwatch.detection.run import Outcome
    from stillwatch.settings import Settings
    from stillwatch.traffic.background import Background
    from stillwatch.traffic.pseudonyms import Pseudonymiser


@dataclasses.dataclass(frozen=True, slots=True)
class History:
    """Earlier traffic of the site: its grams and its exchanges."""

    background: Background
    frame: frames.Frame


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """What the detector concluded about a store."""

    frame: frames.Frame
    outcome: Outcome
    result: DetectionResult


def write_lines(records: Iterable[dict[str, Any]], path: Path) -> int:
    """Write canonical records as JSON lines; returns how many."""
    count = 0
    with path.open("wb") as file:
        for record in records:
            file.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
            count += 1
    return count


class Judge:
    """Sketches traffic and judges it as ``stillwatch detect`` would.

    Args:
        work: scratch folder.
        settings: threads, sampling, checkpoints and level of the detector.
        pseudonyms: the key of the sketches.
    """

    def __init__(self, work: Path, settings: Settings, pseudonyms: Pseudonymiser) -> None:
        self._work = work
        self._settings = settings
        self._pseudonyms = pseudonyms
        self._batches = 0
        self.history: History | None = None

    def learn(self, records: Iterable[dict[str, Any]]) -> None:
        """Take earlier traffic as the history of all later judgements."""
        path = self._work / "history.jsonl"
        write_lines(records, path)
        self.learn_from(path)
        path.unlink()

    def learn_from(self, path: Path) -> None:
        """Take a log of canonical records as the history of all later judgements."""
        store = self.open(self._work / "history")
        self.take(store, path)
        self.history = History(background_of(store, source="the world's history"), frames.load(store))

    def open(self, folder: Path) -> Store:
        """A store to add to."""
        return Store.create_or_open(folder, self._pseudonyms.fingerprint(), self._settings.sketch_sample)

    def add(self, store: Store, records: Iterable[dict[str, Any]]) -> None:
        """Sketch more traffic into a store.

        Raises:
            StillwatchError: a record is no canonical exchange, or the disk is full.
        """
        self._batches += 1
        path = self._work / f"batch-{self._batches:05d}.jsonl"
        if write_lines(records, path):
            self.take(store, path)
        path.unlink()

    def take(self, store: Store, path: Path) -> None:
        """Sketch a log of canonical records into a store."""
        counts = ingest(
            expand((str(path),)),
            store,
            self._pseudonyms,
            ReadOptions(),
            threads=self._settings.threads,
            background=self.history.background if self.history else None,
        )
        if counts.rejected:
            raise StillwatchError(
                f"{counts.rejected} of {counts.read} records of the world are no canonical exchanges",
                code="SW-LIVE-09",
                where=str(path),
            )

    def judge(self, store: Store) -> Judged:
        """Judge all traffic of a store."""
        frame = frames.load(store, self.history.frame if self.history else None)
        outcome = run.run(
            frame,
            list(detectors().values()),
            threads=self._settings.threads,
            checkpoint_hours=self._settings.checkpoint_hours,
            fdr=self._settings.fdr,
        )
        reading = results.Reading(
            read=frame.size,
            rejected=0,
            duplicates=0,
            background="the world's history" if self.history else "none",
            seconds=outcome.seconds,
            version=__version__,
            config_digest=self._settings.digest(),
        )
        return Judged(frame, outcome, results.conclude(frame, outcome, reading))
