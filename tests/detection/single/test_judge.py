from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detection.conftest import SmallWorld

from stillwatch.core.verdict import Call
from stillwatch.detection.single.judge import (
    MOST,
    USUAL,
    Bulk,
    Site,
    judge_accounts,
    judge_windows,
    learn_site,
)
from stillwatch.detection.single.windows import Windows


@dataclasses.dataclass(frozen=True, slots=True)
class Trial:
    """A site, benign windows that it has not seen, and windows half of which are one campaign's."""

    site: Site
    benign: Windows
    attack: Windows


@pytest.fixture(scope="module")
def trial(small_world: SmallWorld) -> Trial:
    frame, rng = small_world.frame, np.random.default_rng(5)
    honest = np.array([small_world.truth[name].label == "benign" for name in frame.accounts])[frame.account]
    pools = np.array_split(rng.permutation(np.flatnonzero(honest)), 4)

    def drawn(pool: np.ndarray, count: int, length: int = 200) -> list[np.ndarray]:
        return [np.sort(rng.choice(pool, length, replace=False)) for _ in range(count)]

    fitting, setting = (Windows.of(frame, drawn(pool, 150)) for pool in pools[1:3])
    site = learn_site(fitting, setting, [(frame, np.sort(pools[0]))], linked=True)
    campaign = np.array([small_world.truth[name].campaign_id == "camp-01" for name in frame.accounts])
    harvest = np.flatnonzero(campaign[frame.account])
    mixed = [
        np.sort(np.concatenate([part, rng.choice(pools[3], 100, replace=False)]))
        for part in itertools.islice(np.array_split(rng.permutation(harvest), harvest.size // 100), 8)
    ]
    return Trial(site, Windows.of(frame, drawn(pools[3], 60)), Windows.of(frame, mixed))


def test_windows_with_a_harvest_are_watched_and_hardly_any_other(trial: Trial) -> None:
    together = Windows.of(
        trial.benign.frame,
        [each.window(k) for each in (trial.benign, trial.attack) for k in range(each.size)],
    )
    calls = [each.call for each in judge_windows(together, trial.site)]
    assert calls[trial.benign.size :] == [Call.WATCH] * trial.attack.size
    assert calls[: trial.benign.size].count(Call.WATCH) <= 2


def test_no_window_alone_is_ever_called_an_attack(trial: Trial) -> None:
    assert Call.ATTACK not in {each.call for each in judge_windows(trial.attack, trial.site)}


def test_decibans_are_the_sum_of_the_reasons_and_no_reason_decides_alone(trial: Trial) -> None:
    for each in judge_windows(trial.attack, trial.site):
        assert each.decibans == pytest.approx(sum(reason.decibans for reason in each.reasons), abs=0.2)
        assert all(abs(reason.decibans) <= MOST for reason in each.reasons)
        assert all(len(reason.sentence) <= 120 for reason in each.reasons)


def test_a_window_judged_alone_says_the_same_without_linking(trial: Trial) -> None:
    site = dataclasses.replace(trial.site, sharing=None)
    alone = judge_windows(Windows.of(trial.attack.frame, [trial.attack.window(2)]), site)[0]
    among = judge_windows(trial.attack, site)[2]
    assert alone.decibans == pytest.approx(among.decibans)
    assert alone.reasons == among.reasons


def test_the_threshold_lets_the_promised_share_of_usual_windows_pass(trial: Trial) -> None:
    above = (trial.site.held_out > trial.site.threshold).sum()
    assert above <= 0.003 * trial.site.held_out.size + 1


def test_accounts_are_judged_against_the_days_before_and_known_wording_is_no_evidence(
    small_world: SmallWorld,
) -> None:
    frame = dataclasses.replace(small_world.frame, history=small_world.frame)
    found = judge_accounts(frame, shortest=10)
    sent = np.bincount(frame.account, minlength=len(frame.accounts))
    assert set(found) == set(np.flatnonzero(sent >= 10).tolist())
    wording = [r for each in found.values() for r in each.reasons if r.detector == "window_wording"]
    assert all(reason.decibans <= 0 for reason in wording)
    assert sum(each.call is Call.WATCH for each in found.values()) <= 0.03 * len(found)


def test_too_little_earlier_traffic_is_no_reference(small_world: SmallWorld) -> None:
    frame = dataclasses.replace(small_world.frame, history=small_world.frame)
    assert judge_accounts(frame, shortest=1000) == {}


def test_without_earlier_traffic_nothing_is_said(small_world: SmallWorld) -> None:
    assert judge_accounts(small_world.frame) == {}


@settings(deadline=None)  # a loaded machine is no failure
@given(st.lists(st.floats(0, 50), min_size=2, max_size=60), st.floats(0, 500), st.floats(0, 500))
def test_more_of_a_statistic_is_never_less_evidence(values: list[float], left: float, right: float) -> None:
    bulk = Bulk.of(np.array(values))
    low, high = bulk.decibans(np.array(sorted((left, right))))
    assert USUAL <= low <= high < np.inf
