from __future__ import annotations

import numpy as np
from tests.detection.conftest import SmallWorld

from stillwatch.detection.single.windows import account_windows, every_second


def test_a_window_holds_exchanges_of_one_account_in_order_of_time(small_world: SmallWorld) -> None:
    windows = account_windows(small_world.frame, longest=60, shortest=20)
    assert windows.size > 20
    for place in range(windows.size):
        rows = windows.window(place)
        assert (np.diff(rows) > 0).all()
        assert set(small_world.frame.account[rows].tolist()) == {int(windows.owner[place])}


def test_windows_are_as_long_as_asked_and_no_exchange_is_in_two(small_world: SmallWorld) -> None:
    windows = account_windows(small_world.frame, longest=60, shortest=20)
    assert windows.lengths.min() >= 20
    assert windows.lengths.max() == 60
    assert np.unique(windows.rows).size == windows.rows.size


def test_only_the_named_stretch_of_the_log_is_cut(small_world: SmallWorld) -> None:
    middle = small_world.frame.size // 2
    late = account_windows(small_world.frame, longest=60, shortest=20, first=middle)
    early = account_windows(small_world.frame, longest=60, shortest=20, end=middle)
    assert late.rows.min() >= middle
    assert early.rows.max() < middle


def test_halves_by_owner_share_no_owner_and_lose_no_window(small_world: SmallWorld) -> None:
    windows = account_windows(small_world.frame, longest=40, shortest=20)
    left, right = every_second(windows, 0), every_second(windows, 1)
    assert not set(left.owner.tolist()) & set(right.owner.tolist())
    assert left.size + right.size == windows.size
