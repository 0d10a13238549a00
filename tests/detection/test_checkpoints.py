from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.detection.checkpoints import DAY_US, HOUR_US, LEAST_ON_FIRST_DAY, checkpoint_rows, log_begin

TIMES = st.lists(st.integers(0, 40 * HOUR_US), max_size=700).map(
    lambda ts: np.array(sorted(ts), dtype=np.int64)
)


@settings(deadline=None)
@given(ts=TIMES, cut=st.integers(0, 700), hours=st.sampled_from([0.5, 1.0, 6.0]))
def test_checkpoints_of_a_part_but_its_last_begin_those_of_the_whole(
    ts: np.ndarray, cut: int, hours: float
) -> None:
    whole = checkpoint_rows(ts, hours, 0.05).tolist()
    part = checkpoint_rows(ts[:cut], hours, 0.05).tolist()
    assert part[:-1] == whole[: max(len(part) - 1, 0)]


@settings(deadline=None)
@given(ts=TIMES)
def test_checkpoints_ascend_and_the_last_is_the_end_of_the_log(ts: np.ndarray) -> None:
    rows = checkpoint_rows(ts, 1.0, 0.05)
    assert (np.diff(rows) > 0).all()
    assert rows.tolist()[-1:] == ([ts.size] if ts.size else [])


def test_the_grid_is_multiples_of_the_hours_since_1970_not_since_the_log_began() -> None:
    ts = np.arange(600, dtype=np.int64) * (HOUR_US // 50) + HOUR_US // 3
    rows = checkpoint_rows(ts, 6.0, 0.0)
    grid = np.arange(6, 13, 6) * HOUR_US
    assert rows.tolist() == [*np.searchsorted(ts, grid).tolist(), 600]


def test_an_exchange_on_the_grid_belongs_to_what_comes_after() -> None:
    ts = np.concatenate((np.arange(60), [HOUR_US], HOUR_US + 1 + np.arange(60)))
    assert checkpoint_rows(ts, 1.0, 0.0).tolist() == [60, 121]


def test_a_grid_point_counts_only_when_the_log_has_grown() -> None:
    ts = np.concatenate((np.arange(1000), HOUR_US + np.arange(60), 2 * HOUR_US + np.arange(100)))
    assert checkpoint_rows(ts, 1.0, 0.05).tolist() == [1000, 1060, 1160]
    assert checkpoint_rows(ts, 1.0, 0.20).tolist() == [1000, 1160]
    assert checkpoint_rows(ts[:1055], 1.0, 0.05).tolist() == [1000, 1055]


def test_an_empty_log_has_no_checkpoints() -> None:
    assert checkpoint_rows(np.zeros(0, dtype=np.int64), 6.0, 0.05).tolist() == []


@given(ts=TIMES, stray=st.integers(0, 3))
def test_a_log_begins_where_people_are_however_early_a_stray_exchange_is(ts: np.ndarray, stray: int) -> None:
    people = np.sort(np.concatenate((ts, np.arange(LEAST_ON_FIRST_DAY, dtype=np.int64)))) + 9 * DAY_US
    account = np.arange(people.size, dtype=np.int32)
    early = np.arange(stray, dtype=np.int64) * 2 * DAY_US
    found = log_begin(np.concatenate((early, people)), np.concatenate((account[:stray], account)))
    assert found == people[0]


def test_a_log_without_people_begins_with_its_first_exchange() -> None:
    ts = np.arange(5, dtype=np.int64) * 3 * DAY_US
    assert log_begin(ts, np.zeros(5, dtype=np.int32)) == 0
