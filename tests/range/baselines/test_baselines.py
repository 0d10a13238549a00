"""Every baseline of the register: conforms, finds what it was made for, keeps still on noise, does not depend on order."""

from __future__ import annotations

import importlib
import random
from functools import cache

import numpy as np
import pytest
from tests.range.baselines import planted

from stillwatch.errors import StillwatchError
from stillwatch.range import baselines as register
from stillwatch.range.baselines.contract import combinations
from stillwatch.range.baselines.reading import from_records
from stillwatch.range.baselines.traffic import Traffic

NAMES = sorted(register.baselines())
SINGLES = ("prada",)  # made for streams unlike the planted campaign's; it has a test of its own below


@cache
def log(attack: bool = True, shuffle: int | None = None) -> Traffic:
    return planted.log(attack=attack, shuffle=shuffle)


@cache
def scores(name: str, attack: bool = True, shuffle: int | None = None) -> np.ndarray:
    baseline = register.baselines()[name]
    return baseline.judge(log(attack, shuffle), baseline.knobs).account


def test_the_register_holds_what_the_range_promises() -> None:
    assert len(NAMES) >= 11
    assert {"prada", "seat", "mahalanobis", "account_mmd", "synchrotrap", "fraudar"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_baseline_says_what_it_is_and_on_whose_work_it_rests(name: str) -> None:
    baseline = register.baselines()[name]
    module = importlib.import_module(type(baseline).__module__)
    assert module.__name__.endswith(f".{name}")
    assert all(head in module.__doc__ for head in ("**Looks at**", "**As used here**", "**Known to miss**"))
    assert baseline.title
    assert baseline.about.endswith(".")
    assert baseline.references
    assert set(baseline.grid) <= set(baseline.knobs)
    assert 1 <= len(combinations(baseline)) <= 12


@pytest.mark.parametrize("name", NAMES)
def test_scores_are_one_an_account_and_empty_traffic_gives_none(name: str) -> None:
    baseline, traffic = register.baselines()[name], log()
    found = baseline.judge(traffic, baseline.knobs)
    assert found.account.shape == (len(traffic.accounts),)
    assert found.account.dtype == np.float64
    assert found.group is None or found.group.shape == found.account.shape
    nothing = baseline.judge(traffic.until(0), baseline.knobs)
    assert np.isnan(nothing.account).all()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in SINGLES])
def test_a_naive_campaign_is_ranked_above_everybody_and_noise_far_below(name: str) -> None:
    found, attack = scores(name), planted.planted(log())
    lowest = found[attack].min()
    assert np.isfinite(lowest)
    assert lowest > np.nanmax(np.append(found[~attack], -np.inf))
    assert lowest > np.nanmax(np.append(scores(name, attack=False), -np.inf))


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_the_log_does_not_matter_and_twice_is_the_same(name: str) -> None:
    baseline, traffic = register.baselines()[name], log()
    np.testing.assert_allclose(scores(name), scores(name, shuffle=3), rtol=1e-6)
    again = baseline.judge(traffic.until(int(traffic.ts[-1])), baseline.knobs).account
    np.testing.assert_allclose(scores(name), again, rtol=1e-6)


@pytest.mark.parametrize("name", [name for name in NAMES if register.baselines()[name].learns])
def test_a_baseline_that_learns_says_so_when_it_was_given_nothing_to_learn_from(name: str) -> None:
    baseline = register.baselines()[name]
    rng = random.Random(1)
    with pytest.raises(StillwatchError, match="learns from a training world"):
        baseline.judge(from_records(planted.honest(rng, 3, 5)), baseline.knobs)


def test_prada_finds_queries_spaced_as_a_program_spaces_them() -> None:
    rng = random.Random(4)
    records = planted.honest(rng, 12, 160)
    base = [" ".join(rng.choices(planted.EVERYDAY, k=16)) for _ in range(20)]
    for turn in range(160):  # a few seeds, each varied by one word again and again
        text = base[turn] if turn < 20 else f"{rng.choice(base)} {rng.choice(planted.EVERYDAY)}"
        records.append(planted.record(turn, "harvest-0", planted.BEGIN_MS + turn * 60_000, text))
    traffic, baseline = from_records(records), register.baselines()["prada"]
    found = baseline.judge(traffic, {"least": 50}).account
    attack = planted.planted(traffic)
    assert found[attack].min() > np.nanmax(found[~attack])


def test_scikit_learn_that_is_missing_is_named_with_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    baseline = register.baselines()["isolation_forest"]
    monkeypatch.setitem(__import__("sys").modules, "sklearn.ensemble", None)
    with pytest.raises(StillwatchError, match="scikit-learn is not installed") as caught:
        baseline.judge(planted.log(seed=8), baseline.knobs)
    assert "stillwatch[range]" in caught.value.hint


def test_a_misspelt_baseline_is_answered_with_the_nearest() -> None:
    with pytest.raises(StillwatchError) as caught:
        register.chosen(["fraudr"])
    assert "did you mean 'fraudar'?" in caught.value.hint
    assert register.chosen(["none"]) == []
    assert [each.name for each in register.chosen(["all"])] == NAMES
