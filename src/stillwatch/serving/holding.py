"""One process at a time in a folder: whoever comes second is told who has it, instead of waiting."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


class Held(Exception):  # noqa: N818 - a fact about the folder, put into words by whoever wanted it
    """Another process has it.

    Attributes:
        other: its number, or that it is unknown.
    """

    def __init__(self, other: str) -> None:
        super().__init__(other)
        self.other = other


@contextlib.contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold a file until the block ends; it then says which process had it.

    Raises:
        Held: another process does.
        OSError: the file cannot be made.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Held(os.pread(handle, 20, 0).decode(errors="replace").strip() or "unknown") from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
