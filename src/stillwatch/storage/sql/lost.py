"""A mark beside an SQLite file says that something was kept in it: lost and new look alike otherwise.

SQLite takes a file that was cut to nothing for a new one. Cases, a hub's members or a ledger would begin anew, and
nobody would be told.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.storage.database import SMALLEST


def check_not_lost(path: Path, name: str) -> None:
    """Refuse to begin anew where something was kept.

    Args:
        path: the file.
        name: of its family.

    Raises:
        StillwatchError: the mark is there and the file holds nothing.
    """
    if not _mark_of(path).exists():
        return
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size >= SMALLEST:
            return
    raise StillwatchError(
        f"the {name} database was lost: its file is gone or empty",
        code="SW-SQL-15",
        where=str(path),
        hint=f"restore it from a backup; to begin anew instead, remove {_mark_of(path).name} as well",
        exit_code=ExitCode.UNREADABLE,
    )


def mark_made(path: Path) -> None:
    """Note that something is kept in the file; where that cannot be noted, nothing is lost by it."""
    with contextlib.suppress(OSError):
        os.close(os.open(_mark_of(path), os.O_WRONLY | os.O_CREAT, 0o600))


def _mark_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.made")
