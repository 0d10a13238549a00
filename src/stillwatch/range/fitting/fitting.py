"""From lessons to the file of scales."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from stillwatch.detection.registry import detectors
from stillwatch.detection.weighing import scales
from stillwatch.errors import StillwatchError
from stillwatch.range.fitting.card import (
    RIDGE,
    ablation,
    held_back,
    shaped_at_will,
    speaks_for_innocence,
    written,
)
from stillwatch.range.fitting.examples import Lesson, examples_of
from stillwatch.range.fitting.scorecard import fit_all
from stillwatch.range.runs.source_digest import PACKAGE, source_digest
from stillwatch.range.splits import TRAIN

LEAST_LESSONS: Final = 2
OWN_FILE: Final = PACKAGE / "detection" / "learned" / scales.FILE


def fit_to(
    lessons: Sequence[tuple[str, int, int]],
    folder: Path,
    target: Path,
    *,
    threads: int,
    say: Callable[[str], None],
) -> dict[str, Any]:
    """Fit and write; returns the card.

    Args:
        lessons: world, seed and accounts of each training world.
        folder: where to work.
        target: the file to write.
        threads: how many.
        say: told what goes on.

    Raises:
        StillwatchError: an unknown world, too few lessons, or no space to write to.
    """
    if len({world_seed[:2] for world_seed in lessons}) < LEAST_LESSONS:
        raise StillwatchError(
            "one world teaches what is true of that world",
            code="SW-RANGE-71",
            where="--lesson",
            hint=f"name {LEAST_LESSONS} worlds or more, so that each can be judged by a fit that has not seen it",
        )
    folder.mkdir(parents=True, exist_ok=True)
    taught = [Lesson(*each) for each in lessons]
    examples = examples_of(taught, folder, threads=threads, say=say)
    rises = {name: detector.rises for name, detector in detectors().items() if name not in scales.GIVEN}
    fitted = fit_all(examples, rises, ridge=RIDGE, innocence=speaks_for_innocence(), shaped=shaped_at_will())
    told: dict[str, Any] = {
        "split": TRAIN,
        "lessons": [lesson.name for lesson in taught],
        "source": source_digest("detection/detectors", "range"),
        "campaigns": len({e.group for e in examples if e.campaign}),
        "communities": len({e.group for e in examples if not e.campaign}),
        "candidates": len(examples),
        "ridge": RIDGE,
    }
    say("fitting without each world, and without each detector")
    told |= held_back(examples, rises) | ablation(examples, rises)
    target.write_text(written(fitted, told), encoding="utf-8")
    return told
