"""The keys of a ledger, as its own entries tell: which one it began with, and which one handed over to which.

Whoever trusts one key trusts those that it handed over to, and what came before is covered by heads that these signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from stillwatch.storage.ledger.signer import Signer, handover_bytes

RESERVED: Final = "ledger-"
OPENED: Final = "ledger-opened"
KEY: Final = "ledger-key"


def opened(log_id: str) -> dict[str, Any]:
    """Details of a ledger's first entry."""
    return {"log_id": log_id, "hash": "sha-256", "tree": "RFC 9162"}


def first_key(signer: Signer) -> dict[str, Any]:
    """Details of the entry for the first key."""
    return {"public_key": signer.public_key, "before": "", "handover": ""}


def handed_over(log_id: str, old: Signer, new: Signer) -> dict[str, Any]:
    """Details of the entry by which one key names the next."""
    return {
        "public_key": new.public_key,
        "before": old.public_key,
        "handover": old.hand_over(log_id, new.public_key),
    }


class KeyChain:
    """The keys of one ledger, one after the other.

    Args:
        log_id: the ledger's.
        trusted: the public key that whoever checks got from elsewhere.

    Attributes:
        keys: public keys so far.
    """

    def __init__(self, log_id: str, trusted: str) -> None:
        self._log_id = log_id
        self._trusted = trusted
        self.keys: list[str] = []

    @property
    def current(self) -> str:
        """The key that signs now; empty before the first."""
        return self.keys[-1] if self.keys else ""

    @property
    def holds(self) -> bool:
        """Whether the trusted key is one of them."""
        return self._trusted in self.keys

    def take(self, details: Mapping[str, Any]) -> str:
        """Follow the details of an entry about a key.

        Returns:
            What is wrong with it; empty where nothing is.
        """
        key, before = str(details.get("public_key", "")), str(details.get("before", ""))
        if before != self.current:
            return "a key follows another than the one before it"
        if before and not _vouched(details, self._log_id, before, key):
            return "a key was not vouched for by the one before it"
        if not _is_key(key):
            return "a key is none"
        self.keys.append(key)
        return ""


def _vouched(details: Mapping[str, Any], log_id: str, before: str, key: str) -> bool:
    try:
        old = Ed25519PublicKey.from_public_bytes(bytes.fromhex(before))
        old.verify(bytes.fromhex(str(details.get("handover"))), handover_bytes(log_id, before, key))
    except (InvalidSignature, ValueError):
        return False
    return True


def _is_key(text: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(text))
    except ValueError:
        return False
    return True
