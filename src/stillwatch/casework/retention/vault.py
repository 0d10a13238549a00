"""Kept text on disk: encrypted with a key of its own, which is destroyed when the text has to go.

Each order has two files: ``ORDER.key``, its data key wrapped by the lab's retention key, and ``ORDER.text``. Both are
AES-256-GCM (NIST SP 800-38D) and bound to the order. Neither stands in the database, so no backup of it holds them.
Destroying the wrapped key makes every copy of the text unreadable, wherever it was copied to.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import Final

import zstandard
from blake3 import blake3
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from stillwatch.errors import ExitCode, StillwatchError

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_LARGEST: Final = 2**28


class Vault:
    """A folder with kept text.

    Args:
        folder: of the files.
        key_file: the lab's retention key; made on first use, for its owner alone.
    """

    def __init__(self, folder: Path, key_file: Path) -> None:
        self.folder = folder
        self._key_file = key_file

    def keep(self, order_id: str, text: bytes) -> dict[str, str]:
        """Encrypt and write; returns the BLAKE3 of each file by its name.

        Raises:
            StillwatchError: SW-EVID-20, the folder cannot be used; SW-EVID-23, nor can the retention key; SW-EVID-30,
                files of this order are there already.
        """
        data_key = AESGCM.generate_key(bit_length=256)
        packed = zstandard.ZstdCompressor().compress(text)
        files = {
            f"{order_id}.key": _sealed(self._key(), data_key, f"key of {order_id}"),
            f"{order_id}.text": _sealed(data_key, packed, f"text of {order_id}"),
        }
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with contextlib.ExitStack() as undo:  # removes this call's own files, never another process's
                for name, content in files.items():
                    _write(self.folder / name, content)
                    undo.callback((self.folder / name).unlink, missing_ok=True)
                undo.pop_all()
        except OSError as error:
            if isinstance(error, FileExistsError) and self.folder.is_dir():
                raise _kept_already(order_id) from error
            raise _unusable(self.folder, error) from error
        return {name: blake3(content).hexdigest() for name, content in files.items()}

    def read(self, order_id: str) -> bytes:
        """The text.

        Raises:
            StillwatchError: SW-EVID-21, there is none; SW-EVID-22, it or its key was changed.
        """
        try:
            wrapped = (self.folder / f"{order_id}.key").read_bytes()
            content = (self.folder / f"{order_id}.text").read_bytes()
        except FileNotFoundError as error:
            raise StillwatchError(
                "no text is kept under this order: none was yet, or it was destroyed",
                code="SW-EVID-21",
                where=order_id,
                hint="stillwatch case retained lists what is",
            ) from error
        except OSError as error:
            raise _unusable(self.folder, error) from error
        try:
            data_key = _opened(self._key(), wrapped, f"key of {order_id}")
            packed = _opened(data_key, content, f"text of {order_id}")
            return zstandard.ZstdDecompressor().decompress(packed, max_output_size=_LARGEST)
        except (InvalidTag, ValueError, zstandard.ZstdError) as error:
            raise StillwatchError(
                "the kept text or its key was changed, or belongs to another retention key",
                code="SW-EVID-22",
                where=order_id,
                hint="check the setting retention_key",
                exit_code=ExitCode.UNREADABLE,
            ) from error

    def destroy(self, order_id: str) -> None:
        """Destroy the key first, then the text; nothing happens where they are gone.

        Raises:
            StillwatchError: SW-EVID-20, a file cannot be removed.
        """
        try:
            for suffix in ("key", "text"):
                _overwrite_and_remove(self.folder / f"{order_id}.{suffix}")
        except OSError as error:
            raise _unusable(self.folder, error) from error

    def traces(self, order_id: str, digests: dict[str, str]) -> list[str]:
        """Files of the folder that still hold something of an order, by name or by content."""
        if not self.folder.is_dir():
            return []
        found = []
        for path in sorted(self.folder.iterdir()):
            named = path.name.startswith(f"{order_id}.")
            if named or (path.is_file() and blake3(path.read_bytes()).hexdigest() in digests.values()):
                found.append(path.name)
        return found

    def _key(self) -> bytes:
        """The lab's retention key.

        Raises:
            StillwatchError: SW-EVID-23, others may read the file, or it holds no key.
        """
        path = self._key_file
        try:
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                with contextlib.suppress(FileExistsError):  # another process has just made it
                    _write(path, secrets.token_hex(_KEY_BYTES).encode() + b"\n")
            if path.stat().st_mode & 0o077:
                raise StillwatchError(
                    "others may read the retention key",
                    code="SW-EVID-23",
                    where=str(path),
                    hint=f"chmod 600 {path}",
                )
            key = bytes.fromhex(path.read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise StillwatchError(
                "the retention key cannot be used",
                code="SW-EVID-23",
                where=str(path),
                hint="it is 32 bytes in hexadecimal; restore it, for without it kept text cannot be read",
                exit_code=ExitCode.UNREADABLE,
            ) from error
        if len(key) != _KEY_BYTES:
            raise StillwatchError(
                "the retention key is not 32 bytes long",
                code="SW-EVID-23",
                where=str(path),
                hint="restore it",
            )
        return key


def _sealed(key: bytes, content: bytes, bound_to: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, bound_to.encode())


def _opened(key: bytes, content: bytes, bound_to: str) -> bytes:
    return AESGCM(key).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], bound_to.encode())


def _write(path: Path, content: bytes) -> None:
    """A new file for its owner alone, on disk when this returns; nothing is left of one that could not be written."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _flush_folder(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _overwrite_and_remove(path: Path) -> None:
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    path.unlink()
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _kept_already(order_id: str) -> StillwatchError:
    return StillwatchError(
        "files of this order are there already: another process keeps its text, or one was killed while it did",
        code="SW-EVID-30",
        where=order_id,
        hint="stillwatch case retained says whether it was kept; if it was not, shred the order and ask anew",
    )


def _unusable(folder: Path, error: OSError) -> StillwatchError:
    return StillwatchError(
        f"kept text cannot be written or removed: {error.strerror or error}",
        code="SW-EVID-20",
        where=str(folder),
        hint="set retained_dir to a folder that this user may write to",
        exit_code=ExitCode.UNREADABLE,
    )
