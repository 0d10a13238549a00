"""The key that signs heads: a file only its owner may read, made on first use, and replaced by a recorded rotation.

While a key is being replaced the new one lies beside it as ``NAME.next``. It takes the old one's place after the ledger
says so; whoever comes upon both asks the ledger which one counts.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.storage.ledger.head import SignedHead, key_id, signed_bytes

_HANDOVER = b"stillwatch ledger key v1\x00"


class Signer:
    """A private key and the file it lies in.

    Args:
        path: the file, PEM (PKCS 8); made with a new key if it is not there.

    Raises:
        StillwatchError: others may read the file, it holds no Ed25519 key, or it cannot be read or made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            _write(path, Ed25519PrivateKey.generate())
        self._key = _read(path)

    @property
    def public_key(self) -> str:
        """The public key, 64 hexadecimal digits."""
        return self._key.public_key().public_bytes_raw().hex()

    @property
    def key_id(self) -> str:
        """A short name for the public key."""
        return key_id(self._key.public_key().public_bytes_raw())

    def sign(self, log_id: str, size: int, root: bytes, ts: str) -> SignedHead:
        """A signed head."""
        signature = self._key.sign(signed_bytes(log_id, size, root, ts))
        return SignedHead(log_id, size, root, ts, self.key_id, signature)

    def hand_over(self, log_id: str, successor: str) -> str:
        """This key's word, in hexadecimal, that another public key follows it."""
        return self._key.sign(handover_bytes(log_id, self.public_key, successor)).hex()

    def prepare_next(self) -> Signer:
        """A new key beside this one; it counts once the ledger says so and ``settle`` was called."""
        following = self.path.with_name(f"{self.path.name}.next")
        following.unlink(missing_ok=True)
        return Signer(following)

    def settle(self, public_key: str) -> bool:
        """Take the key that the ledger names, if it is the one in the file or lies ready beside it.

        Returns:
            Whether this signer's key is now that one.
        """
        following = self.path.with_name(f"{self.path.name}.next")
        if self.public_key == public_key:
            return True
        self._key = _read(self.path)
        if self.public_key != public_key and following.exists():
            ready = _read(following)
            if ready.public_key().public_bytes_raw().hex() == public_key:
                following.replace(self.path)
                self._key = ready
        return self.public_key == public_key


def handover_bytes(log_id: str, old: str, new: str) -> bytes:
    """What a key signs to name its successor: a label, the log's id, both public keys."""
    return _HANDOVER + bytes.fromhex(log_id) + bytes.fromhex(old) + bytes.fromhex(new)


def read_public_key(text: str) -> Ed25519PublicKey:
    """A public key from 64 hexadecimal digits, or from a file with those or with PEM.

    Raises:
        StillwatchError: it is none.
    """
    try:
        content = text if _is_hex(text) else Path(text).read_text(encoding="ascii")
        if _is_hex(content.strip()):
            return Ed25519PublicKey.from_public_bytes(bytes.fromhex(content.strip()))
        found = serialization.load_pem_public_key(content.encode())
        if not isinstance(found, Ed25519PublicKey):
            raise ValueError("another algorithm")
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        why = error.strerror if isinstance(error, OSError) else "it holds no Ed25519 public key"
        raise StillwatchError(
            f"the public key cannot be read: {why}",
            code="SW-LED-03",
            where="" if _is_hex(text) else text[:200],
            hint="name a PEM file, or give the 64 digits that `stillwatch ledger head` prints",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    return found


def public_pem(public_key: str) -> str:
    """A public key as PEM (SubjectPublicKeyInfo)."""
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def _is_hex(text: str) -> bool:
    return len(text) == 64 and all(mark in "0123456789abcdefABCDEF" for mark in text)


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except OSError as error:
        raise _unusable(path, error.strerror or "unknown cause") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise _unusable(
            path, "others may read it", f"chmod 600 {path}, and rotate the key if others could have"
        )
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unusable(path, "it is no PEM file with an open private key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _unusable(path, "its key is of another algorithm than Ed25519")
    return key


def _write(path: Path, key: Ed25519PrivateKey) -> None:
    """Write a key so that no half of one is ever seen; where another process was first, its key stays."""
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    scratch = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(scratch, path)
        except FileExistsError:
            pass
        finally:
            scratch.unlink()
    except OSError as error:
        raise _unusable(path, error.strerror or "unknown cause") from error


def _unusable(path: Path, why: str, hint: str = "") -> StillwatchError:
    return StillwatchError(
        f"the ledger's key cannot be used: {why}",
        code="SW-LED-04",
        where=str(path),
        hint=hint,
        exit_code=ExitCode.UNREADABLE,
    )
