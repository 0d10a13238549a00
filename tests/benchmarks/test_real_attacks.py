"""What the benchmark on real text says of verdicts."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from benchmarks import real_attacks
from benchmarks.real_attacks import Truth
from benchmarks.real_campaigns import CAMPAIGNS, PREFIX


def test_shares_are_of_accounts() -> None:
    calls = Counter(
        {
            (PREFIX + "few", "attack"): 6,
            (PREFIX + "own-words", "attack"): 1,
            (PREFIX + "own-words", "watch"): 3,
            ("chat", "attack"): 1,
            ("chat", "watch"): 2,
            ("chat", "clear"): 97,
        }
    )
    figures = real_attacks._shares(calls)
    assert (figures["attackers"], figures["honest"], figures["honest_accused"]) == (10, 100, 1)
    assert figures["recall"] == pytest.approx(0.7)
    assert figures["precision"] == pytest.approx(7 / 8)
    assert (figures["own_words"], figures["watched"]) == (pytest.approx(0.25), pytest.approx(0.3))
    assert figures["honest_watched"] == 2


def test_a_campaign_without_an_alarm_has_leaked_everything() -> None:
    undiluted = [each.name for each in CAMPAIGNS if not each.own]
    alarm = 1_773_014_400_000.0
    truth = Truth(
        {name: PREFIX + name for name in undiluted},
        {name: alarm + 1000.0 * np.arange(-9, 91) for name in undiluted},
    )
    assert real_attacks._leaked_undiluted(truth, []) == [100.0] * len(undiluted)
    verdicts = [
        {"account_id": name, "verdict": "attack", "first_alarm_ts": "2026-03-09T00:00:00+00:00"}
        for name in undiluted
    ]
    assert real_attacks._leaked_undiluted(truth, verdicts) == [10.0] * len(undiluted)


def test_figures_are_of_all_sites_together() -> None:
    name = next(each.name for each in CAMPAIGNS if not each.own)
    none = {each.name: np.zeros(0) for each in CAMPAIGNS}
    told = real_attacks.Told()
    for verdict in ("attack", "clear"):
        told.take(
            Truth({"acct-1": PREFIX + name, "acct-2": "chat"}, none),
            [
                {"account_id": "acct-1", "verdict": verdict, "first_alarm_ts": "2026-03-09T00:00:00+00:00"},
                {"account_id": "acct-2", "verdict": "clear"},
            ],
        )
    figures = told.figures()
    assert (figures["attackers"], figures["honest"], figures["honest_accused"]) == (2, 2, 0)
    assert figures["recall"] == pytest.approx(0.5)
    assert len(told.leaked) == 2 * sum(not each.own for each in CAMPAIGNS)
