"""Ids that the hub gives: another one for each member's object, so that a number in an id says nothing.

The same member's id always becomes the same one here, without a table of what was given; without the hub's secret
nobody can tell which. Source of the form: STIX 2.1, section 2.9 (version 4 UUIDs for domain objects).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

_VERSION: Final = 4


class Ids:
    """Turns members' ids into the hub's.

    Args:
        secret: 32 bytes of this hub.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = hashlib.sha256(b"ids" + secret).digest()

    def given(self, identity: str, sent: str) -> str:
        """The hub's id for what a member calls by an id of its own.

        Args:
            identity: the member's STIX identity.
            sent: type, two hyphens and a UUID.
        """
        kind, _, _ = sent.partition("--")
        digest = hmac.digest(self._secret, f"{identity}\0{sent}".encode(), "sha256")
        digits = bytearray(digest[:16])
        digits[6] = digits[6] & 0x0F | _VERSION << 4
        digits[8] = digits[8] & 0x3F | 0x80
        text = digits.hex()
        return f"{kind}--{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"



def commitment(identity: str, salt: bytes) -> str:
    """A reporter as the log names it; who is told the salt can check it."""
    return "reporter:" + hashlib.sha256(salt + identity.encode()).hexdigest()
