"""Receipts: what proves to a member that an object it was given stands in the hub's log, and under what.

The proof has two steps: from the object to the root over its submission's objects, and from the submission's entry to a
signed head. Whoever checks it needs the hub's public key and nothing else (`check`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.hub.lookup import named
from stillwatch.hub.reporters import commitment
from stillwatch.hub.tables.objects import OBJECTS, OF_THE_HUB, SUBMISSIONS
from stillwatch.storage.ledger.head import read_head
from stillwatch.storage.ledger.proofs import includes, inclusion_proof
from stillwatch.storage.ledger.tree import Edge, leaf_hash

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from stillwatch.hub.live import LiveHub


def receipt(
    hub: LiveHub, identifier: str, version: str | None, collections: tuple[int, ...], *, opened: bool
) -> dict[str, Any] | None:
    """The receipt of an object that a member sent; None where there is none in these collections.

    Args:
        hub: the hub.
        identifier: the hub's id of the object.
        collections: numbers of those that may be looked into.
        version: its ``modified``; None for the latest.
        opened: with what opens the reporter's commitment.
    """
    sent_by_a_member = OBJECTS.c.submission != OF_THE_HUB
    wanted = sa.select(OBJECTS).where(
        named([identifier]), OBJECTS.c.collection.in_(collections), sent_by_a_member
    )
    wanted = wanted.where(OBJECTS.c.latest if version is None else OBJECTS.c.version == version)
    with hub.database.read() as connection:
        row = connection.execute(wanted.limit(1)).first()
        if row is None:
            return None
        sent = connection.execute(sa.select(SUBMISSIONS).where(SUBMISSIONS.c.number == row.submission)).one()
        together = sa.select(OBJECTS.c.added, OBJECTS.c.content).where(
            OBJECTS.c.submission == row.submission,
            OBJECTS.c.added.between(row.added - sent.stored, row.added + sent.stored),
        )
        contents = connection.execute(together.order_by(OBJECTS.c.added)).all()
    index = next(place for place, each in enumerate(contents) if each.added == row.added)
    leaves = [leaf_hash(bytes(each.content)) for each in contents]
    head = hub.ledger.head()
    entry = next(iter(hub.ledger.entries(sent.entry, sent.entry + 1)))
    found: dict[str, Any] = {
        "id": row.id,
        "version": row.version,
        "object_index": index,
        "objects": len(leaves),
        "object_path": [step.hex() for step in inclusion_proof(index, len(leaves), _subtree(leaves))],
        "entry": {"index": entry.index, "leaf": entry.leaf.decode()},
        "entry_path": [step.hex() for step in hub.ledger.inclusion(sent.entry, head.size)],
        "head": head.as_json(),
    }
    member = hub.directory.member(row.member)
    if opened and member is not None:
        found |= {"salt": bytes(sent.salt).hex(), "reporter": member.identity}
    return found


def check(found: Mapping[str, Any], content: bytes, key: Ed25519PublicKey) -> None:
    """Check a receipt.

    Args:
        found: as the hub gave it.
        content: the object's bytes, as they stood in the envelope.
        key: the hub's, which signs its log.

    Raises:
        StillwatchError: it does not prove what it should.
    """
    try:
        head = read_head(found["head"], "the receipt")
        leaf = str(found["entry"]["leaf"]).encode()
        said = json.loads(leaf)
        root = bytes.fromhex(said["details"]["objects_root"])
        objects = [bytes.fromhex(step) for step in found["object_path"]]
        entries = [bytes.fromhex(step) for step in found["entry_path"]]
        steps: tuple[bool, ...] = (
            head.signed_by(key),
            said["details"]["objects"] == found["objects"],
            includes(leaf_hash(content), found["object_index"], found["objects"], objects, root),
            includes(leaf_hash(leaf), found["entry"]["index"], head.size, entries, head.root),
            "salt" not in found or said["by"] == commitment(found["reporter"], bytes.fromhex(found["salt"])),
        )
    except (KeyError, TypeError, ValueError, RecursionError):
        steps = (False,)
    if not all(steps):
        raise StillwatchError(
            "the receipt does not prove that this object stands in the log",
            code="SW-HUB-52",
            hint="ask for it again; if it stays so, tell the other members",
            exit_code=ExitCode.REMOTE_FAILED,
        )


def _subtree(leaves: list[bytes]) -> Any:
    """Hashes of complete subtrees over a few leaves."""

    def hashed(level: int, place: int) -> bytes:
        edge = Edge()
        for leaf in leaves[place << level : (place + 1) << level]:
            edge.add(leaf)
        return edge.root()

    return hashed
