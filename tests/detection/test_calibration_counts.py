"""The calibration of an outcome made by hand: every number of it can be worked out on paper, or by another formula."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.detection.worlds import planted

from stillwatch.core.verdict import Reason
from stillwatch.detection.calibration import POINTS, Calibration, calibration_of, upper_bound
from stillwatch.detection.candidates.snapshots import Snapshot
from stillwatch.detection.deciding.decide import ATTACK, Alarm, Decision, Judgement
from stillwatch.detection.deciding.site_test import empirical_null
from stillwatch.detection.frame import Frame
from stillwatch.detection.run import Outcome
from stillwatch.detection.weighing.evidence import Evidence
from stillwatch.detection.weighing.scales import Scales

FDR = 0.01
TOTALS = (-18.0, -16.0, -14.5, -13.0, -12.0, -11.0, -9.0, -6.0, -3.0, 30.0)


@pytest.fixture(scope="module")
def frame() -> Frame:
    return planted([(f"acct-{k}", []) for k in range(6)])


def calibrated(
    frame: Frame,
    totals: Sequence[float],
    *,
    reasons: Mapping[int, tuple[Reason, ...]] | None = None,
    earlier: dict[int, float] | None = None,
    honest: list[str] | None = None,
) -> Calibration:
    """Tracks with these totals and as many accounts as their number, of which accounts 1 and 3 were called."""
    courses = [(0, track, total) for track, total in (earlier or {}).items()]
    courses += [(1, track, total) for track, total in enumerate(totals)]
    snapshots = tuple(_snapshot(track, checkpoint) for checkpoint, track, _ in courses)
    decisions = {(checkpoint, track): Decision(total, 0.5, False) for checkpoint, track, total in courses}
    judgement = Judgement(
        decisions, {}, {}, {1: Alarm(0, 0), 3: Alarm(0, 0)}, watched={1: 0, 2: 0, 4: 0, 5: 0}
    )
    campaign = {(1, track): each for track, each in (reasons or {}).items()}
    outcome = Outcome(
        checkpoints=np.array([3, 6]),
        snapshots=snapshots,
        evidence=Evidence(campaign, {}, ()),
        judgement=judgement,
        wording=None,  # type: ignore[arg-type] # not read here
        seconds={},
        scales=Scales({}, {}),
        fdr=FDR,
    )
    return calibration_of(frame, outcome, FDR, ["acct-2", "acct-4", "acct-5"], honest)


def _snapshot(track: int, checkpoint: int) -> Snapshot:
    nobody: Any = np.zeros(0, dtype=np.int32)
    return Snapshot(
        track=track,
        checkpoint=checkpoint,
        rows=nobody,
        accounts=np.arange(track, dtype=np.int32),
        site_accounts=6,
        grams=1,
        earlier=float("nan"),
        members=nobody,
        near=nobody,
        kindred=nobody,
        again=nobody,
        wording=1.0,
        own_topics=1.0,
    )


def test_who_was_called_and_who_is_only_watched_is_counted_once(frame: Frame) -> None:
    found = calibrated(frame, TOTALS)
    assert (found.accounts, found.attack, found.watch, found.candidates) == (6, 2, 3, 10)
    assert found.attack_upper == pytest.approx(stats.beta.ppf(0.95, 3, 4))
    assert found.fdr == FDR
    assert found.labelled is None


def test_a_candidate_counts_as_it_was_last_seen(frame: Frame) -> None:
    now = calibrated(frame, TOTALS)
    assert calibrated(frame, TOTALS, earlier={0: 50.0, 3: 40.0}) == now


@pytest.mark.parametrize("copies", [3, 7])
def test_a_lone_candidate_at_the_threshold_is_just_as_rare_as_the_procedure_asks(
    frame: Frame, copies: int
) -> None:
    totals = [3 * total + 25.0 for total in TOTALS] * copies
    found = calibrated(frame, totals)
    null = stats.norm(found.centre, found.spread)
    assert (found.centre, found.spread) == empirical_null(np.array(totals))
    assert found.threshold > ATTACK
    assert null.sf(found.threshold) == pytest.approx(FDR / max(len(totals), 40))
    assert found.expected == pytest.approx(len(totals) * null.sf(found.threshold))


def test_nobody_is_called_below_the_decibans_that_a_call_takes(frame: Frame) -> None:
    found = calibrated(frame, [-30.0] * 60)
    assert found.threshold == ATTACK
    assert found.expected == pytest.approx(60 * stats.norm(found.centre, found.spread).sf(ATTACK))


def test_a_site_without_candidates_has_the_usual_threshold_and_no_null(frame: Frame) -> None:
    found = calibrated(frame, ())
    assert (found.candidates, found.threshold, found.expected, found.strongest) == (0, ATTACK, 0.0, ())
    assert np.isnan([found.centre, found.spread]).all()
    assert found.shares == tuple((1 - point, 0.0) for point in POINTS)


def test_shares_above_the_points_of_the_null_are_promised_and_counted(frame: Frame) -> None:
    found = calibrated(frame, TOTALS)
    assert [promised for promised, _ in found.shares] == pytest.approx([0.5, 0.2, 0.1, 0.05, 0.01])
    null = stats.norm(found.centre, found.spread)
    for promised, share in found.shares:
        assert share == sum(total > null.isf(promised) for total in TOTALS) / len(TOTALS)


def test_the_five_nearest_to_being_called_come_with_their_accounts_and_what_speaks_most_against_them(
    frame: Frame,
) -> None:
    reasons = {
        9: (Reason("a", 9.0, "the strongest"), Reason("b", 2.0, "another")),
        8: (Reason("a", -4.0, "for innocence"), Reason("b", 2.0, "the only one")),
        7: (Reason("a", -4.0, "for innocence"), Reason("b", 0.0, "weighs nothing")),
    }
    assert calibrated(frame, TOTALS, reasons=reasons).strongest == (
        (30.0, 9, "the strongest"),
        (-3.0, 8, "the only one"),
        (-6.0, 7, "nothing speaks for a campaign"),
        (-9.0, 6, "nothing speaks for a campaign"),
        (-11.0, 5, "nothing speaks for a campaign"),
    )


def test_accounts_that_were_found_honest_are_counted_by_what_is_said_of_them_now(frame: Frame) -> None:
    honest = ["acct-3", "acct-1", "acct-2", "acct-0", "elsewhere", "acct-4", "acct-3"]
    labelled = calibrated(frame, TOTALS, honest=honest).labelled
    assert labelled is not None
    assert (labelled.known, labelled.seen, labelled.attack, labelled.watch) == (6, 5, 2, 2)
    assert labelled.again == ("acct-1", "acct-3")
    assert labelled.attack_upper == pytest.approx(stats.beta.ppf(0.95, 3, 3))
    assert calibrated(frame, TOTALS, honest=[]).labelled is not None


def test_all_of_it_is_json(frame: Frame) -> None:
    found = calibrated(frame, TOTALS, honest=["acct-1"])
    assert set(json.loads(json.dumps(found.as_dict()))) == {f.name for f in dataclasses.fields(Calibration)}


@given(of=st.integers(0, 10_000), share=st.floats(0, 1))
@settings(max_examples=60)
def test_the_bound_is_where_so_few_would_be_found_one_time_in_twenty(of: int, share: float) -> None:
    found = int(of * share)
    bound = upper_bound(found, of)
    assert bound == 1.0 if found == of else stats.binom.cdf(found, of, bound) == pytest.approx(0.05)
