"""From one master secret to every key: HKDF (RFC 5869) with SHA-256, a label for each step.

``master ─► slot of an epoch ─► purpose``. Nothing that is derived says anything about its siblings, so a slot can be
opened without touching the others.
"""

from __future__ import annotations

import dataclasses
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_BYTES: Final = 32
WATERMARK: Final = "watermark"
CANARY: Final = "canary"
DEFAULT: Final = "default"
"""The cluster of everybody who is not suspected."""


@dataclasses.dataclass(frozen=True, slots=True)
class OpenedKey:
    """A slot's secret and whose it was; what a test under one key needs.

    Attributes:
        cluster: the label of a suspected cluster, such as a campaign's id; ``default`` for everybody else.
        epoch: in which it was served.
        secret: 32 bytes, from which the keys for each purpose are derived.
    """

    cluster: str
    epoch: str
    secret: bytes = dataclasses.field(repr=False)


def slot_secret(master: bytes, epoch: str, slot: int) -> bytes:
    """The secret of a serving slot, 32 bytes."""
    return _derive(master, f"slot {slot} of {epoch}")


def decoy_seed(master: bytes, epoch: str) -> bytes:
    """What an epoch's decoys are derived from, 32 bytes; it can be opened without opening any slot."""
    return _derive(master, f"decoys of {epoch}")


def decoy_secrets(seed: bytes, count: int) -> tuple[bytes, ...]:
    """Secrets that were never served, 32 bytes each."""
    return tuple(_derive(seed, f"decoy {number}") for number in range(count))


def purpose_key(secret: bytes, purpose: str, length: int = 16) -> bytes:
    """The key of a slot for one purpose; 16 bytes for a watermark."""
    return _derive(secret, f"purpose {purpose}", length)


def _derive(secret: bytes, label: str, length: int = SECRET_BYTES) -> bytes:
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} bytes, not {len(secret)}")
    return HKDF(
        algorithm=SHA256(), length=length, salt=None, info=f"stillwatch keys v1: {label}".encode()
    ).derive(secret)
