from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.detection.behaviour.standing import LEAST_REFERENCE, standing


def test_the_middle_of_the_reference_stands_at_zero_and_its_ends_are_held() -> None:
    reference = np.arange(101, dtype=np.float32)[:, None]
    found = standing(np.array([[50.0], [-9.0], [900.0], [np.nan]], dtype=np.float32), reference)
    np.testing.assert_allclose(found[:, 0], [0.0, -2.326, 2.326, 0.0], atol=0.01)


@given(st.integers(0, 2**32 - 1))
def test_any_rising_change_of_scale_leaves_the_standing_as_it_is(seed: int) -> None:
    draw = np.random.default_rng(seed)
    reference = draw.normal(size=(60, 3)).astype(np.float32)
    figures = draw.normal(size=(9, 3)).astype(np.float32)
    plain = standing(figures, reference)
    np.testing.assert_allclose(standing(figures * 8.0, reference * 8.0), plain, atol=1e-6)


def test_what_hardly_anybody_tells_says_nothing() -> None:
    reference = np.full((LEAST_REFERENCE * 2, 1), np.nan, dtype=np.float32)
    reference[: LEAST_REFERENCE - 1] = 1.0
    assert standing(np.array([[99.0]], dtype=np.float32), reference)[0, 0] == 0.0
