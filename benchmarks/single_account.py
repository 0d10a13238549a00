"""The published test of single accounts: windows of 100, 500 and 1,500 queries, 0 to 95 % of them honest.

The protocol of arXiv 2606.05725 on the world ``single-account`` of the validation split: the threshold of each baseline is
set by benign windows of the days before alone, at a false-positive rate of 0.3 %; nothing is tuned on attacks.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.account_windows import windows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.range.baselines.contract import Baseline
    from stillwatch.range.baselines.traffic import Traffic

DESCRIPTION = (
    "baselines on windows of single accounts, by length and dilution, threshold at 0.3 % of benign windows"
)

OUT = Path(__file__).resolve().parents[1] / "build" / "single-account"
SEED = 20261
LENGTHS = (100, 500, 1500)
RATE = 0.003


def run(small: bool) -> dict[str, Any]:
    """For each baseline and length: balanced accuracy and hits over all dilutions, hits at each, false alarms."""
    from stillwatch.range.baselines import baselines
    from stillwatch.range.baselines.training import one_thread
    from stillwatch.range.runs.column_files import labelled
    from stillwatch.range.runs.preparing import prepare
    from stillwatch.range.runs.request import Places, Request

    places = Places(OUT / ("small" if small else "full"))
    request = Request("single-account", "validation", SEED, 100 if small else None)
    prepare(request, places, learns=True, columns=True, say=lambda words: print(words, file=sys.stderr))
    traffic = places.traffic(learns=True)
    truth = labelled(places.made("world"), traffic)
    dilution = _dilutions(places.made("world"), truth.campaign)
    figures: dict[str, Any] = {}
    for length in LENGTHS:
        test, owners = windows(traffic, np.ones(len(traffic.accounts), np.bool_), length)
        past = traffic.history
        if past is None:
            raise RuntimeError("the world has no history to set thresholds by")
        benign, _ = windows(past, np.ones(len(past.accounts), np.bool_), length)
        test = dataclasses.replace(test, history=benign)
        # An account is as long as its window: longer ones are of another cell of the table.
        fits = ~truth.attack[owners] | (traffic.grouped().sizes[owners] < 2 * length)
        figures[f"benign_windows_{length}"] = int((~truth.attack[owners]).sum())
        for baseline in baselines().values():
            if baseline.single:
                with one_thread():
                    found = _judged(baseline, test, benign, truth.attack[owners], dilution[owners], fits)
                figures.setdefault(baseline.name, {})[f"n{length}"] = found
                print(f"{baseline.name}, {length} queries: {found}", file=sys.stderr)
    return figures


def _dilutions(world: Path, campaign: NDArray[np.int32]) -> NDArray[np.float64]:
    """Dilution of each account's campaign, NaN for honest accounts."""
    campaigns = json.loads((world / "campaigns.json").read_text("utf-8"))["campaigns"]
    ordered = sorted(campaigns, key=lambda each: each["campaign_id"])
    known = np.asarray([each["dilution"] for each in ordered] or [np.nan])
    return np.where(campaign >= 0, known[campaign], np.nan)


def _judged(
    baseline: Baseline,
    test: Traffic,
    benign: Traffic,
    attack: NDArray[np.bool_],
    dilution: NDArray[np.float64],
    fits: NDArray[np.bool_],
) -> dict[str, float]:
    """Hits and false alarms at the threshold that benign windows of the past set."""
    calibrated = dataclasses.replace(benign, history=benign, training=test.training)
    past = np.nan_to_num(baseline.judge(calibrated, baseline.knobs).account, nan=-np.inf)
    threshold = np.quantile(past, 1 - RATE, method="higher") if len(past) else np.inf
    alarm = np.nan_to_num(baseline.judge(test, baseline.knobs).account, nan=-np.inf) > threshold
    honest, guilty = alarm[~attack], attack & fits
    found = {
        "tpr": _mean(alarm[guilty]),
        "fpr": _mean(honest),
        "balanced_accuracy": (_mean(alarm[guilty]) + 1 - _mean(honest)) / 2,
    }
    for level in np.unique(dilution[guilty]).tolist():
        found[f"tpr_at_{level:g}"] = _mean(alarm[guilty & (dilution == level)])
    return {name: round(value, 4) for name, value in found.items()}


def _mean(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else float("nan")
