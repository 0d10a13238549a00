"""The published test of single accounts: windows of 100, 500 and 1,500 queries, 0 to 95 % of them honest.

The protocol of arXiv 2606.05725, on the world ``single-account`` of the validation split. The threshold of each
baseline is set by benign windows alone, at a false-positive rate of 0.3 %; nothing is tuned on attacks. Twice:

- ``pooled``, as published: a benign window is a draw from everybody's honest queries of the same days, an attack window
  one campaign's harvest and such a draw;
- ``accounts``: a window is what one account sent, and the threshold is set by accounts of the days before, as a site
  would have to do it.

Stillwatch's own judgement of single windows goes through the same trials, from sketches, and through one more:
``linked``, where ten windows of a hundred queries each carry a part of one campaign's harvest and are judged together.
``watched`` says for how many accounts of each archetype the product would give ``watch`` on this evidence alone.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.account_windows import as_accounts, of_accounts, of_campaigns, of_pool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from benchmarks.window_sketches import Sketches
    from stillwatch.range.baselines.contract import Baseline
    from stillwatch.range.baselines.traffic import Traffic, Training

DESCRIPTION = (
    "Stillwatch and baselines on windows of single accounts, by length and dilution, at 0.3 % false alarms"
)

TARGETS = (
    ("stillwatch/pooled/n1500/balanced_accuracy", "balanced accuracy, 1,500 queries", ">=", 0.97, "share"),
    (
        "stillwatch/pooled/n1500/tpr",
        "harvests found at 0.3 % false alarms, 1,500 queries",
        ">=",
        0.95,
        "share",
    ),
    ("stillwatch/pooled/n1500/tpr_at_0.95", "the same at 5 % attack share", ">=", 0.8, "share"),
    ("stillwatch/linked/0.9/linked_tpr", "linked windows of 100 at 10 % attack share", ">=", 0.4, "share"),
)

OUT = Path(__file__).resolve().parents[1] / "build" / "single-account"
SEED = 20261
LENGTHS = (100, 500, 1500)
DILUTIONS = (0.0, 0.5, 0.8, 0.9, 0.95)
RATE = 0.003
LINKED_LENGTH = 100
LINKED_WINDOWS = 10
LINKED_DILUTIONS = (0.9, 0.95)


def run(small: bool) -> dict[str, Any]:
    """Per baseline, kind of window and length: balanced accuracy, hits in all and at each dilution, false alarms."""
    from benchmarks.window_contender import watched
    from benchmarks.window_sketches import sketches
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
    sketched, count = sketches(places, traffic), 60 if small else 400
    ours: dict[str, Any] = {"watched": watched(sketched, places.made("world"))}
    figures: dict[str, Any] = {"stillwatch": ours}
    ours["linked"] = {
        f"{each:g}": _linked(traffic, truth, sketched, each, count) for each in LINKED_DILUTIONS
    }
    for length in LENGTHS:
        for kind, trial in (
            ("pooled", _pooled(traffic, truth, length, count)),
            ("accounts", _accounts(traffic, truth, dilution, length)),
        ):
            ours.setdefault(kind, {})[f"n{length}"] = _ours(sketched, trial, length)
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
        now: the world's traffic.
        past: traffic that the benign windows are of.
        background: rows of the world that are in no window, honest ones.
        fitting: rows in the past of benign windows that baselines may fit to.
        setting: the same of other benign windows, which set the threshold.
        test: rows in the world of windows to judge.
        dilution: float64 [test windows], NaN for benign ones.
    """

    now: Traffic
    past: Traffic
    background: NDArray[np.int64]
    fitting: Sequence[NDArray[np.int64]]
    setting: Sequence[NDArray[np.int64]]
    test: Sequence[NDArray[np.int64]]
    dilution: NDArray[np.float64]


def _pooled(traffic: Traffic, truth: Training, length: int, count: int) -> _Trial:
    """Windows drawn from pools, as published."""
    rng = np.random.Generator(np.random.PCG64(SEED + length))
    background, fitting, setting, honest = _pools(rng, traffic, truth)
    windows, levels = of_pool(rng, honest, [], length, 1.0, count), [np.nan] * count
    for dilution in DILUTIONS:
        drawn = of_pool(rng, honest, _harvests(traffic, truth), length, dilution, count // 4)
        windows += drawn
        levels += [dilution] * len(drawn)
    return _Trial(
        traffic,
        traffic,
        background,
        of_pool(rng, fitting, [], length, 1.0, count),
        of_pool(rng, setting, [], length, 1.0, count),
        windows,
        np.asarray(levels),
    )


def _pools(rng: np.random.Generator, traffic: Traffic, truth: Training) -> list[NDArray[np.int64]]:
    """Honest rows, dealt out to background, fitting, setting and test."""
    return np.array_split(rng.permutation(np.flatnonzero(~truth.attack[traffic.account])), 4)


def _harvests(traffic: Traffic, truth: Training) -> list[NDArray[np.int64]]:
    """Rows of each campaign's harvest."""
    campaign = np.where(truth.harvest, truth.campaign[traffic.account], -1)
    return [np.flatnonzero(campaign == number) for number in range(int(campaign.max()) + 1)]


def _accounts(traffic: Traffic, truth: Training, dilution: NDArray[np.float64], length: int) -> _Trial:
    """Windows of accounts; benign ones of the past are shared between fitting and setting by account."""
    past = _past(traffic)
    earlier, owners = of_accounts(past, length)
    windows, senders = of_accounts(traffic, length)
    # An attack account is as long as its window; longer ones are of another row of the table.
    sizes = np.bincount(traffic.account, minlength=len(traffic.accounts))
    kept = np.flatnonzero(~truth.attack[senders] | (sizes[senders] < 2 * length))
    return _Trial(
        traffic,
        past,
        np.zeros(0, np.int64),
        [window for window, owner in zip(earlier, owners, strict=True) if owner % 2],
        [window for window, owner in zip(earlier, owners, strict=True) if not owner % 2],
        [windows[place] for place in kept],
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
    fitting, setting = (as_accounts(trial.past, each) for each in (trial.fitting, trial.setting))
    test = as_accounts(trial.now, trial.test)

    def scores(windows: Traffic) -> NDArray[np.float64]:
        judged = dataclasses.replace(windows, history=fitting, training=test.training, once={})
        return np.nan_to_num(baseline.judge(judged, knobs).account, nan=-np.inf)

    past = scores(setting)
    threshold = np.quantile(past, 1 - RATE, method="higher") if len(past) else np.inf
    return _rates(scores(test) > threshold, trial.dilution)


def _ours(sketched: Sketches, trial: _Trial, length: int) -> dict[str, float]:
    """The same for Stillwatch."""
    from benchmarks.window_contender import account_site, alarms, pooled_site

    of_accounts = trial.past is not trial.now
    if of_accounts:
        site = account_site(sketched, length)
    else:
        site = pooled_site(sketched, trial.background, trial.fitting, trial.setting)
    found = _rates(alarms(sketched, site, trial.test, of_accounts=of_accounts), trial.dilution)
    print(f"stillwatch, {length} queries: {found}", file=sys.stderr)
    return found


def _linked(
    traffic: Traffic, truth: Training, sketched: Sketches, dilution: float, count: int
) -> dict[str, float]:
    """Ten windows of each campaign among benign ones, judged together and, for comparison, one by one."""
    from benchmarks.window_contender import alarms, pooled_site

    rng = np.random.Generator(np.random.PCG64(SEED))
    background, fitting, setting, honest = _pools(rng, traffic, truth)
    benign = of_pool(rng, honest, [], LINKED_LENGTH, 1.0, count)
    harvests = _harvests(traffic, truth)
    guilty = of_campaigns(rng, honest, harvests, LINKED_LENGTH, dilution, LINKED_WINDOWS)
    levels = np.asarray([np.nan] * len(benign) + [dilution] * len(guilty))
    found = {}
    for name, linked in (("linked", True), ("alone", False)):
        references = [of_pool(rng, pool, [], LINKED_LENGTH, 1.0, len(levels)) for pool in (fitting, setting)]
        site = pooled_site(sketched, background, *references, linked=linked)
        rates = _rates(alarms(sketched, site, benign + guilty), levels)
        found |= {f"{name}_{each}": rates[each] for each in ("tpr", "fpr")}
    print(f"stillwatch, linked windows, {dilution:g} honest: {found}", file=sys.stderr)
    return found


def _rates(alarm: NDArray[np.bool_], dilution: NDArray[np.float64]) -> dict[str, float]:
    """Hits and false alarms, in all and by dilution (NaN: benign)."""
    guilty = np.isfinite(dilution)
    hits, false = _mean(alarm[guilty]), _mean(alarm[~guilty])
    found = {"tpr": hits, "fpr": false, "balanced_accuracy": (hits + 1 - false) / 2}
    for level in np.unique(dilution[guilty]).tolist():
        found[f"tpr_at_{level:g}"] = _mean(alarm[dilution == level])
    return {name: round(value, 4) for name, value in found.items()}


def _mean(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else float("nan")
