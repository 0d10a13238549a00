"""Secret keys on disk: 32 bytes in hex, for the owner alone, made once and destroyed on purpose only."""

from __future__ import annotations

import os
import secrets
import stat
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.sharing.matching.voprf import SEED_BYTES, Evaluator

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.keyservice.folder import Folder


def seed_path(folder: Folder, epoch: str) -> Path:
    """Where the seed of an epoch lies."""
    return folder.keys / f"{epoch}.key"


def make_seed(folder: Folder, epoch: str) -> Evaluator:
    """Make the key of a new epoch; it is on disk when this returns.

    Raises:
        StillwatchError: there is one already, or it cannot be written.
    """
    return evaluator(_made(seed_path(folder, epoch)), epoch)


def load_seed(folder: Folder, epoch: str) -> Evaluator:
    """The key of an epoch.

    Raises:
        StillwatchError: it is not there, others may read it, or it is damaged.
    """
    return evaluator(_read(seed_path(folder, epoch)), epoch)


def destroy_seed(folder: Folder, epoch: str) -> None:
    """Overwrite and remove the key of an epoch; does nothing where it is gone already.

    On disks that write elsewhere than they are told (flash, copies of the file system) overwriting is no proof; the
    how-to says what to do about it.
    """
    path = seed_path(folder, epoch)
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_hex(SEED_BYTES).encode())
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        _sync(path.parent)
    except FileNotFoundError:
        return


def evaluator(seed: bytes, epoch: str) -> Evaluator:
    """The key of an epoch from its seed; bound to the epoch's name, so that no seed can serve two."""
    return Evaluator(seed, b"stillwatch epoch " + epoch.encode())


def signing_key(folder: Folder) -> Ed25519PrivateKey:
    """The key that signs the list of epochs, made on first use.

    Raises:
        StillwatchError: others may read it, or it is damaged.
    """
    path = folder.signing_key
    if not path.exists():
        _made(path)
    return Ed25519PrivateKey.from_private_bytes(_read(path))


def _made(path: Path) -> bytes:
    secret = secrets.token_bytes(SEED_BYTES)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secret.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        _sync(path.parent)
    except OSError as error:
        raise StillwatchError(
            f"the key cannot be written: {error.strerror or error}",
            code="SW-KEY-12",
            where=str(path),
            exit_code=ExitCode.UNREADABLE,
        ) from error
    return secret


def _read(path: Path) -> bytes:
    """The 32 bytes of a key file.

    Raises:
        StillwatchError: it is not there, others may read it, or it is damaged.
    """
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise StillwatchError(
                "a key file may be read by others than its owner",
                code="SW-KEY-13",
                where=str(path),
                hint=f"chmod 600 {path}, and rotate the key if somebody may have read it",
            )
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
        if len(secret) != SEED_BYTES:
            raise ValueError("another length")
    except (OSError, ValueError) as error:
        raise StillwatchError(
            f"a key file cannot be used: {getattr(error, 'strerror', None) or 'it is not 32 bytes in hexadecimal'}",
            code="SW-KEY-14",
            where=str(path),
            hint="restore it from your backup, or end the epoch with: stillwatch keyservice rotate --compromised",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    return secret


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
