"""Opens the files of a data folder, and says which one is missing."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from pathlib import Path


def existing(root: Path, name: str) -> Path:
    """A file of the folder.

    Raises:
        StillwatchError: the folder or the file is not there.
    """
    if not root.is_dir():
        raise StillwatchError(
            f"there is no data folder {root}",
            code="SW-RANGE-32",
            where="--data",
            hint="name the folder that holds the data sets, each in a folder of its own",
            exit_code=ExitCode.UNREADABLE,
        )
    if not (root / name).is_file():
        raise StillwatchError(
            f"the data folder has no {name}",
            code="SW-RANGE-33",
            where=str(root),
            hint="complete the folder, or make the world without --data",
            exit_code=ExitCode.UNREADABLE,
        )
    return root / name


def rows(root: Path, name: str) -> list[dict[str, Any]]:
    """The records of one file of gzipped JSON lines.

    Raises:
        StillwatchError: as `existing` does, or the file is damaged.
    """
    path = existing(root, name)
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
    except (OSError, EOFError, ValueError) as error:
        raise StillwatchError(
            f"{name} of the data folder cannot be read: {error}",
            code="SW-RANGE-34",
            where=str(path),
            exit_code=ExitCode.UNREADABLE,
        ) from error
