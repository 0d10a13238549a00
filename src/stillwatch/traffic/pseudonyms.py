"""Keyed pseudonyms: what stands in the store instead of addresses, payments, agents and keys.

BLAKE3 in keyed mode (https://github.com/BLAKE3-team/BLAKE3-specs), one derived key per kind of identifier, cut to 64
bits: equal identifiers stay equal within the lab, and nobody without the key can test a guess.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from blake3 import blake3

from stillwatch.errors import StillwatchError

KEY_BYTES: Final = 32
_REMEMBERED: Final = 1 << 20


class Pseudonymiser:
    """Turns identifiers into 64-bit keyed pseudonyms and derives the seeds of the text pass.

    Args:
        secret: 32 random bytes that the lab keeps.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError(f"the key has {len(secret)} bytes, {KEY_BYTES} are needed")
        self._secret = secret
        self._known: dict[str, dict[str, int]] = {}

    def derive(self, purpose: str, length: int = 32) -> bytes:
        """Key material for one purpose."""
        return blake3(purpose.encode(), key=self._secret).digest(length=length)

    def seed(self, purpose: str) -> int:
        """A 64-bit seed for one purpose, never zero."""
        return int.from_bytes(self.derive(purpose, 8), "little") | 1

    def fingerprint(self) -> str:
        """Eight hex digits that tell two keys apart without giving either away."""
        return self.derive("fingerprint", 4).hex()

    def one(self, kind: str, value: str) -> int:
        """The pseudonym of one identifier."""
        known = self._known.setdefault(kind, {})
        found = known.get(value)
        if found is None:
            digest = blake3(value.encode(), key=self.derive(f"pseudonym:{kind}")).digest(length=8)
            found = int.from_bytes(digest, "little")
            if len(known) >= _REMEMBERED:  # start over rather than grow with every address ever seen
                self._known[kind] = known = {}
            known[value] = found
        return found


def load_or_create(path: Path) -> Pseudonymiser:
    """The lab's pseudonym key from a file, made on first use with access for the owner alone.

    Raises:
        StillwatchError: the file cannot be read or written, or does not hold 32 bytes in hex.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            scratch = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
            handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as out:
                out.write(secrets.token_hex(KEY_BYTES) + "\n")
            try:
                os.link(scratch, path)  # unlike rename, loses to a key that another run has just made
            except FileExistsError:
                pass
            finally:
                scratch.unlink()
        return Pseudonymiser(bytes.fromhex(path.read_text().strip()))
    except OSError as error:
        raise StillwatchError(
            f"the pseudonym key cannot be used: {error.strerror}",
            code="SW-KEY-01",
            where=str(path),
            hint="set key_file to a path that this user may read and write",
        ) from error
    except ValueError as error:
        raise StillwatchError(
            "the pseudonym key is not 32 bytes in hexadecimal",
            code="SW-KEY-02",
            where=str(path),
            hint="restore the file from your backup: another key cannot be matched with the store's pseudonyms",
        ) from error
