"""Windows of single accounts, and verdicts read as a ranking, as the benchmarks use them."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from tests.range.baselines import planted

from benchmarks.account_windows import as_accounts, of_accounts, of_pool
from benchmarks.ranked import recall_at_precision
from stillwatch.range.baselines.reading import from_records


def test_windows_of_accounts_are_full_consecutive_and_of_one_account() -> None:
    traffic = from_records(planted.honest(random.Random(1), 6, 40))
    windows, owners = of_accounts(traffic, 15)
    assert len(windows) == sum(size // 15 for size in traffic.grouped().sizes)
    for window, owner in zip(windows, owners, strict=True):
        assert set(traffic.account[window]) == {owner}
        assert (np.diff(traffic.ts[window]) >= 0).all()
    cut = as_accounts(traffic, windows)
    assert set(cut.grouped().sizes) == {15}
    assert (np.diff(cut.ts) >= 0).all()


def test_a_pooled_window_is_harvest_and_honest_in_the_share_asked_for() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    honest, harvest = np.arange(100), np.arange(1000, 1040)
    for window in of_pool(rng, honest, [harvest], 50, 0.8, 5):
        assert (window >= 1000).sum() == 10
        assert len(np.unique(window)) == 50
    assert of_pool(rng, honest, [harvest], 50, 0.0, 5) == [], "no campaign has enough"


def test_the_recall_in_hindsight_is_that_of_the_best_threshold(tmp_path: Path) -> None:
    truth, verdicts = tmp_path / "truth.csv", tmp_path / "verdicts.jsonl"
    labels = ["attack", "attack", "benign", "attack", "benign"]
    rows = [f"a{i},{label},kind,{'c' if label == 'attack' else ''}" for i, label in enumerate(labels)]
    truth.write_text("\n".join(["account_id,label,archetype,campaign_id", *rows]) + "\n")
    scores = [0.9, 0.8, 0.7, 0.6, 0.0]
    verdicts.write_text(
        "".join(json.dumps({"account_id": f"a{i}", "score": score}) + "\n" for i, score in enumerate(scores))
    )
    assert recall_at_precision(verdicts, truth, 0.95) == pytest.approx(2 / 3)
    assert recall_at_precision(verdicts, truth, 0.75) == pytest.approx(1.0)
