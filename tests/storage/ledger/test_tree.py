"""The Merkle tree and its proofs: published vectors, the RFC's recursive definitions, and any size."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.storage.ledger.vectors import CONSISTENCY, INCLUSION, LEAVES, ROOTS

from stillwatch.storage.ledger.proofs import consistency_proof, consistent, includes, inclusion_proof
from stillwatch.storage.ledger.tree import EMPTY_ROOT, Edge, leaf_hash, root_of


def mth(leaves: list[bytes]) -> bytes:
    """Section 2.1.1, word by word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def subtree_of(leaves: list[bytes]):
    return lambda level, place: mth(leaves[place << level : (place + 1) << level])


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_published_vectors(size):
    assert root_of(LEAVES[:size]) == ROOTS[size - 1]


def test_a_tree_without_leaves_has_the_hash_of_nothing():
    assert root_of([]) == EMPTY_ROOT == hashlib.sha256(b"").digest()


@pytest.mark.parametrize(("at", "path"), INCLUSION.items())
def test_inclusion_proofs_are_those_of_the_published_vectors(at, path):
    index, size = at
    made = inclusion_proof(index, size, subtree_of(LEAVES))
    assert [step.hex() for step in made] == list(path)
    assert includes(leaf_hash(LEAVES[index]), index, size, made, ROOTS[size - 1])


@pytest.mark.parametrize(("at", "path"), CONSISTENCY.items())
def test_consistency_proofs_are_those_of_the_published_vectors(at, path):
    old, new = at
    made = consistency_proof(old, new, subtree_of(LEAVES))
    assert [step.hex() for step in made] == list(path)
    assert consistent(old, new, ROOTS[old - 1], ROOTS[new - 1], made)


leaves_of_any_size = st.integers(1, 70).map(lambda size: [f"leaf {n}".encode() for n in range(size)])


@settings(deadline=None, max_examples=60)
@given(leaves_of_any_size)
def test_the_growing_edge_has_the_root_of_the_recursive_definition(leaves):
    edge = Edge()
    for leaf in leaves:
        edge.add(leaf_hash(leaf))
    assert edge.root() == mth(leaves)
    again = Edge.unpacked(edge.size, edge.packed())
    again.add(leaf_hash(b"one more"))
    assert again.root() == mth([*leaves, b"one more"])
    assert all(hash_ == mth(leaves[p << level : (p + 1) << level]) for level, p, hash_ in edge.made)


@settings(deadline=None, max_examples=60)
@given(leaves_of_any_size, st.data())
def test_every_leaf_is_proven_and_no_other_is(leaves, data):
    size = len(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_proof(index, size, subtree_of(leaves))
    leaf, root = leaf_hash(leaves[index]), mth(leaves)
    assert includes(leaf, index, size, path, root)
    bit = data.draw(st.integers(0, 255))
    assert not includes(flipped(leaf, bit), index, size, path, root)
    assert not includes(leaf, index, size, path, flipped(root, bit))
    assert not includes(leaf, index, size, (*path, root), root)
    if path:
        step = data.draw(st.integers(0, len(path) - 1))
        broken = (*path[:step], flipped(path[step], bit), *path[step + 1 :])
        assert not includes(leaf, index, size, broken, root)
        assert not includes(leaf, index, size, path[:-1], root)
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert not includes(leaf, other, size, path, root)


@settings(deadline=None, max_examples=60)
@given(leaves_of_any_size, st.data())
def test_a_tree_is_shown_to_have_grown_out_of_an_earlier_one_and_of_no_other(leaves, data):
    new = len(leaves)
    old = data.draw(st.integers(1, new))
    path = consistency_proof(old, new, subtree_of(leaves))
    before, after = mth(leaves[:old]), mth(leaves)
    assert consistent(old, new, before, after, path)
    bit = data.draw(st.integers(0, 255))
    assert not consistent(old, new, flipped(before, bit), after, path)
    assert not consistent(old, new, before, flipped(after, bit), path)
    assert not consistent(old, new, before, after, (*path, after))
    if path:
        step = data.draw(st.integers(0, len(path) - 1))
        broken = (*path[:step], flipped(path[step], bit), *path[step + 1 :])
        assert not consistent(old, new, before, after, broken)
        assert not consistent(old, new, before, after, path[:-1])


def test_proofs_of_what_is_not_there_are_refused():
    subtree = subtree_of(LEAVES)
    for index, size in ((8, 8), (-1, 8), (0, 0)):
        with pytest.raises(ValueError, match="outside"):
            inclusion_proof(index, size, subtree)
        assert not includes(ROOTS[0], index, size, (), ROOTS[0])
    for old, new in ((0, 8), (9, 8), (-1, 1)):
        with pytest.raises(ValueError, match="grows"):
            consistency_proof(old, new, subtree)
    assert not consistent(9, 8, ROOTS[0], ROOTS[0], ())
    assert not consistent(3, 8, ROOTS[2], ROOTS[7], ())
    assert not consistent(-4, 8, ROOTS[3], ROOTS[7], ())
    assert consistent(0, 8, EMPTY_ROOT, ROOTS[7], ())
    assert not consistent(0, 8, ROOTS[0], ROOTS[7], ())
    with pytest.raises(ValueError, match="bits"):
        Edge(3, [b"x"])
