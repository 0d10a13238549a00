"""Stillwatch against every baseline on worlds with known truth, and how often it accuses on a site without attacks.

Validation worlds: ``standard``, with the days before it and without, ``denied`` (the same campaigns out of bought
accounts that share no address and no payment), ``adaptive`` (attackers who have read how they are looked for and sit in
honest people's places) and ``benign``.
The seed is not the one that baselines are tuned on. Pages and verdicts stay in ``build/range``.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.ranked import recall_at_precision
from stillwatch.range.score.alarms import CLASSES
from stillwatch.reporting.intervals import Share

if TYPE_CHECKING:
    from stillwatch.range.score.figures import Score

DESCRIPTION = (
    "Stillwatch and every baseline on validation worlds: precision, recall, false accusations, leaks"
)

TARGETS = (
    ("stillwatch/precision", "of the accused, attackers; standard world", ">=", 0.995, "share"),
    ("stillwatch/recall", "attackers accused; standard world", ">=", 0.95, "share"),
    ("stillwatch/campaigns_half_of_large", "campaigns of 20 accounts found by half", ">=", 0.95, "share"),
    ("stillwatch/pairwise_f1", "account to campaign, pairwise F1", ">=", 0.9),
    ("stillwatch/leaked_p95", "leaked at first alarm, 95th percentile", "<=", 17_000, "exchanges"),
    (
        "stillwatch/no_template_recall",
        "attackers accused, no shared wording; standard world",
        ">=",
        0.6,
        "share",
    ),
    ("denied/stillwatch/precision", "of the accused, attackers; easy fields denied", ">=", 0.99, "share"),
    ("denied/stillwatch/recall", "attackers accused; easy fields denied", ">=", 0.85, "share"),
    ("adaptive/stillwatch/recall", "attackers accused; in honest people's places", ">=", 0.85, "share"),
    (
        "adaptive_best_baseline_recall_at_p95",
        "best baseline at 95 % precision; in honest people's places",
        "<=",
        0.5,
        "share",
    ),
    (
        "stillwatch/leaked_diluted",
        "leaked at first alarm, 50 to 90 % diluted, median",
        "<=",
        5_000,
        "exchanges",
    ),
    ("cold/stillwatch/precision", "of the accused, attackers; without history", ">=", 0.99, "share"),
    ("cold/stillwatch/recall", "attackers accused; without history", ">=", 0.6, "share"),
    ("benign/stillwatch/fpr_upper", "honest accused, nobody attacking, upper bound", "<=", 0.0001, "share"),
    ("benign/stillwatch/worst_archetype", "honest accused, worst archetype", "<=", 0.001, "share"),
    ("standard_seconds", "Stillwatch and all baselines, standard world", "<=", 900, "s"),
)

OUT = Path(__file__).resolve().parents[1] / "build" / "range"
SEED = 20261
PROMISED = 0.95
NO_TEMPLATE = frozenset({"roleplay_dialogues", "translated_partition"})
"""Families of the validation split without wording of their own: every opening new, or a list of plain questions."""
KEPT = (
    "precision",
    "recall",
    "fpr",
    "fpr_upper",
    "leaked_median",
    "leaked_p95",
    "campaigns_half",
    "campaigns_half_of_large",
    "pairwise_f1",
    "leaked_diluted",
    "worst_archetype",
    "no_template_recall",
    "wall_seconds",
)
COLD = "cold"
"""The standard world once more, nobody being given the days before."""

FULL = {"standard": 12_000, COLD: 12_000, "denied": 12_000, "adaptive": 12_000, "benign": 30_100}
SMALL = {"standard": 300, COLD: 300, "denied": 300, "adaptive": 300}
ALONE = ("benign", COLD, "denied")
"""Worlds on which no baseline is run."""


def run(small: bool) -> dict[str, Any]:
    """Figures of the standard world by contender, then those of the other worlds under their names."""
    from stillwatch.range.baselines import baselines

    worlds = SMALL if small else FULL
    figures: dict[str, Any] = {}
    for world, accounts in worlds.items():
        against = [] if world in ALONE else list(baselines().values())
        begin = time.perf_counter()
        found = _compete(world, accounts, against, OUT / (f"small-{world}" if small else world))
        named = {name: {key: each[key] for key in KEPT if key in each} for name, each in found.items()}
        figures |= named if world == "standard" else {world: named}
        figures[f"{world}_seconds"] = time.perf_counter() - begin
        if world == "adaptive":
            best = _best_in_hindsight(
                [each.name for each in against], OUT / ("small-adaptive" if small else world)
            )
            figures["adaptive_best_baseline_recall_at_p95"] = max(best.values())
            figures["adaptive_baseline_recall_at_p95"] = best
    return figures


def _compete(world: str, accounts: int, against: list[Any], out: Path) -> dict[str, dict[str, Any]]:
    """One run, with its table in words."""
    from stillwatch.cli.range_commands.run import comparison_table
    from stillwatch.range.runs.competition import compete
    from stillwatch.range.runs.request import Request

    request = Request("standard" if world == COLD else world, "validation", SEED, accounts, world != COLD)
    outcome = compete(request, against, out, say=lambda words: print(words, file=sys.stderr))
    figures = outcome.figures()
    print(f"\n{world}, {accounts:,} accounts\n{comparison_table(figures)}\n", file=sys.stderr)
    return {name: each | _finer(outcome.comparison.scores[name]) for name, each in figures.items()}


def _finer(score: Score) -> dict[str, float]:
    """What campaigns that hide in other traffic leaked, who without a template was found, and the worst archetype."""
    leaks = {each.name: each.median for each in score.leaked_by_dilution()}
    found = {
        "leaked_diluted": leaks.get(CLASSES[2][0]),
        "no_template_recall": _together([row.share for row in score.families if row.name in NO_TEMPLATE]),
        "worst_archetype": max(
            (row.share.value for row in score.archetypes if row.share.value is not None), default=None
        ),
    }
    return {name: value for name, value in found.items() if value is not None}


def _together(shares: list[Share]) -> float | None:
    """One share of all that several count; None where they count nothing."""
    return Share(sum(each.part for each in shares), sum(each.total for each in shares)).value


def _best_in_hindsight(names: list[str], out: Path) -> dict[str, float]:
    """Each baseline's recall at the promised precision with the threshold that suits this very world best."""
    from stillwatch.range.runs.request import Places

    places = Places(out)
    truth = places.made("world") / "truth.csv"
    return {
        name: recall_at_precision(places.verdicts(name) / "verdicts.jsonl", truth, PROMISED) for name in names
    }
