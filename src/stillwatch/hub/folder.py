"""The hub's folder: its database (unless that is a server's), the key of its log, its secret, what is registered."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.serving.holding import Held, hold
from stillwatch.sharing.stix.ids import uuid4_from

_SECRET_BYTES: Final = 32


@dataclasses.dataclass(frozen=True, slots=True)
class Folder:
    """Paths of one hub.

    Attributes:
        path: the folder itself.
    """

    path: Path

    @property
    def database(self) -> Path:
        """Members and objects, where no database server keeps them."""
        return self.path / "hub.sqlite"

    @property
    def gate(self) -> Path:
        """What the hub's counsel released and confirmed; made by the first text that is handed in."""
        return self.path / "gate.sqlite"

    @property
    def log_key(self) -> Path:
        """The private key that signs the log's heads."""
        return self.path / "log.key"

    @property
    def secret(self) -> Path:
        """What ids and paging tokens follow from; for the hub's eyes only."""
        return self.path / "hub.secret"

    @property
    def registers(self) -> Path:
        """Detectors and epochs that members may name."""
        return self.path / "registers.toml"


def make(folder: Folder) -> bytes:
    """Make the folder and its secret, unless they are there; returns the secret.

    Raises:
        StillwatchError: it cannot be made.
    """
    try:
        folder.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileExistsError):
            handle = os.open(folder.secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(_SECRET_BYTES) + "\n")
    except OSError as error:
        raise _unusable(folder.path, error) from error
    return read_secret(folder)


def read_secret(folder: Folder) -> bytes:
    """The hub's secret.

    Raises:
        StillwatchError: there is none, others may read it, or it is damaged.
    """
    path = folder.secret
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise StillwatchError(
            "there is no hub here",
            code="SW-HUB-30",
            where=str(folder.path),
            hint=f"make one: stillwatch hub init --dir {folder.path}",
            exit_code=ExitCode.UNREADABLE,
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, error) from error
    with contextlib.suppress(ValueError):
        if not mode & 0o077 and len(found := bytes.fromhex(text)) == _SECRET_BYTES:
            return found
    raise StillwatchError(
        "the hub's secret is damaged, or others may read it",
        code="SW-HUB-31",
        where=str(path),
        hint=f"restore it from the backup; make it yours alone with: chmod 600 {path}",
        exit_code=ExitCode.UNREADABLE,
    )


def identity(secret: bytes) -> str:
    """The hub's STIX identity."""
    return f"identity--{uuid4_from(hashlib.sha256(b'identity' + secret).digest())}"


@contextlib.contextmanager
def held(folder: Folder) -> Iterator[None]:
    """Hold the folder: a second server is told so instead of sharing the port and the quotas.

    Raises:
        StillwatchError: another server works in it.
    """
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(hold(folder.path / ".hub"))
        except Held as found:
            raise StillwatchError(
                f"another hub works in this folder (process {found.other})",
                code="SW-HUB-32",
                where=str(folder.path),
                hint="stop that one, or name another folder with --dir",
            ) from None
        yield


def _unusable(path: Path, error: Exception) -> StillwatchError:
    words = getattr(error, "strerror", None) or type(error).__name__
    return StillwatchError(
        f"the hub's folder cannot be used: {words}",
        code="SW-HUB-33",
        where=str(path),
        exit_code=ExitCode.UNREADABLE,
    )
