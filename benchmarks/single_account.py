"""The published test of single accounts: windows of 100, 500 and 1,500 queries, 0 to 95 % of them honest.

The protocol of arXiv 2606.05725, on the world ``single-account`` of the validation split. The threshold of each
baseline is set by benign windows alone, at a false-positive rate of 0.3 %; nothing is tuned on attacks. Twice:

- ``pooled``, as published: a benign window is a draw from everybody's honest queries of the same days, an attack window
  one campaign's harvest and such a draw;
- ``accounts``: a window is what one account sent, and the threshold is set by accounts of the days before, as a site
  would have to do it.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.account_windows import as_accounts, of_accounts, of_pool

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.range.baselines.contract import Baseline
    from stillwatch.range.baselines.traffic import Traffic, Training

DESCRIPTION = (
    "baselines on windows of single accounts, by length and dilution, threshold at 0.3 % of benign windows"
)

OUT = Path(__file__).resolve().parents[1] / "build" / "single-account"
SEED = 20261
LENGTHS = (100, 500, 1500)
DILUTIONS = (0.0, 0.5, 0.8, 0.9, 0.95)
RATE = 0.003


def run(small: bool) -> dict[str, Any]:
    """Per baseline, kind of window and length: balanced accuracy, hits in all and at each dilution, false alarms."""
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
        for kind, trial in (
            ("pooled", _pooled(traffic, truth, length, 60 if small else 400)),
            ("accounts", _accounts(traffic, truth, dilution, length)),
        ):
            figures[f"benign_windows_{kind}_{length}"] = int(np.isnan(trial.dilution).sum())
            for baseline in baselines().values():
                if baseline.single:
                    with one_thread():
                        found = _judged(baseline, trial)
                    figures.setdefault(baseline.name, {}).setdefault(kind, {})[f"n{length}"] = found
                    print(f"{baseline.name}, {kind}, {length} queries: {found}", file=sys.stderr)
    return figures


@dataclasses.dataclass(frozen=True, slots=True)
class _Trial:
    """Windows to judge.

    Attributes:
        fitting: benign windows that baselines may fit to.
        setting: other benign windows, which set the threshold.
        test: windows to judge.
        dilution: float64 [test windows], NaN for benign ones.
    """

    fitting: Traffic
    setting: Traffic
    test: Traffic
    dilution: NDArray[np.float64]


def _pooled(traffic: Traffic, truth: Training, length: int, count: int) -> _Trial:
    """Windows drawn from pools, as published."""
    rng = np.random.Generator(np.random.PCG64(SEED + length))
    fitting, setting, honest = np.array_split(
        rng.permutation(np.flatnonzero(~truth.attack[traffic.account])), 3
    )
    campaign = np.where(truth.harvest, truth.campaign[traffic.account], -1)
    harvests = [np.flatnonzero(campaign == number) for number in range(int(campaign.max()) + 1)]
    windows, levels = of_pool(rng, honest, [], length, 1.0, count), [np.nan] * count
    for dilution in DILUTIONS:
        drawn = of_pool(rng, honest, harvests, length, dilution, count // 4)
        windows += drawn
        levels += [dilution] * len(drawn)
    return _Trial(
        as_accounts(traffic, of_pool(rng, fitting, [], length, 1.0, count)),
        as_accounts(traffic, of_pool(rng, setting, [], length, 1.0, count)),
        as_accounts(traffic, windows),
        np.asarray(levels),
    )


def _accounts(traffic: Traffic, truth: Training, dilution: NDArray[np.float64], length: int) -> _Trial:
    """Windows of accounts; benign ones of the past are shared between fitting and setting by account."""
    past = _past(traffic)
    earlier, owners = of_accounts(past, length)
    windows, senders = of_accounts(traffic, length)
    # An attack account is as long as its window; longer ones are of another row of the table.
    sizes = np.bincount(traffic.account, minlength=len(traffic.accounts))
    kept = np.flatnonzero(~truth.attack[senders] | (sizes[senders] < 2 * length))
    return _Trial(
        as_accounts(past, [window for window, owner in zip(earlier, owners, strict=True) if owner % 2]),
        as_accounts(past, [window for window, owner in zip(earlier, owners, strict=True) if not owner % 2]),
        as_accounts(traffic, [windows[place] for place in kept]),
        dilution[senders[kept]],
    )


def _past(traffic: Traffic) -> Traffic:
    if traffic.history is None:
        raise RuntimeError("the world has no history to set thresholds by")
    return traffic.history


def _dilutions(world: Path, campaign: NDArray[np.int32]) -> NDArray[np.float64]:
    """Dilution of each account's campaign, NaN for honest accounts."""
    campaigns = json.loads((world / "campaigns.json").read_text("utf-8"))["campaigns"]
    ordered = sorted(campaigns, key=lambda each: each["campaign_id"])
    known = np.asarray([each["dilution"] for each in ordered] or [np.nan])
    return np.where(campaign >= 0, known[campaign], np.nan)


def _judged(baseline: Baseline, trial: _Trial) -> dict[str, float]:
    """Hits and false alarms at the threshold that benign windows set."""
    knobs = {**baseline.knobs, **({"window": 1500} if "window" in baseline.knobs else {})}

    def scores(windows: Traffic) -> NDArray[np.float64]:
        judged = dataclasses.replace(windows, history=trial.fitting, training=trial.test.training, once={})
        return np.nan_to_num(baseline.judge(judged, knobs).account, nan=-np.inf)

    past = scores(trial.setting)
    threshold = np.quantile(past, 1 - RATE, method="higher") if len(past) else np.inf
    alarm = scores(trial.test) > threshold
    guilty = np.isfinite(trial.dilution)
    hits, false = _mean(alarm[guilty]), _mean(alarm[~guilty])
    found = {"tpr": hits, "fpr": false, "balanced_accuracy": (hits + 1 - false) / 2}
    for level in np.unique(trial.dilution[guilty]).tolist():
        found[f"tpr_at_{level:g}"] = _mean(alarm[trial.dilution == level])
    return {name: round(value, 4) for name, value in found.items()}


def _mean(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else float("nan")
