"""The master secret: 32 bytes in hexadecimal, for the owner alone, made once."""

from __future__ import annotations

import os
import secrets
import stat
from typing import TYPE_CHECKING

from stillwatch.attribution.keys.secrets import SECRET_BYTES
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from pathlib import Path


def make_master(path: Path) -> None:
    """Make the master secret; it is on disk when this returns.

    Raises:
        StillwatchError: SW-ATT-10, there is one already, or it cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(SECRET_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise _unusable(
            path, "is there already", "begin once; later epochs are begun by: stillwatch keys rotate"
        ) from error
    except OSError as error:
        raise _unusable(path, f"cannot be written: {error.strerror or error}", "") from error


def read_master(path: Path) -> bytes:
    """The master secret.

    Raises:
        StillwatchError: SW-ATT-10, it is not there, others may read it, or it is damaged.
    """
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise _unusable(path, "may be read by others than its owner", f"chmod 600 {path}")
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
        if len(secret) != SECRET_BYTES:
            raise ValueError("another length")
    except FileNotFoundError as error:
        raise _unusable(path, "is not there", "make it and begin: stillwatch keys begin") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not 32 bytes in hexadecimal"
        raise _unusable(path, f"cannot be used: {why}", "restore it from your backup") from error
    return secret


def _unusable(path: Path, why: str, hint: str) -> StillwatchError:
    return StillwatchError(
        f"the master secret of the watermark {why}",
        code="SW-ATT-10",
        where=str(path),
        hint=hint,
        exit_code=ExitCode.UNREADABLE,
    )
