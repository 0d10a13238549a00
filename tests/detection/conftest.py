"""A small world, sketched and judged once for all tests of this folder."""

from __future__ import annotations

import dataclasses

import pytest

from stillwatch.detection import frame as frames
from stillwatch.detection import run
from stillwatch.detection.registry import detectors
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.sources import expand
from stillwatch.range.world import Truth, make_world
from stillwatch.range.writing import write_world
from stillwatch.traffic.ingest import ingest
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.store import Store


@dataclasses.dataclass(frozen=True, slots=True)
class SmallWorld:
    """What was judged, what came of it, and the truth."""

    store: Store
    frame: frames.Frame
    outcome: run.Outcome
    truth: dict[str, Truth]


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> SmallWorld:
    """Ten days of 400 accounts with three campaigns, without any history."""
    folder = tmp_path_factory.mktemp("small-world")
    made = make_world("demo", 1, 500)
    logs = write_world(made, folder / "logs", workers=1).logs
    key = Pseudonymiser(b"k" * 32)
    store = Store.create_or_open(folder / "store", key.fingerprint(), 0.25)
    ingest(expand([str(logs)]), store, key, ReadOptions(), threads=2)
    frame = frames.load(store)
    outcome = run.run(frame, list(detectors().values()), threads=2, checkpoint_hours=6.0, fdr=0.001)
    return SmallWorld(store, frame, outcome, made.truth)
