from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.indicator import DetectorRef
from stillwatch.errors import StillwatchError
from stillwatch.sharing.trust.anonymity import Pseudonyms
from stillwatch.sharing.trust.detectors import FULL, MODIFIED, full_reporters, weight
from stillwatch.sharing.trust.reciprocity import Contribution, Tier, tier

KNOWN = DetectorRef("novelty", "1", "a" * 64)
CHANGED = DetectorRef("novelty", "1", "b" * 64)
REGISTERED = {"a" * 64}


def test_only_reports_of_unmodified_detectors_count_fully() -> None:
    assert weight([KNOWN], REGISTERED) == FULL
    assert weight([KNOWN, CHANGED], REGISTERED) == weight([], REGISTERED) == MODIFIED
    reports = [("a", [KNOWN]), ("b", [CHANGED]), ("c", []), ("b", [KNOWN]), ("d", [CHANGED])]
    assert full_reporters(reports, REGISTERED) == {"a", "b"}


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


def test_members_see_a_pseudonym_the_auditor_and_the_reporter_see_the_name() -> None:
    hidden = Pseudonyms(b"k" * 32, members=6)
    shown = {
        (kind, reader): hidden.shown("lab-1", "e4", reader_kind=kind, reader=reader, hidden=True)
        for kind, reader in (
            ("lab", "lab-2"),
            ("lab", "lab-1"),
            ("auditor", "auditor-1"),
            ("government", "agency-1"),
        )
    }
    assert shown["lab", "lab-1"] == shown["auditor", "auditor-1"] == "lab-1"
    assert shown["lab", "lab-2"] == shown["government", "agency-1"] != "lab-1"
    assert hidden.shown("lab-1", "e4", reader_kind="lab", reader="lab-2", hidden=False) == "lab-1"


def test_a_pseudonym_stays_within_a_period_and_changes_with_it() -> None:
    hidden = Pseudonyms(b"k" * 32, members=6)
    assert hidden.of("lab-1", "e4") == hidden.of("lab-1", "e4") != hidden.of("lab-1", "e5")
    assert hidden.of("lab-1", "e4") != hidden.of("lab-2", "e4")
    assert hidden.of("lab-1", "e4") != Pseudonyms(b"x" * 32, members=6).of("lab-1", "e4")
    members = ["lab-1", "lab-2", "lab-3"]
    assert hidden.find(hidden.of("lab-2", "e4"), members, "e4") == "lab-2"
    assert hidden.find(hidden.of("lab-2", "e4"), members, "e5") is None


def test_among_three_nobody_can_be_hidden() -> None:
    with pytest.raises(StillwatchError) as refused:
        Pseudonyms(b"k" * 32, members=3)
    assert refused.value.code == "SW-TRUST-01"
