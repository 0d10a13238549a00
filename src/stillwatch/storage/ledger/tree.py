"""The Merkle tree of RFC 9162 as pure arithmetic on hashes: leaves, nodes, and its right edge as it grows.

The edge of a tree of n leaves is the list of the complete subtrees it consists of, one for each bit of n that is set,
the largest first. It is all that is needed to append and to know the root.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

HASH_SIZE: Final = 32
LOWEST_KEPT: Final = 3
"""Subtrees of fewer than 2³ leaves are hashed again when needed; keeping them would take four times as much."""

EMPTY_ROOT: Final = hashlib.sha256().digest()
"""The root of a tree without leaves (RFC 9162, section 2.1.1)."""

Node: TypeAlias = tuple[int, int, bytes]
"""A complete subtree: its level (0 is a leaf), its place among those of the level, its hash."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf: SHA-256 of 0x00 and its bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node: SHA-256 of 0x01 and both hashes below it."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of_edge(edge: Sequence[bytes]) -> bytes:
    """The root of a tree by its edge."""
    if not edge:
        return EMPTY_ROOT
    root = edge[-1]
    for left in reversed(edge[:-1]):
        root = node_hash(left, root)
    return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaves, level by level: a node without a neighbour goes up as it is (RFC 9162, section 2.1.1)."""
    sha256 = hashlib.sha256
    level = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        if len(level) & 1:
            above.append(level[-1])
        level = above
    return level[0]


class Edge:
    """The right edge of a growing tree.

    Args:
        size: leaves there are already.
        hashes: the edge at that size.

    Attributes:
        made: nodes of at least ``LOWEST_KEPT`` levels that were completed since it was last emptied.
    """

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.hashes = list(hashes)
        if len(self.hashes) != size.bit_count():
            raise ValueError("an edge has as many hashes as its size has bits")
        self.made: list[Node] = []

    @classmethod
    def unpacked(cls, size: int, packed: bytes) -> Edge:
        """An edge from its hashes one after the other."""
        return cls(size, (packed[at : at + HASH_SIZE] for at in range(0, len(packed), HASH_SIZE)))

    def packed(self) -> bytes:
        """Its hashes one after the other."""
        return b"".join(self.hashes)

    def add(self, hash_: bytes) -> None:
        """Append a leaf by its hash."""
        sha256, hashes, place, level = hashlib.sha256, self.hashes, self.size, 0
        self.size += 1
        while place & 1:
            hash_ = sha256(b"\x01" + hashes.pop() + hash_).digest()
            place >>= 1
            level += 1
            if level >= LOWEST_KEPT:
                self.made.append((level, place, hash_))
        hashes.append(hash_)

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        return root_of_edge(self.hashes)
