"""The digits at the end of a value that nobody can read, as bytes; two rules look at them, one after the other."""

from __future__ import annotations

import functools
from typing import Final

SIGNATURE_BYTES: Final = 256
"""64 slots of 32 bits."""
BLINDED_BYTES: Final = 32


@functools.lru_cache(maxsize=8)
def decoded(value: str) -> bytes:
    """The bytes after the last colon; none where these are not hexadecimal digits in small letters.

    Decoding and encoding again is quicker than a regular expression over hundreds of digits, and as strict.
    """
    digits = value.rpartition(":")[2]
    try:
        found = bytes.fromhex(digits)
    except ValueError:
        return b""
    return found if found.hex() == digits else b""
