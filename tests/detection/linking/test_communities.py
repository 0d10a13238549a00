from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sknetwork.clustering import Louvain

from stillwatch.detection.linking.communities import communities

LARGE, SMALL = 200, 5
LARGE_GROUPS, SMALL_GROUPS = 60, 1700


def planted(seed: int, density: float = 0.15) -> tuple[Any, Any, Any, Any]:
    """Edges and true groups of a graph of 20,500 nodes: cliques of five beside loose groups of two hundred."""
    rng = np.random.default_rng(seed)
    sizes = [LARGE] * LARGE_GROUPS + [SMALL] * SMALL_GROUPS
    truth = np.repeat(np.arange(len(sizes)), sizes)
    begin = np.concatenate(([0], np.cumsum(sizes)))
    left, right = [], []
    for group, size in enumerate(sizes):
        a, b = np.triu_indices(size, 1)
        taken = rng.random(a.size) < (density if size == LARGE else 1.0)
        left.append(a[taken] + begin[group])
        right.append(b[taken] + begin[group])
    # every small group is tied to the next by one edge, as templates are by people who use both
    first = begin[LARGE_GROUPS:-1]
    left.append(first)
    right.append(np.roll(first, -1) + 1)
    edges_left, edges_right = np.concatenate(left), np.concatenate(right)
    return edges_left, edges_right, rng.uniform(0.5, 1.0, edges_left.size), truth


def sets_of(labels: Any) -> set[frozenset[int]]:
    groups: dict[int, list[int]] = {}
    for node, label in enumerate(labels.tolist()):
        groups.setdefault(label, []).append(node)
    return {frozenset(nodes) for nodes in groups.values()}


def test_small_groups_survive_in_a_large_graph_where_modularity_merges_them() -> None:
    left, right, strength, truth = planted(1)
    assert truth.size > 20_000
    found = communities(left, right, strength, truth.size)
    expected = sets_of(truth)
    assert len(sets_of(found) & expected) >= 0.99 * len(expected)

    graph = sparse.coo_matrix((strength, (left, right)), shape=(truth.size, truth.size)).tocsr()
    by_modularity = Louvain(random_state=0).fit_predict(graph + graph.T)
    small = {group for group in expected if len(group) == SMALL}
    assert len(sets_of(by_modularity) & small) <= 0.05 * len(small)


def test_an_unrelated_part_of_the_graph_changes_nothing() -> None:
    left, right, strength, truth = planted(2)
    inside = left < 3 * LARGE
    part = communities(left[inside], right[inside], strength[inside], 3 * LARGE)
    whole = communities(left, right, strength, truth.size)
    assert part.tolist() == whole[: 3 * LARGE].tolist()


def test_the_numbering_of_nodes_does_not_matter_where_groups_are_clear() -> None:
    rng = np.random.default_rng(3)
    left, right, strength, truth = planted(3, density=0.35)
    number = rng.permutation(truth.size)
    order = rng.permutation(left.size)
    renamed = communities(number[left][order], number[right][order], strength[order], truth.size)
    assert sets_of(renamed[number]) == sets_of(communities(left, right, strength, truth.size))


def test_the_direction_of_an_edge_does_not_matter() -> None:
    left, right = np.array([0, 1, 2, 3]), np.array([1, 2, 0, 4])
    strength = np.full(4, 0.9)
    assert communities(right, left, strength, 5).tolist() == communities(left, right, strength, 5).tolist()


@pytest.mark.parametrize("nodes", [0, 3])
def test_a_graph_without_edges_has_no_communities(nodes: int) -> None:
    nothing = np.zeros(0, dtype=np.int64)
    assert communities(nothing, nothing, np.zeros(0), nodes).tolist() == [-1] * nodes


def test_a_node_without_edges_belongs_to_nothing() -> None:
    labels = communities(np.array([0, 3]), np.array([1, 4]), np.array([0.9, 0.9]), 6)
    assert labels.tolist() == [0, 0, -1, 1, 1, -1]
