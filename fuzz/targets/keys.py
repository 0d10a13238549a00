"""Keys, heads and proofs that somebody handed over."""

from __future__ import annotations

import contextlib

import orjson

from fuzz.files import folder
from stillwatch.errors import StillwatchError
from stillwatch.sharing.keys import read_public
from stillwatch.storage.ledger.entry import read_leaf
from stillwatch.storage.ledger.export import ENTRIES, HEADS
from stillwatch.storage.ledger.head import read_head
from stillwatch.storage.ledger.proof_file import verify_proof
from stillwatch.storage.ledger.signer import read_public_key
from stillwatch.storage.ledger.verify import verify_export

DESCRIPTION = "public keys, ledger heads, proofs and exports"


def attempt(data: bytes) -> None:
    """Read as each thing in turn; what an outsider gives must never be more than refused."""
    text = data.decode("latin-1")
    for read in (lambda: read_public_key(text), lambda: read_public(data, "key"), lambda: _proved(data)):
        with contextlib.suppress(StillwatchError):
            read()
    for name in (ENTRIES, HEADS):
        place = folder() / f"ledger-without-{name}"
        place.mkdir(exist_ok=True)
        (place / name).write_bytes(data)
        other = HEADS if name == ENTRIES else ENTRIES
        (place / other).write_bytes(b"")
        with contextlib.suppress(StillwatchError):
            verify_export(place, "00" * 32)
    with contextlib.suppress(ValueError):
        read_leaf(0, data)


def _proved(data: bytes) -> None:
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError:
        return
    if isinstance(document, dict):
        with contextlib.suppress(StillwatchError):
            read_head(document.get("head"), "proof")
        verify_proof(document, "00" * 32)
