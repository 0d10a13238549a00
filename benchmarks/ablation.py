"""What each detector adds: one world judged with every detector, then with each left out in turn.

A detector that is left out gives no decibans; candidates stay the same, and so does what the other detectors weigh.
The world is the standard one of the validation split, with the days before it and without.
"""

from __future__ import annotations

import dataclasses
import functools
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch.detection.deciding.decide import judge
from stillwatch.detection.registry import detectors
from stillwatch.range.live.judge import Judge, Judged
from stillwatch.range.live.pseudonyms import fixed_key
from stillwatch.range.splits import VALIDATION
from stillwatch.range.world import make_world
from stillwatch.range.writing import write_world
from stillwatch.settings import Settings

if TYPE_CHECKING:
    from stillwatch.core.verdict import Reason
    from stillwatch.detection.weighing.evidence import Evidence
    from stillwatch.range.world import World

DESCRIPTION = "attackers found and honest accounts accused with each detector left out in turn"

SEED: Final = 20261
ACCOUNTS: Final = 12_000
SMALL: Final = 800
EVERY: Final = "every detector"


def run(small: bool) -> dict[str, Any]:
    """By ``history`` and ``cold``, by what is left out: attackers found, their share, honest accounts accused."""
    make = functools.partial(make_world, seed=SEED, accounts=SMALL if small else ACCOUNTS, split=VALIDATION)
    with tempfile.TemporaryDirectory() as folder:
        work, here = Path(folder), make("standard")
        before, now = (
            write_world(world, work / name).logs
            for name, world in (("before", make("standard-history")), ("now", here))
        )
        return {
            "history": _table("with earlier traffic", here, now, before, work / "history"),
            "cold": _table("without earlier traffic", here, now, None, work / "cold"),
        }


def _table(
    title: str, world: World, logs: Path, before: Path | None, work: Path
) -> dict[str, dict[str, float]]:
    work.mkdir()
    judged = _judged(logs, before, work)
    frame, outcome = judged.frame, judged.outcome
    attackers = {name for name, truth in world.truth.items() if truth.campaign_id}
    found = {}
    print(f"\n{title}\n{'left out':<24}{'found':>8}{'share':>9}{'honest accused':>16}", file=sys.stderr)
    for name, speaks in _versions().items():
        left = _left(outcome.evidence, speaks)
        judgement = judge(outcome.snapshots, left, outcome.scales, outcome.fdr)
        called = {frame.accounts[account] for account in judgement.alarms}
        hits, share = len(called & attackers), len(called & attackers) / len(attackers)
        found[name] = {"found": hits, "recall": share, "honest_accused": len(called - attackers)}
        print(f"{name:<24}{hits:>8}{100 * share:>8.1f}%{len(called - attackers):>16}", file=sys.stderr)
    return found


def _judged(logs: Path, before: Path | None, work: Path) -> Judged:
    judge = Judge(work, Settings(), fixed_key())
    if before is not None:
        judge.learn_from(before)
    store = judge.open(work / "store")
    judge.take(store, logs)
    return judge.judge(store)


def _versions() -> dict[str, Callable[[str], bool]]:
    """What is left out, and whether a detector speaks then."""
    known = detectors()
    aspects = sorted({each.aspect for each in known.values()})
    alone = {name: functools.partial(str.__ne__, name) for name in sorted(known)}
    kinds = {
        f"all of {aspect}": lambda name, aspect=aspect: name not in known or known[name].aspect != aspect
        for aspect in aspects
    }
    return {EVERY: lambda _name: True, **alone, **kinds}


def _left(evidence: Evidence, speaks: Callable[[str], bool]) -> Evidence:
    """The evidence without the reasons of those that do not speak."""

    def kept(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
        return tuple(reason for reason in reasons if speaks(reason.detector))

    return dataclasses.replace(
        evidence, campaign={key: kept(reasons) for key, reasons in evidence.campaign.items()}
    )
