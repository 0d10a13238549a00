"""Taken in little by little or all at once: the verdicts are the same."""

from __future__ import annotations

import functools
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detection import worlds

from stillwatch.core.verdict import DetectionResult
from stillwatch.detection.conclusions.results import Reading, conclude

WORLD = functools.partial(worlds.made, "demo", 5, 250, 5000)
READING = Reading(0, 0, 0, "", {}, "", "")


def concluded(*batches: tuple[bytes, ...]) -> DetectionResult:
    frame = worlds.sketched(*batches)
    return conclude(frame, worlds.judged(frame), READING)


@functools.cache
def at_once() -> DetectionResult:
    return concluded(WORLD().lines)


@settings(max_examples=4, deadline=None)
@given(cuts=st.lists(st.integers(1, 4999), min_size=1, max_size=6, unique=True), late=st.booleans())
def test_micro_batches_give_the_verdicts_of_one_batch(cuts: list[int], late: bool) -> None:
    lines = WORLD().lines
    ends = [0, *sorted(cuts), len(lines)]
    batches = [lines[low:high] for low, high in itertools.pairwise(ends)]
    found = concluded(*(reversed(batches) if late else batches))
    assert found.verdicts == at_once().verdicts
    assert found.campaigns == at_once().campaigns
