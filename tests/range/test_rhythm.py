import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.range.plan import DAY_MS
from stillwatch.range.rhythm import Rhythm, times

BEGIN = 1_772_409_600_000  # a Monday


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(1, 400),
    turns=st.floats(1.0, 300.0),
    gap=st.floats(0.1, 50_000.0),
    days=st.floats(0.05, 30.0),
    hours=st.sampled_from(["waking", "office", "evening", "night", "flat", "nightly", "consumer"]),
)
def test_every_rhythm_gives_exactly_the_wanted_exchanges_inside_the_span(count, turns, gap, days, hours):
    end = BEGIN + int(days * DAY_MS)
    when, session, turn = times(
        np.random.default_rng(1), Rhythm(hours, 0.5, turns, gap), count, BEGIN, end, -6
    )
    assert len(when) == len(session) == len(turn) == count
    assert when[0] >= BEGIN
    assert when[-1] < end
    assert (np.diff(when) >= 0).all()


def test_office_hours_follow_the_local_clock():
    when, _, _ = times(
        np.random.default_rng(1), Rhythm("office", 0.1, 1.0), 5000, BEGIN, BEGIN + 5 * DAY_MS, 9
    )
    local = (when // 3_600_000 + 9) % 24
    assert np.mean((local >= 8) & (local < 18)) > 0.8


def test_given_starts_bring_members_together():
    starts = (BEGIN + DAY_MS, BEGIN + 2 * DAY_MS)
    rhythm = Rhythm("flat", 1.0, 5.0, 2.0, 0.3, starts=starts, jitter=10.0)
    when, _, _ = times(np.random.default_rng(1), rhythm, 200, BEGIN, BEGIN + 5 * DAY_MS, 0)
    nearest = np.min(np.abs(when[:, None] - np.asarray(starts)[None, :]), axis=1)
    assert nearest.max() < 10 * 60_000


@pytest.mark.parametrize("count", [1, 17])
def test_starts_outside_the_span_fall_back_to_the_hours(count):
    when, _, _ = times(
        np.random.default_rng(1), Rhythm(starts=(BEGIN - DAY_MS,)), count, BEGIN, BEGIN + DAY_MS, 0
    )
    assert len(when) == count
