from __future__ import annotations

import numpy as np
import pytest

from stillwatch.reporting.charts.graph_layout import force_layout, spread


def _distance(points: np.ndarray, one: int, other: int) -> float:
    return float(np.linalg.norm(points[one] - points[other]))


@pytest.mark.parametrize("nodes", [0, 1, 2, 3, 60])
def test_positions_lie_in_the_unit_square(nodes: int):
    points = force_layout(nodes, [(0, 1, 1.0)] if nodes > 1 else [])
    assert points.shape == (nodes, 2)
    assert np.isfinite(points).all()
    assert ((points >= 0) & (points <= 1)).all()


def test_the_same_graph_gives_the_same_positions():
    edges = [(number, (number * 7) % 40, 0.5) for number in range(1, 40)]
    assert np.array_equal(force_layout(40, edges), force_layout(40, edges))


def test_two_groups_that_share_no_link_lie_apart():
    groups = (range(5), range(5, 10))
    edges = [(a, b, 1.0) for group in groups for a in group for b in group if a < b]
    points = force_layout(10, edges)
    within = max(_distance(points, a, b) for a, b, _ in edges)
    between = np.linalg.norm(points[:5].mean(axis=0) - points[5:].mean(axis=0))
    assert between > within


def test_crowded_points_are_moved_apart_within_the_corners():
    points = np.column_stack((np.linspace(50, 60, 12), np.linspace(50, 52, 12)))
    low, high = np.array([10.0, 10.0]), np.array([200.0, 200.0])
    moved = spread(points, gap=15, low=low, high=high)
    assert min(_distance(moved, a, b) for a in range(12) for b in range(a)) > 14
    assert ((moved >= low) & (moved <= high)).all()
