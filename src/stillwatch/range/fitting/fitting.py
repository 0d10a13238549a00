"""From lessons to the file of scales."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from stillwatch.detection.registry import detectors
from stillwatch.detection.weighing import scales
from stillwatch.detection.weighing.kinds import KINDS
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
_OF_A_FIT: Final = ("lessons", "source", "campaigns", "communities", "candidates")
OWN_FILE: Final = PACKAGE / "detection" / "learned" / scales.FILE


def fit_to(
    lessons: Sequence[tuple[str, int, int, bool]],
    folder: Path,
    target: Path,
    *,
    threads: int,
    say: Callable[[str], None],
    kinds: Sequence[str] = KINDS,
) -> dict[str, Any]:
    """Fit and write; returns the card.

    Args:
        lessons: world, seed and accounts of each training world, and whether its campaigns are varied.
        folder: where to work.
        target: the file to write.
        threads: how many.
        say: told what goes on.
        kinds: of candidates, of `KINDS`; the scorecards of others are those that the package carries.

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
    fitted, told = _with_kept(fitted, told, [kind for kind in KINDS if kind not in kinds])
    target.write_text(written(fitted, told), encoding="utf-8")
    return told


def _with_kept(
    fitted: scales.Scales, told: dict[str, Any], kept: Sequence[str]
) -> tuple[scales.Scales, dict[str, Any]]:
    """The package's own scorecards of some kinds in place of fitted ones, with what its card says of them."""
    own = scales.learned()
    for kind in kept:
        about = (f"{kind}_unseen_world", f"{kind}_unseen_tactic", f"without_{kind}")
        told |= {name: own.card[name] for name in about if name in own.card}
        told[f"kept_{kind}"] = own.card.get(f"kept_{kind}") or {
            name: own.card[name] for name in _OF_A_FIT if name in own.card
        }
    return dataclasses.replace(
        fitted, cards={**fitted.cards, **{kind: own.cards[kind] for kind in kept}}
    ), told
