"""The sketches of a run's world and of the days before it, found again by the rows that baselines read."""

from __future__ import annotations

import dataclasses
import json
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np

from stillwatch.detection import frame as frames
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.sources import expand
from stillwatch.range.baselines.reading import hashed
from stillwatch.traffic.history import background_of
from stillwatch.traffic.ingest import ingest
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stillwatch.range.baselines.traffic import Traffic
    from stillwatch.range.runs.request import Places
    from stillwatch.traffic.background import Background

_KEY = Pseudonymiser(b"single-account benchmark, no key")
_SAMPLE = 0.25


@dataclasses.dataclass(frozen=True, slots=True)
class Sketches:
    """A world as the product keeps it.

    Attributes:
        frame: its exchanges, with those of the days before as history.
        place: int64 [rows of the world's traffic]: exchange of the frame.
    """

    frame: frames.Frame
    place: NDArray[np.int64]

    def runs(self, windows: Sequence[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
        """Windows of the traffic as rows of the frame, in order of time."""
        return [np.sort(self.place[window]) for window in windows]


def sketches(places: Places, traffic: Traffic) -> Sketches:
    """Read the world and its history into stores, unless they lie there, and load them."""
    history = _store(places, "history", None)
    world = _store(places, "world", background_of(history, source="the days before"))
    frame = frames.load(world, frames.load(history))
    ids = np.asarray([hashed(each) for each in frame.table["request_id"].to_pylist()], np.uint64)
    order = np.argsort(ids)
    return Sketches(frame, order[np.searchsorted(ids, traffic.identifiers["request"], sorter=order)])


def _store(places: Places, part: str, background: Background | None) -> Store:
    """The store of a made world, made anew where the world was."""
    folder, made = places.out / "stores" / part, places.made(part)
    digest = json.loads((made / "made.json").read_text("utf-8"))["digest"]
    mark = folder / "digest"
    if not (mark.is_file() and mark.read_text("utf-8") == digest):
        shutil.rmtree(folder, ignore_errors=True)
    store: Any = Store.create_or_open(folder, _KEY.fingerprint(), _SAMPLE)
    if not store.rows:
        logs = expand([str(made / "exchanges.jsonl.gz")])
        ingest(logs, store, _KEY, ReadOptions(), threads=2, background=background)
        mark.write_text(digest, "utf-8")
    return store
