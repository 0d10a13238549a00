"""Signed requests (RFC 9421) as a stranger writes them."""

from __future__ import annotations

import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fuzz.http import requested
from stillwatch.sharing.signing import verify

DESCRIPTION = "HTTP message signatures"


_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
_NOW = datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)


def attempt(data: bytes) -> None:
    """Nobody has signed these, so nothing but a refusal can follow."""
    method, where, headers, body = requested(data)
    lines = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
    verify(method, f"http://hub.example.com{where}", lines, body, lambda _: _KEY, _NOW)
    raise AssertionError("a signature was made without the key")
