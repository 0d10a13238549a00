"""Checks on receipt that an object stands in the hub's log, and that the log says its member signed it.

From the object to the root over its submission, from the submission's entry to a head that the hub signed (RFC 9162,
sections 2.1.3 and 4.10). Whoever runs the hub could not slip an object in without the witnesses seeing it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger.head import read_head
from stillwatch.storage.ledger.proofs import includes
from stillwatch.storage.ledger.tree import leaf_hash
from stillwatch.storage.received.records import SignatureState

if TYPE_CHECKING:
    from stillwatch.sharing.client.transport import HubConnection

_SIGNED: Final = ("signature", "certificate")


class Receipts:
    """Asks for receipts and checks them.

    Args:
        hub: the connection.
        log_key: public key of the hub's log, in hex.

    Raises:
        StillwatchError: SW-SHARE-05 it is no key.
    """

    def __init__(self, hub: HubConnection, log_key: str) -> None:
        self._hub = hub
        try:
            self._key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(log_key))
        except ValueError as error:
            raise StillwatchError(
                "`log_key` is no public key",
                code="SW-SHARE-05",
                hint="`stillwatch hub init` printed it: 64 hex digits; ask the hub's operator",
            ) from error

    def state(self, obj: Mapping[str, Any]) -> SignatureState:
        """What the log says about an object.

        Raises:
            StillwatchError: the hub does not answer.
        """
        found = self._hub.get(f"/v1/objects/{obj['id']}/receipt", {"version": str(obj["modified"])}).body
        proof = proven(found, orjson.dumps(obj), self._key)
        if proof is None:
            return SignatureState.INVALID
        return SignatureState.VERIFIED if proof in _SIGNED else SignatureState.UNSIGNED


def proven(receipt: Mapping[str, Any], content: bytes, key: Ed25519PublicKey) -> str | None:
    """How the object's submission was proven to be its member's, as the log says; None where the receipt does not hold.

    Args:
        receipt: as the hub gave it.
        content: the object in the bytes in which the hub gives it out.
        key: of the hub's log.
    """
    try:
        head = read_head(receipt["head"], "the receipt")
        leaf = str(receipt["entry"]["leaf"]).encode()
        details = json.loads(leaf)["details"]
        within = [bytes.fromhex(step) for step in receipt["object_path"]]
        above = [bytes.fromhex(step) for step in receipt["entry_path"]]
        root = bytes.fromhex(details["objects_root"])
        holds = (
            head.signed_by(key)
            and details["objects"] == receipt["objects"]
            and includes(leaf_hash(content), receipt["object_index"], receipt["objects"], within, root)
            and includes(leaf_hash(leaf), receipt["entry"]["index"], head.size, above, head.root)
        )
        return str(details["proof"]) if holds else None
    except (KeyError, TypeError, ValueError, RecursionError, StillwatchError):
        return None
