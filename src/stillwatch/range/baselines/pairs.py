"""Joins accounts that share something: capped pairs, connected components, single linkage."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from stillwatch.traffic.kernel import inlined, kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclasses.dataclass(frozen=True, slots=True)
class Incidence:
    """Which account did what, each pair once.

    Attributes:
        account: int32 [pairs].
        thing: int64 [pairs], numbered from 0.
        things: how many there are.
    """

    account: NDArray[np.int32]
    thing: NDArray[np.int64]
    things: int

    def shared(self, cap: int) -> Incidence:
        """Only things of at least two and at most ``cap`` accounts, numbered anew."""
        owners = np.bincount(self.thing, minlength=self.things)
        kept = (owners >= 2) & (owners <= cap)
        mask = kept[self.thing]
        return Incidence(self.account[mask], (np.cumsum(kept) - 1)[self.thing[mask]], int(kept.sum()))

    def matrix(self, accounts: int) -> sparse.csr_array:
        """Ones where an account did a thing, float32 [accounts, things]."""
        ones = np.ones(len(self.account), np.float32)
        return sparse.csr_array((ones, (self.account, self.thing)), shape=(accounts, self.things))


def incidence(account: NDArray[np.int32], codes: NDArray[np.uint64], least: int = 1) -> Incidence:
    """The distinct pairs of account and thing that occur at least that often; code 0 is nothing."""
    real = codes != 0
    _, thing = np.unique(codes[real], return_inverse=True)
    things = int(thing.max()) + 1 if len(thing) else 0
    keys, seen = np.unique(account[real].astype(np.int64) * max(things, 1) + thing, return_counts=True)
    keys = keys[seen >= least]
    return Incidence((keys // max(things, 1)).astype(np.int32), keys % max(things, 1), things)


def mixed(*columns: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One code for what several columns hold together; 0 where any of them has nothing."""
    value = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        value = (value ^ column) * np.uint64(0x9E3779B97F4A7C15)
        value ^= value >> np.uint64(29)
    value |= np.uint64(1)
    for column in columns:
        value[column == 0] = 0
    return value


def components(accounts: int, parts: Sequence[Incidence]) -> NDArray[np.int32]:
    """Number of the component of each account when whoever shares a thing is joined, int32 [accounts]."""
    rows, columns = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    things = accounts
    for part in parts:
        rows.append(part.account.astype(np.int64))
        columns.append(part.thing + things)
        things += part.things
    left, right = np.concatenate(rows), np.concatenate(columns)
    graph = sparse.coo_array((np.ones(len(left), np.int8), (left, right)), shape=(things, things))
    _, label = csgraph.connected_components(graph, directed=False)
    return np.unique(label[:accounts], return_inverse=True)[1].astype(np.int32).reshape(-1)


@inlined
def _root(parent: Any, node: Any) -> Any:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@kernel
def link_levels(
    left: Any, right: Any, level: Any, least: int, parent: Any, size: Any, following: Any, reached: Any
) -> None:
    """Single linkage: the highest level at which each account lies in a cluster of at least ``least`` accounts.

    Args:
        left: int32 [edges], one of the joined accounts, strongest edge first.
        right: int32 [edges], the other.
        level: float [edges], the strength.
        least: accounts of the smallest cluster that counts.
        parent: int32 [accounts], each its own number.
        size: int32 [accounts], all ones.
        following: int32 [accounts], all -1: chains the members of a cluster.
        reached: float64 [accounts], NaN; filled in.
    """
    for edge in range(len(left)):
        a, b = _root(parent, left[edge]), _root(parent, right[edge])
        if a == b:
            continue
        if size[a] < size[b]:
            a, b = b, a
        before_a, before_b = size[a], size[b]
        parent[b] = a
        size[a] = before_a + before_b
        if size[a] >= least:
            if before_a < least:
                _mark(a, following, reached, level[edge])
            if before_b < least:
                _mark(b, following, reached, level[edge])
        tail = b
        while following[tail] >= 0:
            tail = following[tail]
        following[tail] = following[a]
        following[a] = b


@inlined
def _mark(node: Any, following: Any, reached: Any, level: Any) -> None:
    while node >= 0:
        reached[node] = level
        node = following[node]


def single_linkage(
    left: NDArray[np.int32], right: NDArray[np.int32], level: NDArray[np.float64], accounts: int, least: int
) -> NDArray[np.float64]:
    """`link_levels` over edges in any order; NaN for accounts that no such cluster ever holds."""
    order = np.lexsort((right, left, -level))
    reached = np.full(accounts, np.nan)
    link_levels(
        left[order],
        right[order],
        level[order],
        least,
        np.arange(accounts, dtype=np.int32),
        np.ones(accounts, np.int32),
        np.full(accounts, -1, np.int32),
        reached,
    )
    return reached


def components_of_edges(
    left: NDArray[np.int32], right: NDArray[np.int32], accounts: int
) -> NDArray[np.int32]:
    """Number of the component of each account that has an edge, -1 for the others, int32 [accounts]."""
    graph = sparse.coo_array((np.ones(len(left), np.int8), (left, right)), shape=(accounts, accounts))
    _, label = csgraph.connected_components(graph, directed=False)
    group = np.full(accounts, -1, np.int32)
    joined = np.union1d(left, right)
    group[joined] = np.unique(label[joined], return_inverse=True)[1].reshape(-1)
    return group
