"""Readers that want a file get one in a folder of this process, in memory where the machine has such a place."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

_MEMORY = Path("/dev/shm")


@functools.cache
def folder() -> Path:
    """A folder that is gone when this process ends."""
    made = Path(tempfile.mkdtemp(prefix="stillwatch-fuzz-", dir=_MEMORY if _MEMORY.is_dir() else None))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def through_file(read: Callable[[Path], Any], data: bytes, name: str = "input") -> Any:
    """What a reader makes of a file with these bytes."""
    path = folder() / name
    path.write_bytes(data)
    path.chmod(0o600)
    return read(path)
