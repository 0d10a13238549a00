from __future__ import annotations

import numpy as np
import pytest

from stillwatch.detection.behaviour import neighbours
from stillwatch.detection.behaviour.closest import closest
from stillwatch.detection.behaviour.neighbours import nearest


def test_where_there_are_few_points_the_neighbours_are_the_true_ones() -> None:
    points = np.random.default_rng(3).normal(size=(400, 6)).astype(np.float32)
    index, distance = nearest(points, 300, 5)
    apart = np.linalg.norm(points[:300, None] - points[None], axis=2)
    apart[np.arange(300), np.arange(300)] = np.inf
    np.testing.assert_array_equal(index, np.argsort(apart, axis=1)[:, :5])
    np.testing.assert_allclose(distance, np.sort(apart, axis=1)[:, :5], rtol=1e-3, atol=1e-3)


def test_where_there_are_many_nearly_all_true_neighbours_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(5)
    centres = draw.normal(size=(40, 12)) * 3
    points = (centres[draw.integers(40, size=5000)] + draw.normal(size=(5000, 12))).astype(np.float32)
    true, _ = nearest(points, 1000, 10)
    monkeypatch.setattr(neighbours, "FEW", 1000)
    found, distance = nearest(points, 1000, 10)
    met = np.mean([np.isin(a, b).mean() for a, b in zip(true, found, strict=True)])
    assert met > 0.9
    assert (np.diff(distance, axis=1) >= 0).all()


def test_equal_points_are_neighbours_in_order_and_never_their_own() -> None:
    index, distance = nearest(np.zeros((4, 3), dtype=np.float32), 4, 3)
    np.testing.assert_array_equal(index, [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])
    assert not distance.any()


def test_a_point_alone_has_no_neighbours() -> None:
    index, distance = nearest(np.zeros((1, 3), dtype=np.float32), 1, 4)
    assert (index == -1).all()
    assert np.isinf(distance).all()


@pytest.mark.parametrize("width", [2, 21, 64, 65, 700])
def test_one_pass_finds_the_smallest_in_order_and_tells_where_the_last_is_tied(width: int) -> None:
    draw = np.random.default_rng(width)
    product = draw.integers(0, 40, (30, width)).astype(np.float32)
    asked, among = (draw.integers(0, 9, n).astype(np.float32) for n in (30, width))
    own, count = draw.integers(0, width, 30), min(20, width - 1)
    few, value = np.empty((30, count), dtype=np.int64), np.empty((30, count), dtype=np.float32)
    tied = np.empty(30, dtype=np.bool_)
    closest(product, asked, among, own, few, value, tied)
    apart = asked[:, None] + among - 2 * product
    apart[np.arange(30), own] = np.inf
    order = np.argsort(apart, axis=1, kind="stable")
    np.testing.assert_array_equal(few, order[:, :count])
    ascending = np.take_along_axis(apart, order, axis=1)
    np.testing.assert_array_equal(value, ascending[:, :count])
    np.testing.assert_array_equal(tied, ascending[:, count - 1] == ascending[:, count])
