"""Tokens by which an account holder reads how an appeal stands: unguessable, and kept only as digests.

A token is 32 random bytes, so that a plain digest cannot be turned back and looking one up by its digest tells nothing
about another.
"""

from __future__ import annotations

import secrets
from typing import Final

from blake3 import blake3

_PREFIX: Final = "swa_"


def new_token() -> str:
    """A token; it cannot be had again."""
    return _PREFIX + secrets.token_urlsafe(32)


def digest_of(*words: str) -> str:
    """What is kept of a token, or of a sender and its key."""
    return blake3("\0".join(words).encode(errors="replace")).hexdigest()
