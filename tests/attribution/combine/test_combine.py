"""E-values keep their promise, controls certify what they can, and a verdict says no more than was shown."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import binom

from stillwatch.attribution.battery.contract import KeyFinding, NotApplicable, TestResult, Trace, Weight
from stillwatch.attribution.battery.options import BatteryOptions
from stillwatch.attribution.combine import Conclusion, Verdict
from stillwatch.attribution.combine.clusters import by_cluster
from stillwatch.attribution.combine.controls import certified, controls_needed
from stillwatch.attribution.combine.evalues import averaged, calibrated, multiplied
from stillwatch.attribution.combine.verdict import conclude
from stillwatch.errors import StillwatchError

OPTIONS = BatteryOptions()
PURPOSES = {"raw": "watermark", "contrast": "watermark", "canaries": "canary", "agreement": ""}


def finding(cluster: str, e: float | None, epoch: str = "e1", p: float = 0.5) -> KeyFinding:
    return KeyFinding(cluster, epoch, e, p, 1_000, 0.1, 3.0, 1, 400)


def evidence(name: str, *keys: KeyFinding, units: int = 1_000, needed: int = 600) -> TestResult:
    return TestResult(name, Weight.EVIDENCE, 0.5, 1.0, units, needed, 0.1, f"{name} says", keys=keys)


def likeness(*, speaks: bool) -> TestResult:
    return TestResult("agreement", Weight.CORROBORATION, 1e-9, None, 900, 0, 0.2, "alike", speaks=speaks)


def said(
    *results: TestResult, controls: int = 60, alarms: int = 0, skipped: tuple[NotApplicable, ...] = ()
) -> Conclusion:
    clusters = by_cluster(results, PURPOSES)
    return conclude("model-x", results, skipped, clusters, certified(controls, alarms, OPTIONS.rate), OPTIONS)


def test_a_calibrated_p_has_mean_one_over_uniform_chances() -> None:
    mean, _ = quad(lambda depth: calibrated(math.exp(-depth)) * math.exp(-depth), 0, 600, limit=500)
    assert mean == pytest.approx(1 - 1 / 600, abs=1e-3), "what lies deeper than 600 weighs 1/600"
    assert calibrated(1.0) == 0.5
    assert calibrated(1e-9) > 1e6


def test_no_p_value_is_calibrated_beyond_its_range() -> None:
    for p in (-0.1, 1.1, math.nan):
        with pytest.raises(ValueError, match="between 0 and 1"):
            calibrated(p)


def test_independent_e_values_multiply_and_dependent_ones_are_averaged() -> None:
    assert multiplied([2.0, 3.0, 0.5]) == pytest.approx(3.0)
    assert multiplied([2.0, 0.0]) == 0.0
    assert averaged([2.0, 4.0]) == pytest.approx(3.0)
    assert (multiplied([]), averaged([])) == (1.0, 1.0)
    assert multiplied([1e300, 1e300]) == pytest.approx(1e300)


def test_tests_of_one_key_are_averaged_keys_and_purposes_multiplied_clusters_paid_for() -> None:
    found = by_cluster(
        [
            evidence("raw", finding("a", 10.0), finding("a", 4.0, "e2"), finding("b", 1.0)),
            evidence("contrast", finding("a", 30.0), finding("a", 8.0, "e2"), finding("b", 1.0)),
            evidence("canaries", finding("a", 5.0)),
            dataclasses.replace(likeness(speaks=True), traces=(Trace("a", 1, 400, 9.0),)),
        ],
        PURPOSES,
    )
    assert [each.cluster for each in found] == ["a", "b"]
    assert found[0].e == pytest.approx((20.0 * 6.0 * 5.0) / 2)
    assert found[0].epochs == ("e1", "e2")
    assert (found[0].rank, found[0].decoys) == (1, 400)


def test_a_test_with_a_p_alone_is_calibrated() -> None:
    assert by_cluster([evidence("raw", finding("a", None, p=1e-6))], PURPOSES)[0].e == pytest.approx(
        calibrated(1e-6)
    )


@pytest.mark.parametrize(("rate", "needed"), [(0.05, 59), (0.01, 299), (0.001, 2_995)])
def test_without_an_alarm_it_takes_the_known_numbers_of_controls(rate: float, needed: int) -> None:
    assert controls_needed(0, rate) == needed
    assert certified(needed, 0, rate).needed == 0
    assert certified(needed - 1, 0, rate).needed == 1
    assert certified(needed, 0, rate).upper <= rate < certified(needed - 1, 0, rate).upper


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 300), st.data())
def test_the_interval_is_that_of_clopper_and_pearson(controls: int, data: st.DataObject) -> None:
    alarms = data.draw(st.integers(0, controls))
    found = certified(controls, alarms, 0.05)
    low, high = found.interval
    assert low <= alarms / controls <= high
    if alarms < controls:
        assert float(binom.cdf(alarms, controls, high)) == pytest.approx(0.025, abs=1e-9)
        assert float(binom.cdf(alarms, controls, found.upper)) == pytest.approx(0.05, abs=1e-9)
    if alarms:
        assert float(binom.sf(alarms - 1, controls, low)) == pytest.approx(0.025, abs=1e-9)


def test_no_control_certifies_nothing() -> None:
    found = certified(0, 0, 0.05)
    assert (found.rate, found.interval, found.upper, found.needed) == (None, (0.0, 1.0), 1.0, 59)


def test_strong_evidence_with_enough_controls_is_supported_and_says_what_it_does_not_show() -> None:
    found = said(evidence("raw", finding("campaign-7", 1e9)))
    assert found.verdict is Verdict.SUPPORTED
    assert "trained on outputs served under the key of campaign-7 (e1)" in found.sentence
    assert any("published" in each for each in found.limits)
    assert any("not shown who collected" in each for each in found.limits)
    assert found.rate == 0.0


def test_the_key_of_everybody_tells_no_campaign() -> None:
    found = said(evidence("raw", finding("default", 1e9)))
    assert "the key of everybody" in found.sentence
    assert any("does not tell which accounts" in each for each in found.limits)


def test_strong_evidence_with_too_few_controls_is_inconclusive_and_says_how_many_are_lacking() -> None:
    found = said(evidence("raw", finding("campaign-7", 1e9)), controls=5)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.controls_needed == 54
    assert "54 more models" in found.sentence
    assert any("Too few controls: 54 more" in each for each in found.limits)


def test_a_rule_that_accuses_controls_supports_nothing() -> None:
    found = said(evidence("raw", finding("campaign-7", 1e9)), controls=60, alarms=3)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.controls_needed > 0


def test_some_evidence_is_consistent_with_and_no_more() -> None:
    found = said(evidence("raw", finding("campaign-7", 5_000.0)))
    assert found.verdict is Verdict.CONSISTENT
    assert "does not show" in found.sentence


def test_likeness_never_lifts_a_verdict_above_consistent_with() -> None:
    alone = said(likeness(speaks=True))
    assert alone.verdict is Verdict.CONSISTENT
    assert any("accuses nobody" in each for each in alone.limits)


def test_likeness_does_not_outweigh_keys_that_would_have_shown_a_copy() -> None:
    found = said(evidence("raw", finding("campaign-7", 0.5)), likeness(speaks=True))
    assert found.verdict is Verdict.NOT_SUPPORTED
    assert "effect of 10%" in found.sentence


def test_too_few_units_or_no_test_at_all_is_inconclusive() -> None:
    few = said(evidence("raw", finding("campaign-7", 0.5), units=100))
    assert few.verdict is Verdict.INCONCLUSIVE
    assert "too few keyed units" in few.sentence
    none = said(skipped=(NotApplicable("watermark", "no key was opened for it"),))
    assert none.verdict is Verdict.INCONCLUSIVE
    assert "no test that rests on keys" in none.sentence
    assert none.limits[-1] == "watermark was not applicable: no key was opened for it."


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"alhpa": 0.1}, "did you mean `alpha`"),
        ({"alpha": "x"}, ""),
        ({"alpha": 1.5}, ""),
        ({"decoys": 1.5}, ""),
        ({"decoys": True}, ""),
        ({"prompts": -1}, ""),
        ({"rate": 0}, ""),
    ],
)
def test_options_that_cannot_be_are_refused(found: dict[str, object], words: str) -> None:
    with pytest.raises(StillwatchError) as caught:
        BatteryOptions.read(found, "plan.toml")
    assert caught.value.code == "SW-ATT-02"
    assert words in caught.value.hint


def test_options_come_back_as_they_were_written() -> None:
    options = BatteryOptions(alpha=1e-4, decoys=7)
    assert BatteryOptions.read(options.as_json(), "plan.toml") == options
