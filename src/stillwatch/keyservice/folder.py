"""The key service's folder: where keys and records lie, and that one process serves from it."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.keyservice.tables import KEYSERVICE
from stillwatch.serving.holding import Held, hold
from stillwatch.storage.sql import SqlDatabase, database_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclasses.dataclass(frozen=True, slots=True)
class Folder:
    """Paths of one key service.

    Attributes:
        path: the folder itself, for its owner alone.
    """

    path: Path

    @property
    def keys(self) -> Path:
        """Secret seeds of epochs, a file each."""
        return self.path / "keys"

    @property
    def signing_key(self) -> Path:
        """The key that signs the list of epochs."""
        return self.path / "signing.key"

    @property
    def records(self) -> Path:
        """Members, epochs and usage."""
        return self.path / "keyservice.sqlite"

    def make(self) -> None:
        """Make what is not there yet, for the owner alone.

        Raises:
            StillwatchError: the folder cannot be made.
        """
        try:
            for each in (self.path, self.keys):
                each.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StillwatchError(
                f"the key service's folder cannot be made: {error.strerror or error}",
                code="SW-KEY-10",
                where=str(self.path),
                hint="name another with --dir",
                exit_code=ExitCode.UNREADABLE,
            ) from error

    def open(self, database: str = "") -> SqlDatabase:
        """The records, made or brought up to date.

        Args:
            database: URL of a server; empty for the file in the folder.

        Raises:
            StillwatchError: they cannot be used.
        """
        self.make()
        opened = SqlDatabase(database_url(database or self.records), KEYSERVICE)
        opened.upgrade()
        return opened


@contextlib.contextmanager
def held(folder: Folder) -> Iterator[None]:
    """Hold the folder: a second server is told so instead of sharing the port.

    Raises:
        StillwatchError: another process serves from it.
    """
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(hold(folder.path / ".keyservice"))
        except Held as found:
            raise StillwatchError(
                f"another key service serves from this folder (process {found.other})",
                code="SW-KEY-11",
                where=str(folder.path),
                hint="stop that one, or name another folder with --dir",
            ) from None
        yield
