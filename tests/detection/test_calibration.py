from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from stillwatch.detection.calibration import POINTS, calibration_of, upper_bound
from stillwatch.detection.deciding.decide import ATTACK, Judgement


def test_it_counts_what_was_called_and_bounds_the_rate(small_world: Any) -> None:
    found = calibration_of(small_world.frame, small_world.outcome, fdr=0.01, watched=[])
    judgement = small_world.outcome.judgement
    assert (found.accounts, found.attack) == (len(small_world.frame.accounts), len(judgement.alarms))
    assert found.candidates == len({s.track for s in small_world.outcome.snapshots})
    assert found.attack / found.accounts < found.attack_upper < 1
    assert found.threshold >= ATTACK
    assert found.strongest[0][0] == max(
        judgement.decisions[s.checkpoint, s.track].total
        for s in {s.track: s for s in small_world.outcome.snapshots}.values()
    )


def test_promised_and_found_shares_agree_where_the_bulk_is_as_promised(small_world: Any) -> None:
    rng = np.random.default_rng(3)
    snapshots = small_world.outcome.snapshots
    template = snapshots[-1]
    normal = [dataclasses.replace(template, track=k) for k in range(600)]
    decision = next(iter(small_world.outcome.judgement.decisions.values()))
    decisions = {
        (s.checkpoint, s.track): dataclasses.replace(decision, total=float(total))
        for s, total in zip(normal, rng.normal(-12.5, 4.5, len(normal)), strict=True)
    }
    judgement = Judgement(decisions, {}, {}, {}, {})
    outcome = dataclasses.replace(small_world.outcome, snapshots=tuple(normal), judgement=judgement)
    found = calibration_of(small_world.frame, outcome, fdr=0.01, watched=[])
    assert [promised for promised, _ in found.shares] == pytest.approx([1 - point for point in POINTS])
    for promised, share in found.shares:
        assert share == pytest.approx(promised, abs=0.05)
    assert found.attack == 0


def test_a_site_without_communities_promises_nothing(small_world: Any) -> None:
    empty = dataclasses.replace(small_world.outcome, snapshots=(), judgement=Judgement({}, {}, {}, {}, {}))
    found = calibration_of(small_world.frame, empty, fdr=0.01, watched=[])
    assert (found.candidates, found.expected, found.strongest) == (0, 0.0, ())


@pytest.mark.parametrize(("found", "of", "bound"), [(0, 30_000, 0.0000999), (0, 0, 1.0), (5, 5, 1.0)])
def test_the_bound_is_the_exact_one(found: int, of: int, bound: float) -> None:
    assert upper_bound(found, of) == pytest.approx(bound, rel=1e-2)
