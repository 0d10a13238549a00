from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.verdict import Reason
from stillwatch.reporting import wording


@pytest.mark.parametrize(
    ("score", "words"),
    [(0.9973, "99.7 %"), (1.0, "> 99.9 %"), (0.99995, "> 99.9 %"), (0.0, "< 0.1 %"), (0.5, "50.0 %")],
)
def test_a_probability_never_claims_certainty(score: float, words: str):
    assert wording.percent(score).replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("part", "total", "words"),
    [
        (0, 10, "0 %"),
        (1, 1000, "< 1 %"),
        (999, 1000, "99 %"),
        (10, 10, "100 %"),
        (5, 0, "0 %"),
        (1, 3, "33 %"),
    ],
)
def test_a_share_is_all_or_nothing_only_when_it_is(part: int, total: int, words: str):
    assert wording.share(part, total).replace("\u00a0", " ") == words


def test_decibans_carry_their_sign():
    assert [wording.decibans(value) for value in (17.2, -4.4, 0.3, -0.3)] == ["+17", "\u22124", "0", "0"]


@pytest.mark.parametrize(
    ("ts", "words"),
    [
        ("2026-11-12T08:02:59Z", "12 Nov 2026, 08:02"),
        ("2026-11-12T08:02:59.123456789Z", "12 Nov 2026, 08:02"),
        ("2026-11-12T10:02:00+02:00", "12 Nov 2026, 08:02"),
        ("yesterday", "yesterday"),
        (None, "never"),
    ],
)
def test_times_are_read_in_utc_and_given_as_they_are_when_unreadable(ts: str | None, words: str):
    assert wording.date_time(ts) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (12, "12 s"),
        (1500, "25 min"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
        (100 * 3600, "4 days 4 h"),
        (30 * 86400, "30 days"),
    ],
)
def test_a_duration_has_its_largest_units(seconds: int, words: str):
    assert wording.duration(seconds) == words


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("acct-1", "acct-1"),
        ("", "(empty)"),
        ("abc\u202etxt", "abc<U+202E>txt"),
        ("\x1b[2J", "<U+001B>[2J"),
        ("zero\u200bwidth", "zero<U+200B>width"),
        ("müller-東京", "müller-東京"),
        ("half\ud800", "half<U+D800>"),
    ],
)
def test_names_cannot_hide_characters(name: str, shown: str):
    assert wording.visible(name) == shown


@given(st.text(max_size=400), st.integers(4, 60))
def test_shown_names_are_short_and_hold_nothing_invisible(name: str, limit: int):
    shown = wording.visible(name, limit)
    assert len(shown) <= max(limit, len("(empty)"))
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in shown)


def test_a_long_name_keeps_both_ends():
    shown = wording.visible("begin-" + "x" * 300 + "-end")
    assert shown.startswith("begin-")
    assert shown.endswith("-end")


def test_reasons_are_listed_from_incriminating_to_exonerating():
    reasons = [Reason("b", -4, ""), Reason("a", 9, ""), Reason("c", 2, "")]
    assert [reason.detector for reason in wording.by_weight(reasons)] == ["a", "c", "b"]
    assert wording.strongest(reasons) == reasons[1]
    assert wording.strongest([]) is None
