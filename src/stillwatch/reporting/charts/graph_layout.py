"""Where a graph's dots go: a force layout that gives the same picture on every machine."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]

STEPS: Final = 140
GRAVITY: Final = 0.9
GOLDEN_ANGLE: Final = np.pi * (3 - np.sqrt(5))


def force_layout(nodes: int, edges: list[tuple[int, int, float]]) -> Points:
    """Positions in the unit square for a small graph, linked nodes near each other.

    Fruchterman and Reingold's forces with a pull to the middle, from a fixed spiral. Positions are
    rounded at every step: sums differ in their last bits between processors, and unrounded those
    bits would grow into another picture.

    Args:
        nodes: how many there are, a few dozen at most (each step compares all pairs).
        edges: pairs of node numbers with a pull of 0 to 1.
    """
    order = np.arange(nodes)
    radius = np.sqrt((order + 0.5) / max(nodes, 1)) * 0.5
    points = np.column_stack((radius * np.cos(order * GOLDEN_ANGLE), radius * np.sin(order * GOLDEN_ANGLE)))
    pull = _pull_matrix(nodes, edges)
    spacing = 1 / np.sqrt(max(nodes, 1))
    for step in range(STEPS):
        apart = points[:, None, :] - points[None, :, :]
        distance = np.sqrt((apart**2).sum(axis=2)) + 1e-3
        strength = spacing**2 / distance**2 - pull * distance / spacing
        force = (apart * strength[:, :, None]).sum(axis=1) - GRAVITY * points * spacing
        length = np.sqrt((force**2).sum(axis=1, keepdims=True)) + 1e-9
        heat = 0.12 * (1 - step / STEPS)
        points = np.round(points + force / length * np.minimum(length, heat), 5)
    return _into_unit_square(points)


def spread(points: Points, *, gap: float, low: Points, high: Points) -> Points:
    """Pixel positions moved apart until no two are nearer than a gap, inside the given corners."""
    points = points.copy()
    for _ in range(60):
        apart = points[:, None, :] - points[None, :, :]
        distance = np.sqrt((apart**2).sum(axis=2)) + 1e-3
        overlap = np.clip(gap - distance, 0, None)
        np.fill_diagonal(overlap, 0)
        if not overlap.any():
            break
        push = (apart / distance[:, :, None] * overlap[:, :, None] * 0.5).sum(axis=1)
        points = np.clip(np.round(points + push, 3), low, high)
    return points


def _pull_matrix(nodes: int, edges: list[tuple[int, int, float]]) -> Points:
    pull = np.zeros((nodes, nodes))
    for left, right, weight in edges:
        pull[left, right] = pull[right, left] = max(pull[left, right], weight)
    return pull


def _into_unit_square(points: Points) -> Points:
    if len(points) < 2:
        return np.full_like(points, 0.5)
    low, high = points.min(axis=0), points.max(axis=0)
    span = np.where(high - low < 1e-6, 1.0, high - low)
    # a line of dots (two accounts, a chain) stays in the middle of the direction it does not use
    return np.where(high - low < 1e-6, 0.5, (points - low) / span)
