"""The last known decisions on disk: a snapshot and a journal of what changed since, so that a change costs one line.

A gateway that starts while the node is away acts on these. Files that were cut or altered are never half believed: a
broken snapshot is refused whole, a journal counts up to its first line that does not fit.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.enforcement import snapshot_file
from stillwatch.enforcement.wire import Change, change_of, to_line
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.storage.whole_file import replacing

if TYPE_CHECKING:
    from stillwatch.enforcement.snapshot import Snapshot

_SNAPSHOT: Final = "decisions.jsonl"
_JOURNAL: Final = "changes.jsonl"
_CLOCK: Final = "clock.json"
_SMALLEST_JOURNAL: Final = 1 << 20


class LastKnown:
    """A folder that one gateway writes.

    Args:
        folder: made if it is missing, for its owner alone.

    Raises:
        StillwatchError: the folder cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._whole = False  # whether a change may be added: snapshot and journal hold all that is in force
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(folder, error) from error

    def load(self) -> Snapshot | None:
        """What was known last; None where nothing was.

        Raises:
            StillwatchError: the snapshot is broken.
        """
        path = self._folder / _SNAPSHOT
        if not path.exists():
            return None
        snapshot = snapshot_file.read(path)
        changes, self._whole = self._journal()
        for change in changes:
            if change.epoch != snapshot.epoch or change.version <= snapshot.version:
                continue
            snapshot = snapshot.changed(change)
        return snapshot

    def keep(self, snapshot: Snapshot) -> None:
        """Put a whole snapshot in place and begin a new journal.

        Raises:
            StillwatchError: it cannot be written.
        """
        self._whole = False
        snapshot_file.write(snapshot, self._folder / _SNAPSHOT)
        self._replace(_JOURNAL, b"")
        self._whole = True

    def add(self, change: Change, snapshot: Snapshot) -> None:
        """Note a change; the snapshot is written anew once the journal has outgrown it, or when a line was lost.

        A change is a difference: what follows a lost or a torn line would be read without it, or not at all.

        Args:
            change: that came.
            snapshot: after it.

        Raises:
            StillwatchError: it cannot be written.
        """
        if not self._whole:
            self.keep(snapshot)
            return
        path = self._folder / _JOURNAL
        self._whole = False
        try:
            with path.open("ab") as file:
                file.write(to_line(change))
                file.flush()
                os.fsync(file.fileno())
                size = file.tell()
            base = (self._folder / _SNAPSHOT).stat().st_size
        except OSError as error:
            raise _unwritable(path, error) from error
        self._whole = True
        if size > max(_SMALLEST_JOURNAL, base):
            self.keep(snapshot)

    def offset_s(self) -> float:
        """The clock's offset as it was last known; 0 where it was not."""
        try:
            return float(json.loads((self._folder / _CLOCK).read_bytes())["offset_s"])
        except (OSError, ValueError, TypeError, KeyError):
            return 0.0

    def keep_offset(self, offset_s: float) -> None:
        """Note the clock's offset.

        Raises:
            StillwatchError: it cannot be written.
        """
        self._replace(_CLOCK, json.dumps({"offset_s": round(offset_s, 3)}).encode() + b"\n")

    def _journal(self) -> tuple[list[Change], bool]:
        """The changes up to the first line that is none, and whether there is no such line."""
        changes = []
        try:
            *lines, rest = (self._folder / _JOURNAL).read_bytes().split(b"\n")
        except OSError:
            return [], False
        for line in lines:
            try:
                changes.append(change_of(line))
            except StillwatchError:
                return changes, False
        return changes, not rest  # a whole line has its end

    def _replace(self, name: str, content: bytes) -> None:
        path = self._folder / name
        try:
            with replacing(path) as file:
                file.write(content)
        except OSError as error:
            raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> StillwatchError:
    return StillwatchError(
        f"the last known decisions cannot be kept: {error.strerror or error}",
        code="SW-GW-04",
        where=str(path),
        hint="give the gateway a folder of its own that it may write",
        exit_code=ExitCode.UNREADABLE,
    )
