"""The nearest points of each point: exactly where there are few, within the nearest cells where there are many."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from stillwatch.detection.behaviour.closest import closest

FEW: Final = 12_000
_BLOCK: Final = 1024
_PROBES: Final = 4
_MOST_CELLS: Final = 48  # looked through for one: where nothing has structure, all would be
_ROUNDS: Final = 6
_TRAINING: Final = 20_000
_SEED: Final = 20_260_302


def nearest(points: Any, queries: int, count: int) -> tuple[Any, Any]:
    """The nearest other points of the first so many points, by Euclidean distance.

    Beyond `FEW` points only the cells nearest to a point are looked through (inverted file: Jégou, Douze and Schmid
    2011, doi:10.1109/TPAMI.2010.57), which misses a few of the true neighbours.

    Args:
        points: float32 (n, width).
        queries: of which of them, the first so many.
        count: how many neighbours, below n.

    Returns:
        int64 (queries, count) and float32 (queries, count): nearest first; -1 and infinity where there are too few.
    """
    if points.shape[0] <= FEW:
        return _exact(points, np.arange(queries), np.arange(points.shape[0]), count)
    centres = _centres(points)
    near = _nearest_centres(points, centres, _PROBES)
    order = np.argsort(near[:, 0], kind="stable")
    begins = np.searchsorted(near[order, 0], np.arange(centres.shape[0] + 1))
    index = np.full((queries, count), -1, dtype=np.int64)
    distance = np.full((queries, count), np.inf, dtype=np.float32)
    for cell in range(centres.shape[0]):
        ours = np.sort(order[begins[cell] : begins[cell + 1]])
        ours = ours[ours < queries]
        if not ours.size:
            continue
        cells, named = np.unique(near[ours], return_counts=True)
        cells = cells[np.argsort(-named, kind="stable")[:_MOST_CELLS]]
        among = np.sort(np.concatenate([order[begins[c] : begins[c + 1]] for c in cells.tolist()]))
        index[ours], distance[ours] = _exact(points, ours, among, count)
    return index, distance


def _exact(points: Any, asked: Any, among: Any, count: int) -> tuple[Any, Any]:
    """Neighbours of some points among some points, ties by number."""
    base = points[among]
    square = np.einsum("ij,ij->i", base, base)
    index = np.full((asked.size, count), -1, dtype=np.int64)
    distance = np.full((asked.size, count), np.inf, dtype=np.float32)
    taken = min(count, among.size - 1)
    if taken < 1:
        return index, distance
    place = np.searchsorted(among, asked)
    for begin in range(0, asked.size, _BLOCK):
        here = slice(begin, begin + _BLOCK)
        part = points[asked[here]]
        lone = np.einsum("ij,ij->i", part, part)
        product = part @ base.T
        few = np.empty((part.shape[0], taken), dtype=np.int64)
        value = np.empty((part.shape[0], taken), dtype=np.float32)
        tied = np.empty(part.shape[0], dtype=np.bool_)
        closest(product, lone, square, place[here], few, value, tied)
        for row in np.flatnonzero(tied).tolist():
            few[row], value[row] = _partitioned(
                lone[row] + square - 2.0 * product[row], place[begin + row], taken
            )
        index[here, :taken] = among[few]
        distance[here, :taken] = np.sqrt(np.maximum(value, 0.0))
    return index, distance


def _partitioned(apart: Any, own: int, taken: int) -> tuple[Any, Any]:
    """The nearest where several stand equally far and not all can be taken: those that a partition takes."""
    apart[own] = np.inf
    few = np.argpartition(apart, taken - 1)[:taken]
    order = np.lexsort((few, apart[few]))
    return few[order], apart[few[order]]


def _centres(points: Any) -> Any:
    """Centres of about as many cells as the root of the number of points (k-means on a sample)."""
    draw = np.random.Generator(np.random.PCG64(_SEED))
    sample = points[np.sort(draw.choice(points.shape[0], min(_TRAINING, points.shape[0]), replace=False))]
    centres = sample[draw.choice(sample.shape[0], int(np.sqrt(points.shape[0])), replace=False)]
    for _ in range(_ROUNDS):
        cell = _nearest_centres(sample, centres, 1)[:, 0]
        size = np.bincount(cell, minlength=centres.shape[0])
        total = np.column_stack([np.bincount(cell, column, centres.shape[0]) for column in sample.T])
        filled = size > 0
        centres[filled] = (total[filled] / size[filled, None]).astype(np.float32)
    return centres


def _nearest_centres(points: Any, centres: Any, count: int) -> Any:
    """int64 (n, count): the nearest centres of each point."""
    square = np.einsum("ij,ij->i", centres, centres)
    out = np.empty((points.shape[0], count), dtype=np.int64)
    for begin in range(0, points.shape[0], _BLOCK):
        apart = square - 2.0 * (points[begin : begin + _BLOCK] @ centres.T)
        each = np.arange(apart.shape[0])
        for k in range(count):
            out[begin : begin + _BLOCK, k] = nearest = apart.argmin(axis=1)  # the first of equals
            apart[each, nearest] = np.inf
    return out
