"""Greedy peeling of a weighted graph of accounts and things, down to its densest block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stillwatch.traffic.kernel import inlined, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray


def densest_block(
    account: NDArray[np.int32], thing: NDArray[np.int32], weight: NDArray[np.float64], accounts: int
) -> tuple[NDArray[np.int64], float]:
    """The accounts of the densest block that peeling meets, and its density (weight of edges over number of nodes).

    Args:
        account: int32 [edges].
        thing: int32 [edges], numbered from 0.
        weight: float64 [edges], above 0.
        accounts: how many there are; those without an edge take no part.
    """
    things = int(thing.max()) + 1
    nodes, edges = accounts + things, len(account)
    ends = np.concatenate([account, thing + accounts]).astype(np.int64)
    others = np.concatenate([thing + accounts, account]).astype(np.int64)
    order = np.argsort(ends, kind="stable")
    starts = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(ends, minlength=nodes), out=starts[1:])
    doubled = np.concatenate([weight, weight])
    load = np.bincount(ends, doubled, nodes)
    present = np.diff(starts) > 0
    leaves = 1 << int(np.ceil(np.log2(max(nodes, 2))))
    tree = np.full(2 * leaves, np.inf)
    tree[leaves : leaves + nodes] = np.where(present, load, np.inf)
    removed = np.full(nodes, -1, np.int64)
    total = int(present.sum())
    density, kept_from = peel(
        starts, others[order], doubled[order], tree, leaves, total, float(weight.sum()), removed
    )
    members = np.flatnonzero(
        present[:accounts] & ((removed[:accounts] < 0) | (removed[:accounts] >= kept_from))
    )
    return members, float(density) if edges else 0.0


@kernel
def peel(
    starts: Any, others: Any, weights: Any, tree: Any, leaves: int, total: int, weight: float, removed: Any
) -> Any:
    """Remove the node of least load, over and over, and remember when what was left was densest.

    Args:
        starts: int64 [nodes + 1], where each node's edges begin.
        others: int64 [2 * edges], the other end of each.
        weights: float64 [2 * edges].
        tree: float64 [2 * leaves], loads in the second half; the rest becomes the lower of the two below.
        leaves: a power of two, at least as many as there are nodes.
        total: nodes that take part.
        weight: of all edges.
        removed: int64 [nodes], all -1; filled with the step at which each node left.

    Returns:
        The highest density, and the first step whose node still belongs to that block.
    """
    for i in range(leaves - 1, 0, -1):
        tree[i] = min(tree[2 * i], tree[2 * i + 1])
    best, best_step = weight / total, 0
    for step in range(total - 1):
        i = 1
        while i < leaves:
            i = 2 * i if tree[2 * i] <= tree[2 * i + 1] else 2 * i + 1
        node = i - leaves
        weight -= tree[i]
        removed[node] = step
        _set(tree, i, np.inf)
        for k in range(starts[node], starts[node + 1]):
            other = others[k]
            if removed[other] < 0:
                _set(tree, leaves + other, tree[leaves + other] - weights[k])
        density = weight / (total - step - 1)
        if density > best + 1e-12:
            best, best_step = density, step + 1
    return best, best_step


@inlined
def _set(tree: Any, i: Any, value: Any) -> None:
    """Set a leaf and mend the way up."""
    tree[i] = value
    i //= 2
    while i >= 1:
        lower = min(tree[2 * i], tree[2 * i + 1])
        if tree[i] == lower:
            break
        tree[i] = lower
        i //= 2
