from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.indicator import DetectorRef
from stillwatch.sharing.trust.detectors import FULL, UNNAMED, weight
from stillwatch.sharing.trust.reciprocity import Contribution, Tier, tier


def test_a_report_that_names_no_detector_counts_a_quarter() -> None:
    assert weight([DetectorRef("novelty", "1", "a" * 64)]) == FULL
    assert weight([]) == UNNAMED < FULL


@pytest.mark.parametrize(
    ("contribution", "expected"),
    [
        (Contribution(weeks=3), Tier.FULL),
        (Contribution(weeks=30), Tier.RESTRICTED),
        (Contribution(genuine=2, weeks=30), Tier.FULL),
        (Contribution(checked=6, weeks=30), Tier.FULL),
        (Contribution(checked=1, weeks=30), Tier.BASIC),
        (Contribution(genuine=2, false=30, weeks=30), Tier.BASIC),
        (Contribution(false=1, weeks=30), Tier.RESTRICTED),
    ],
)
def test_who_gives_is_told_sooner(contribution: Contribution, expected: Tier) -> None:
    assert tier(contribution) is expected


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 60))
def test_being_right_never_delays_and_being_wrong_never_hastens(
    genuine: int, false: int, checked: int, weeks: int
) -> None:
    now = tier(Contribution(genuine, false, checked, weeks)).delay
    assert tier(Contribution(genuine + 1, false, checked, weeks)).delay <= now
    assert tier(Contribution(genuine, false + 1, checked, weeks)).delay >= now
