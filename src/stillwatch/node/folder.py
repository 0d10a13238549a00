"""The node's folder: what lies where in it, and that only one node works in it."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stillwatch.errors import StillwatchError
from stillwatch.traffic.store import disk_error, writing

_LAST_WORKER_S: Final = 10.0


@dataclasses.dataclass(frozen=True, slots=True)
class Folder:
    """Paths of one node.

    Attributes:
        path: the folder itself.
    """

    path: Path

    @property
    def log(self) -> Path:
        """Segments of what was taken in and is not in the store yet."""
        return self.path / "log"

    @property
    def store(self) -> Path:
        """Sketched exchanges, as ``stillwatch detect --store`` reads them."""
        return self.path / "store"

    @property
    def verdicts(self) -> Path:
        """What was last concluded."""
        return self.path / "verdicts.sqlite"

    @property
    def decisions(self) -> Path:
        """What was decided, by whom and why."""
        return self.path / "decisions.sqlite"

    @property
    def cases(self) -> Path:
        """Cases, their evidence and the ledger."""
        return self.path / "cases.sqlite"

    @property
    def coins(self) -> Path:
        """What the coins of displacement tests are derived from; for the node's eyes only."""
        return self.path / "coins.key"

    @property
    def rejects(self) -> Path:
        """Records that could not be read."""
        return self.path / "rejects.jsonl"

    def make(self) -> None:
        """Make what is not there yet.

        Raises:
            StillwatchError: the folder cannot be made or written.
        """
        try:
            self.log.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise disk_error(error, self.path) from error


@contextlib.contextmanager
def held(folder: Folder) -> Iterator[None]:
    """Hold the folder: a second node is told so instead of waiting.

    Raises:
        StillwatchError: another node works in it, or it cannot be written.
    """
    folder.make()
    try:
        handle = os.open(folder.path / ".node", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise disk_error(error, folder.path) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            other = os.pread(handle, 20, 0).decode(errors="replace").strip()
            raise StillwatchError(
                f"another node works in this folder (process {other or 'unknown'})",
                code="SW-NODE-01",
                where=str(folder.path),
                hint="stop that one, or name another folder with --dir",
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def wait_for_last_worker(folder: Folder) -> None:
    """Let the worker of a node that was killed be gone; it dies at once, but perhaps not before this one starts.

    Raises:
        StillwatchError: something else writes to the store.
    """
    until = time.monotonic() + _LAST_WORKER_S
    while True:
        try:
            with writing(folder.store):
                return
        except StillwatchError as error:
            if error.code != "SW-STORE-06" or time.monotonic() > until:
                raise
            time.sleep(0.05)
