"""Communities in a weighted graph that survive the resolution limit.

Modularity merges small communities in large graphs (Fortunato and Barthélemy 2007, doi:10.1073/pnas.0605965104); the
constant Potts model (Traag, Van Dooren and Nesterov 2011, arXiv 1104.3811) does not: a community is what is denser
inside than ``gamma``, however large the graph. Optimised by queued local moves and aggregation, the first half of
Leiden (Traag et al. 2019, arXiv 1810.08473); its refinement is replaced by splitting what is not connected. Own code,
because the permissively licensed libraries either optimise modularity only or refine in interpreted Python.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from stillwatch.traffic.kernel import allocating

GAMMA: Final = 0.05
_LEVELS: Final = 12


@allocating
def _move(indptr: Any, indices: Any, data: Any, size: Any, gamma: float, labels: Any) -> int:
    """Move nodes to the neighbouring community that gains most until none gains; returns how many moved."""
    n = size.size
    inside = size.copy()
    weight_to = np.zeros(n)
    touched = np.empty(n, dtype=np.int64)
    queue = np.empty(n, dtype=np.int64)
    waiting = np.ones(n, dtype=np.bool_)
    for v in range(n):
        queue[v] = v
    head = 0
    count = n
    moved = 0
    budget = 60 * n + 1000
    while count > 0 and budget > 0:
        budget -= 1
        v = queue[head]
        head = (head + 1) % n
        count -= 1
        waiting[v] = False
        own = labels[v]
        n_touched = 0
        for k in range(indptr[v], indptr[v + 1]):
            u = indices[k]
            if u == v:
                continue
            c = labels[u]
            if weight_to[c] == 0.0:
                touched[n_touched] = c
                n_touched += 1
            weight_to[c] += data[k]
        best = own
        best_gain = weight_to[own] - gamma * size[v] * (inside[own] - size[v])
        for k in range(n_touched):
            c = touched[k]
            if c == own:
                continue
            gain = weight_to[c] - gamma * size[v] * inside[c]
            if gain > best_gain + 1e-9:
                best_gain = gain
                best = c
        for k in range(n_touched):
            weight_to[touched[k]] = 0.0
        if best != own:
            labels[v] = best
            inside[own] -= size[v]
            inside[best] += size[v]
            moved += 1
            for k in range(indptr[v], indptr[v + 1]):
                u = indices[k]
                if labels[u] != best and not waiting[u]:
                    waiting[u] = True
                    queue[(head + count) % n] = u
                    count += 1
    return moved


def communities(left: Any, right: Any, strength: Any, nodes: int, gamma: float = GAMMA) -> Any:
    """Group the nodes of a graph.

    The communities of one connected part do not depend on the rest of the graph.

    Args:
        left: int (edges), right int (edges): node numbers below ``nodes``.
        right: see ``left``.
        strength: float (edges), 0 to 1.
        nodes: how many nodes there are.
        gamma: least inner density of a community.

    Returns:
        int32 (nodes): community of each node, numbered from 0 by first node; -1 for nodes that no edge touches.
    """
    if left.size == 0:
        return np.full(nodes, -1, dtype=np.int32)
    graph = sparse.coo_matrix((strength, (left, right)), shape=(nodes, nodes)).tocsr()
    graph = graph.maximum(graph.T).tocsr()
    touched = np.diff(graph.indptr) > 0
    labels = np.arange(nodes)
    level, size = graph, np.ones(nodes)
    for _ in range(_LEVELS):
        level_labels = np.arange(size.size)
        if _move(level.indptr, level.indices, level.data, size, gamma, level_labels) == 0:
            break
        level_labels = _renumbered(level_labels)
        labels = level_labels[labels]
        member = sparse.csr_matrix((np.ones(size.size), (np.arange(size.size), level_labels)))
        size = np.asarray(member.T @ size).ravel()
        level = (member.T @ level @ member).tocsr()
    coo = graph.tocoo()
    same = labels[coo.row] == labels[coo.col]
    inner = sparse.coo_matrix((coo.data[same], (coo.row[same], coo.col[same])), shape=graph.shape)
    _, labels = connected_components(inner, directed=False)
    out = np.full(nodes, -1, dtype=np.int32)
    out[touched] = _renumbered(labels[touched])
    return out


def _renumbered(labels: Any) -> Any:
    """Labels numbered by first appearance."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(first.size, dtype=np.int64)
    rank[np.argsort(first)] = np.arange(first.size)
    return rank[inverse]
