"""The key of invented traffic: the same everywhere, for there is nobody to protect and figures must repeat."""

from __future__ import annotations

import hashlib

from stillwatch.traffic.pseudonyms import KEY_BYTES, Pseudonymiser


def fixed_key() -> Pseudonymiser:
    """Pseudonyms of a made world."""
    return Pseudonymiser(hashlib.blake2b(b"stillwatch range", digest_size=KEY_BYTES).digest())
