"""Honest tuning: every setting of a baseline's grid on one validation world, the best one kept."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from stillwatch.errors import StillwatchError
from stillwatch.range.baselines.contract import combinations
from stillwatch.range.baselines.training import one_thread
from stillwatch.range.runs.column_files import labelled
from stillwatch.range.runs.preparing import prepare
from stillwatch.range.runs.request import Places, Request
from stillwatch.range.runs.source_digest import source_digest
from stillwatch.range.runs.thresholds import best_threshold
from stillwatch.range.runs.tuned import Setting, read_tuned, write_tuned
from stillwatch.range.splits import FROZEN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from stillwatch.range.baselines.contract import Baseline
    from stillwatch.range.baselines.traffic import Traffic


def tune(
    request: Request, chosen: Sequence[Baseline], out: Path, target: Path, *, say: Callable[[str], None]
) -> dict[str, Setting]:
    """Choose knobs and threshold of each baseline and write them down; settings of others in the file are kept.

    Raises:
        StillwatchError: the frozen split was asked for, or the world cannot be made.
    """
    if request.split == FROZEN:
        raise StillwatchError(
            "nothing is tuned on the frozen split",
            code="SW-RANGE-47",
            where="--split",
            hint="tune on the validation split; the frozen split is only judged on, with `stillwatch range run`",
        )
    places = Places(out)
    learns = any(baseline.learns for baseline in chosen)
    prepare(request, places, learns=learns, columns=True, say=say)
    traffic = places.traffic(learns=learns)
    attack = labelled(places.made("world"), traffic).attack
    settings = {}
    for baseline in chosen:
        begin = time.perf_counter()
        settings[baseline.name] = found = _best(baseline, traffic, attack)
        words = "at the promised precision" if found.reached else "(highest F1: the promise was not reached)"
        say(
            f"{baseline.name}: precision {found.precision:.3f}, recall {found.recall:.3f} {words}, "
            f"{found.tried} settings in {time.perf_counter() - begin:.1f} s"
        )
    about = {
        "world": request.world,
        "split": request.split,
        "seed": request.seed,
        "accounts": len(traffic.accounts),
        "history": request.history,
        "source": source_digest("range"),
    }
    write_tuned(target, about, read_tuned(target) | settings)
    return settings


def _best(baseline: Baseline, traffic: Traffic, attack: NDArray[np.bool_]) -> Setting:
    """The best of a baseline's settings; the first of several that are as good."""
    tried = combinations(baseline)
    with one_thread():
        found = [(best_threshold(baseline.judge(traffic, knobs).account, attack), knobs) for knobs in tried]
    best, knobs = max(found, key=lambda each: each[0].rank())
    return Setting(
        knobs, best.value, round(best.precision, 4), round(best.recall, 4), best.reached, len(tried)
    )
