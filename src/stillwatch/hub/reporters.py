"""How the log names a reporter: by a commitment that nobody can open without its salt, which auditors are told."""

from __future__ import annotations

import hashlib

SALT_BYTES = 16


def commitment(identity: str, salt: bytes) -> str:
    """Stands in the log for who sent something; another one for each submission.

    Args:
        identity: the member's STIX identity.
        salt: random bytes of one submission.
    """
    return "reporter:" + hashlib.sha256(salt + identity.encode()).hexdigest()
