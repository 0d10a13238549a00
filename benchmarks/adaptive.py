"""What it costs to evade the detector: an attacker who has read its documentation, one family after another."""

from __future__ import annotations

import dataclasses
import sys
import tempfile
from pathlib import Path

from stillwatch.range.adaptive.arena import PEOPLE, TRAFFIC, Arena, Trial
from stillwatch.range.adaptive.attack import naive
from stillwatch.range.adaptive.search import described, search
from stillwatch.range.live.prices import Prices
from stillwatch.settings import load

DESCRIPTION = "an attacker who evades move by move: recall before and after, and the price of halving it"

TARGETS = (
    (
        "reasoning_elicitation_cost_multiple_to_halve_recall",
        "attacker's cost to halve recall, reasoning elicitation",
        ">=",
        16,
        "×",
    ),
    (
        "rubric_grading_cost_multiple_to_halve_recall",
        "attacker's cost to halve recall, rubric grading",
        ">=",
        16,
        "×",
    ),
    (
        "preference_pairs_cost_multiple_to_halve_recall",
        "attacker's cost to halve recall, preference pairs",
        ">=",
        16,
        "×",
    ),
)

# Families of train and validation; the frozen ones must not be tried out on.
_FAMILIES = ("reasoning_elicitation", "rubric_grading", "preference_pairs")
_SEED = 31


def run(small: bool) -> dict[str, float]:
    """Search a way for each family; the first alone, among fewer people and with few trials, in the small version."""
    families = _FAMILIES[:1] if small else _FAMILIES
    accounts, leak, trials = (30, 600, 5) if small else (80, 4000, 24)
    people = 300 if small else PEOPLE
    figures: dict[str, float] = {}
    for family in families:
        figures |= _figures(family, accounts, leak, trials, people)
    return figures


def _figures(family: str, accounts: int, leak: int, trials: int, people: int) -> dict[str, float]:
    settings = dataclasses.replace(load(None), checkpoint_hours=12.0)
    start, prices = naive(family, accounts, leak), Prices()
    with tempfile.TemporaryDirectory() as folder:
        arena = Arena(
            Path(folder), settings, _SEED, start.split, people=people, traffic=TRAFFIC * people // PEOPLE
        )
        path = search(arena, start, prices, budget=20.0, trials=trials, on_trial=_tell)
    found = described(path, prices)
    kept = [step["move"] for step in found["steps"] if step["move"]]
    print(f"{family}: {' + '.join(kept) or 'nothing helped'}", file=sys.stderr, flush=True)
    return {
        f"{family}_cost_multiple_to_halve_recall": found["cost_multiple_to_halve_recall"],
        f"{family}_cost_multiple_final": found["cost_multiple_final"]["total"],
        f"{family}_recall_naive": found["recall_naive"],
        f"{family}_recall_final": found["recall_final"],
        f"{family}_leaked_before_alarm_naive": found["steps"][0]["leaked_before_alarm"],
        f"{family}_leaked_before_alarm_final": found["steps"][-1]["leaked_before_alarm"],
        f"{family}_trials": found["trials"],
    }


def _tell(trial: Trial, kept: bool) -> None:
    moves = " + ".join(trial.attack.moves) or "naive"
    print(
        f"recall {trial.recall:4.0%}  {'kept' if kept else 'no use':6}  {moves}", file=sys.stderr, flush=True
    )
