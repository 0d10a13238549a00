"""Scores verdicts against the truth of a made world: reads both, counts, and puts the figures together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.range.score import breakdown
from stillwatch.range.score.alarms import leaks
from stillwatch.range.score.answers import Answers, read_answers
from stillwatch.range.score.figures import Comparison, Detected, Score
from stillwatch.range.score.grouping import Agreement, agreement
from stillwatch.range.score.ranking import area, average_precision
from stillwatch.range.score.truth import Truth, read_truth
from stillwatch.reporting.intervals import Share

if TYPE_CHECKING:
    import numpy.typing as npt

_LARGE: Final = 20
_FIVE: Final = 5


def score(verdicts: Path, world: Path) -> Score:
    """The figures of one run.

    Args:
        verdicts: a folder written by ``detect``, or a ``verdicts.jsonl`` (``.gz``).
        world: the made world's folder, or its ``truth.csv``.

    Raises:
        StillwatchError: one of the two cannot be read, or they do not belong together.
    """
    return _judged(read_truth(world), verdicts)


def compare(runs: Mapping[str, Path], world: Path) -> Comparison:
    """The figures of several runs on one world, whose truth is read once.

    Args:
        runs: what ``score`` takes for verdicts, by the name to show.
        world: as for ``score``.

    Raises:
        StillwatchError: as for ``score``.
    """
    truth = read_truth(world)
    return Comparison({name: _judged(truth, verdicts) for name, verdicts in runs.items()})


def _judged(truth: Truth, verdicts: Path) -> Score:
    answers = read_answers(verdicts, truth)
    attack, called = truth.attack, answers.attack
    sizes, dilutions = breakdown.size_names(), breakdown.dilution_names()
    return Score(
        world=truth.world,
        accounts=len(truth.accounts),
        precision=breakdown.share(attack, called),
        recall=breakdown.share(called, attack),
        fpr=breakdown.share(called, ~attack),
        watched=breakdown.share(answers.watch, ~attack),
        archetypes=breakdown.by_archetype(truth, answers),
        families=breakdown.recall_by(truth, answers, lambda each: each.family),
        tactics=breakdown.recall_by(truth, answers, lambda each: each.tactic or "none named"),
        sizes=breakdown.recall_by(truth, answers, lambda each: breakdown.size_class(each.members), sizes),
        dilutions=breakdown.recall_by(
            truth, answers, lambda each: breakdown.dilution_class(each.dilution), dilutions
        ),
        grid=breakdown.grid(truth, answers),
        detected=_detected(truth, called),
        agreement=_agreement(truth, answers),
        leaks=leaks(truth, answers),
        area=area(answers.score, attack),
        average_precision=average_precision(answers.score, attack),
        seconds=answers.seconds,
        warnings=(*(_without(name) for name in truth.missing), *answers.warnings),
    )


def _detected(truth: Truth, called: npt.NDArray[np.bool_]) -> Detected:
    members = np.asarray([campaign.members for campaign in truth.campaigns], dtype=np.int64)
    hits = np.bincount(truth.campaign[called & (truth.campaign >= 0)], minlength=len(members))
    large = members >= _LARGE

    def among(enough: npt.NDArray[np.bool_], which: npt.NDArray[np.bool_] | None = None) -> Share:
        return Share(int(enough.sum()), len(members)) if which is None else breakdown.share(enough, which)

    half = 2 * hits >= members
    return Detected(among(half), among(hits > 0), among(hits >= _FIVE), among(half, large))


def _agreement(truth: Truth, answers: Answers) -> Agreement:
    concerned = truth.attack | answers.attack
    return agreement(truth.campaign[concerned], answers.campaign[concerned])


def _without(name: str) -> str:
    lost = {
        "campaigns.json": "families, tactics and dilution are known as far as truth.csv tells them",
        "exchange_truth.csv.gz": "exchanges leaked at the first alarm cannot be counted",
    }
    return f"there is no {name} beside the truth: {lost[name]}"
