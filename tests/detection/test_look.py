"""Candidates by wording and by behaviour are found side by side, whatever number of threads there is."""

from __future__ import annotations

import functools
import itertools
from typing import Any

import numpy as np
import pytest
from tests.detection import worlds

from stillwatch.detection.behaviour.crews import Crews
from stillwatch.detection.candidates.snapshots import Snapshot, Tracker
from stillwatch.detection.frame import Frame
from stillwatch.detection.linking.wording import Wording
from stillwatch.detection.look import Look


@functools.cache
def frame() -> Frame:
    return worlds.remembering("demo", 5, 250, 5000)


def looked(threads: int) -> tuple[list[Snapshot], Crews]:
    """Everything that two looks see: at half of the log, and at its end."""
    rows = [frame().size // 2, frame().size]
    wording = Wording(frame(), rows, threads)
    tracker = Tracker(frame(), wording, itertools.count(0, 2), threads)
    crews = Crews(frame(), itertools.count(1, 2))
    look = Look(frame(), wording, tracker, crews, threads)
    return [s for k, row in enumerate(rows) for s in look.at(row, k, last=k == 1)], crews


def told(s: Snapshot) -> dict[str, Any]:
    values = ((name, getattr(s, name)) for name in s.__slots__)
    return {name: value.tolist() if isinstance(value, np.ndarray) else str(value) for name, value in values}


def test_one_thread_sees_what_two_see() -> None:
    alone, beside = looked(1)[0], looked(2)[0]
    assert len(alone) >= 5
    assert [told(s) for s in alone] == [told(s) for s in beside]


def test_both_kinds_are_seen_and_no_two_share_a_number() -> None:
    seen, _ = looked(2)
    crews = {s.track for s in seen if s.is_crew}
    worded = {s.track for s in seen if not s.is_crew}
    assert crews
    assert worded
    assert not crews & worded


def test_a_candidate_by_wording_is_told_who_of_it_behaves_alike() -> None:
    seen, crews = looked(2)
    assert crews.circle is not None
    last = [s for s in seen if s.checkpoint == 1 and not s.is_crew]
    for s in last:
        np.testing.assert_array_equal(s.kindred, crews.circle.kindred(s.members))
    assert any(s.kindred.size < s.members.size for s in last)


def test_what_goes_wrong_on_one_side_ends_the_look(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> list[Snapshot]:
        raise OSError("no space left on device")

    monkeypatch.setattr(Crews, "step", full)
    with pytest.raises(OSError, match="no space left"):
        looked(2)
