"""New STIX ids: random in use, repeatable in tests."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from typing import Final, TypeAlias

NewId: TypeAlias = Callable[[str], str]
"""Gives an id for an object of a type."""

_OBSERVABLES: Final = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")  # STIX 2.1, section 2.9


def random_id(kind: str) -> str:
    """An id with a version 4 UUID from the system's randomness."""
    return f"{kind}--{uuid.uuid4()}"


def repeatable_ids(seed: int) -> NewId:
    """Ids with version 4 UUIDs that come in the same order for the same seed; for tests and golden files only."""
    dice = random.Random(seed)  # noqa: S311 (repeatable on purpose, keeps nothing secret)

    def new(kind: str) -> str:
        return f"{kind}--{uuid4_from(dice.randbytes(16))}"

    return new


def uuid4_from(digest: bytes) -> uuid.UUID:
    """A UUID of version 4's form from the first 16 bytes."""
    return uuid.UUID(bytes=digest[:16], version=4)


def uuid4_text(digest: bytes) -> str:
    """The same as text, without making a UUID of it first, which takes several times as long."""
    digits = digest[:16].hex()
    variant = "89ab"[digest[8] >> 4 & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
