"""Accusations that people have shown to be false are counted as such when they are made again."""

from __future__ import annotations

from types import SimpleNamespace

from stillwatch.detection.calibration import _labelled
from stillwatch.detection.deciding.decide import Alarm


def test_an_accusation_that_is_known_to_be_false_is_named_when_it_comes_again() -> None:
    frame = SimpleNamespace(accounts=("a", "b", "c", "d"))
    judgement = SimpleNamespace(alarms={1: Alarm(0, 0), 3: Alarm(0, 0)})
    found = _labelled(frame, judgement, ["a", "c"], ["b", "c", "d", "elsewhere"])
    assert (found.known, found.seen, found.attack, found.watch, found.again) == (4, 3, 2, 1, ("b", "d"))
    assert 0.98 < found.attack_upper < 1.0
