"""Commitments: what the ledger keeps of keys before they are used, so that none can be chosen afterwards.

An epoch's slots are the leaves of a Merkle tree (as in RFC 9162, section 2.1); the ledger has the root, the number of
slots, the hash of the decoys' seed and the watermark's settings. Which cluster a slot went to is a hash that the slot's
secret opens. Nothing of it says anything about a key that is not opened.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from stillwatch.attribution.keys.secrets import purpose_key, slot_secret
from stillwatch.storage.ledger.proofs import includes, inclusion_proof
from stillwatch.storage.ledger.tree import leaf_hash, root_of

_SLOT: Final = "stillwatch key slot v1"
_DECOYS: Final = b"stillwatch decoys v1\x00"


class SlotTree:
    """The tree over an epoch's slots.

    Args:
        master: the master secret.
        epoch: its name.
        slots: how many there are.
    """

    def __init__(self, master: bytes, epoch: str, slots: int) -> None:
        self._leaves = [_leaf(epoch, slot, slot_secret(master, epoch, slot)) for slot in range(slots)]
        self.root = root_of(self._leaves)

    def path(self, slot: int) -> tuple[bytes, ...]:
        """What shows that a slot is in the tree."""
        return inclusion_proof(slot, len(self._leaves), self._subtree)

    def _subtree(self, level: int, place: int) -> bytes:
        return root_of(self._leaves[place << level : (place + 1) << level])


def in_tree(epoch: str, slot: int, secret: bytes, slots: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a secret is that of a slot, by its path."""
    return includes(leaf_hash(_leaf(epoch, slot, secret)), slot, slots, path, root)


def decoys_commitment(seed: bytes) -> bytes:
    """What the ledger keeps of the seed of an epoch's decoys."""
    return hashlib.sha256(_DECOYS + seed).digest()


def assignment_commitment(secret: bytes, epoch: str, slot: int, cluster: str) -> bytes:
    """What the ledger keeps of who got a slot."""
    said = f"stillwatch assignment v1: {epoch} {slot} {cluster}".encode()
    return hmac.digest(purpose_key(secret, "assignment", 32), said, hashlib.sha256)


def _leaf(epoch: str, slot: int, secret: bytes) -> bytes:
    return f"{_SLOT}: {epoch} {slot} ".encode() + secret
