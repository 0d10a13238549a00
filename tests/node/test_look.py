"""A look asks a few moments of its window, so that what has to be seen twice can be."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.detection.checkpoints import checkpoint_rows
from stillwatch.node.look import grid_hours


@pytest.mark.parametrize("seconds", [60.0, 3_600.0, 86_400.0 * 30])
def test_a_window_of_any_length_has_a_few_checkpoints(seconds: float) -> None:
    ts = np.linspace(1_772_400_000e6, 1_772_400_000e6 + seconds * 1e6, 5_000).astype(np.int64)
    assert 4 <= checkpoint_rows(ts, grid_hours(ts), 0.04).size <= 5


def test_a_window_of_one_moment_has_one() -> None:
    ts = np.full(200, 1_772_400_000_000_000, dtype=np.int64)
    assert checkpoint_rows(ts, grid_hours(ts), 0.04).tolist() == [200]
