"""Signed heads: what a ledger was at one moment, in 32 bytes and a signature that anybody can check.

The signature (Ed25519) is over a label that keeps it from being taken for anything else, the log's id, and the
``TreeHeadDataV2`` of RFC 9162, section 4.10: milliseconds since 1970 and size as 8 bytes each, the root with its
length in one byte, and no extensions.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidSignature

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.storage.ledger.tree import HASH_SIZE

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_LABEL: Final = b"stillwatch ledger head v1\x00"
_NO_EXTENSIONS: Final = b"\x00\x00"


@dataclasses.dataclass(frozen=True, slots=True)
class SignedHead:
    """A ledger at one moment.

    Attributes:
        log_id: 32 hexadecimal digits, drawn when the ledger began.
        size: entries it has.
        root: the root of their tree, 32 bytes.
        ts: when, RFC 3339 in UTC; never earlier than the last entry.
        key_id: ``key_id`` of the public key that it was signed for.
        signature: 64 bytes.
    """

    log_id: str
    size: int
    root: bytes
    ts: str
    key_id: str
    signature: bytes

    def as_json(self) -> dict[str, Any]:
        """For files and programs; bytes in hexadecimal."""
        return {
            "log_id": self.log_id,
            "size": self.size,
            "root": self.root.hex(),
            "ts": self.ts,
            "key_id": self.key_id,
            "signature": self.signature.hex(),
        }

    def signed_by(self, key: Ed25519PublicKey) -> bool:
        """Whether that key signed it."""
        try:
            key.verify(self.signature, signed_bytes(self.log_id, self.size, self.root, self.ts))
        except (InvalidSignature, ValueError):
            return False
        return True


def read_head(found: object, where: str) -> SignedHead:
    """A head from what ``as_json`` gave.

    Raises:
        StillwatchError: it is none.
    """
    try:
        if not isinstance(found, Mapping):
            raise TypeError
        head = SignedHead(
            str(found["log_id"]),
            int(found["size"]),
            bytes.fromhex(found["root"]),
            str(found["ts"]),
            str(found["key_id"]),
            bytes.fromhex(found["signature"]),
        )
        signed_bytes(head.log_id, head.size, head.root, head.ts)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise StillwatchError(
            "this is no signed head", code="SW-LED-02", where=where, exit_code=ExitCode.UNREADABLE
        ) from error
    return head


def signed_bytes(log_id: str, size: int, root: bytes, ts: str) -> bytes:
    """What a head's signature is over.

    Raises:
        ValueError: a part is not of its form.
        OverflowError: the size does not fit into 8 bytes.
    """
    if len(root) != HASH_SIZE:
        raise ValueError("a root has 32 bytes")
    moment = datetime.datetime.fromisoformat(ts)
    millis = (moment - _EPOCH) // datetime.timedelta(milliseconds=1)
    return b"".join(
        (
            _LABEL,
            bytes.fromhex(log_id),
            millis.to_bytes(8, "big"),
            size.to_bytes(8, "big"),
            bytes((HASH_SIZE,)),
            root,
            _NO_EXTENSIONS,
        )
    )


def key_id(public_key: bytes) -> str:
    """A short name for a public key: the first 16 digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:16]


_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
