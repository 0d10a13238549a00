"""Files that a source's address names, such as a password's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from pathlib import Path


def text_of(path: Path, name: str) -> str:
    """What stands in a file.

    Args:
        path: of the file.
        name: what it holds, such as ``the settings for Kafka``.

    Raises:
        StillwatchError: it cannot be read, or is no text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise StillwatchError(
            f"{name} cannot be read: {error.strerror}",
            code="SW-NODE-33",
            where=str(path),
            hint="check the path in the address, and who may read the file",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    except UnicodeDecodeError as error:
        raise StillwatchError(
            f"{name} cannot be read: the file is no text in UTF-8", code="SW-NODE-32", where=str(path)
        ) from error
