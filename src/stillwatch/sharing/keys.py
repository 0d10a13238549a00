"""Ed25519 keys of members: made once, kept in files that only their owner reads, named by a digest."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from stillwatch.errors import ExitCode, StillwatchError


def key_id(key: Ed25519PublicKey) -> str:
    """The name of a key: the first 16 bytes of the SHA-256 of its 32 bytes, in hex."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:32]


def make_key(path: Path) -> Ed25519PublicKey:
    """Make a private key, write it where only its owner may read it, and return the public half.

    Raises:
        StillwatchError: there is a file already, or it cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise StillwatchError(
            f"the key cannot be written: {error.strerror or error}",
            code="SW-SIGN-01",
            where=str(path),
            hint="name a file that does not exist yet",
        ) from error
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
    return key.public_key()


def read_private(path: Path) -> Ed25519PrivateKey:
    """The private key of a file.

    Raises:
        StillwatchError: it cannot be read, others may read it, or it holds no Ed25519 key.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise StillwatchError(
                "others may read the key",
                code="SW-SIGN-02",
                where=str(path),
                hint=f"make it yours alone: chmod 600 {path}",
                exit_code=ExitCode.UNREADABLE,
            )
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _no_key(path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(path)
    return key


def read_public(data: bytes, where: str) -> Ed25519PublicKey:
    """A public key from PEM.

    Raises:
        StillwatchError: it is no Ed25519 key.
    """
    try:
        key = serialization.load_pem_public_key(data)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _no_key(where) from error
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key(where)
    return key


def public_pem(key: Ed25519PublicKey) -> bytes:
    """A public key as PEM, to be handed to the hub's operator."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _no_key(where: Path | str) -> StillwatchError:
    return StillwatchError(
        "this is no Ed25519 key",
        code="SW-SIGN-03",
        where=str(where),
        hint="a key is PEM; make one with: stillwatch share key",
        exit_code=ExitCode.UNREADABLE,
    )
