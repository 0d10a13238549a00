"""A disk that fills up while programs work on it."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

_FILLER = "filler"
_CHUNK = 1 << 16


class Disk:
    """A small file system where one can be mounted; else a limit on what processes may write.

    Args:
        path: its folder.
        mounted: whether a file system of its own lies there.
    """

    def __init__(self, path: Path, mounted: bool) -> None:
        self.path = path
        self.mounted = mounted

    def fill(self, *processes: int) -> None:
        """Nothing can be written any more by these processes and those they started."""
        if not self.mounted:
            self._limit(1, processes)
            return
        with (self.path / _FILLER).open("wb", buffering=0) as file:
            for size in (_CHUNK, 512):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(bytes(size))

    def free(self, *processes: int) -> None:
        """There is space again."""
        if self.mounted:
            (self.path / _FILLER).unlink()
        else:
            self._limit(resource.RLIM_INFINITY, processes)

    def _limit(self, most: int, processes: tuple[int, ...]) -> None:
        for process in processes:
            found = subprocess.run(
                ["pgrep", "-P", str(process)], capture_output=True, text=True, check=False
            ).stdout.split()
            for each in (process, *map(int, found)):
                resource.prlimit(each, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


@contextlib.contextmanager
def small_disk(path: Path, mib: int = 48) -> Iterator[Disk]:
    """A disk at a path, gone at the end."""
    path.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", str(path)]
    mounted = os.geteuid() == 0 and shutil.which("mount") is not None
    mounted = mounted and subprocess.run(words, capture_output=True, check=False).returncode == 0
    try:
        yield Disk(path, mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(path)], check=True)
