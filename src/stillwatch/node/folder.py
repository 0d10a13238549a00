"""The node's folder: what lies where in it, and that only one node works in it."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from stillwatch.errors import StillwatchError
from stillwatch.serving.holding import Held, hold
from stillwatch.traffic.store import disk_error, writing

_LAST_WORKER_S: Final = 10.0
_HELD_BY_ANOTHER: Final = frozenset({"SW-STORE-06", "SW-DEC-14"})


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
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(hold(folder.path / ".node"))
        except Held as found:
            raise StillwatchError(
                f"another node works in this folder (process {found.other})",
                code="SW-NODE-01",
                where=str(folder.path),
                hint="stop that one, or name another folder with --dir",
            ) from None
        except OSError as error:
            raise disk_error(error, folder.path) from error
        yield


def wait_for_last_worker(folder: Folder, then: Callable[[], None]) -> None:
    """Let the worker of a node that was killed be gone; it dies at once, but perhaps not before this one starts.

    Args:
        folder: where both work.
        then: what the worker kept others from, tried again while it lives.

    Raises:
        StillwatchError: something else writes there.
    """
    until = time.monotonic() + _LAST_WORKER_S
    while True:
        try:
            with writing(folder.store):
                then()
                return
        except StillwatchError as error:
            if error.code not in _HELD_BY_ANOTHER or time.monotonic() > until:
                raise
            time.sleep(0.05)
