"""Where the large columns of a frame stand: in memory or, where they would not fit, in files that are mapped.

What is mapped counts as memory only while it is looked at, and the system may take it back at any time. The files
have no name: whatever ends the run, nothing of them remains.
"""

from __future__ import annotations

import dataclasses
import mmap
import os
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from stillwatch.traffic.store import disk_error

SHARE: Final = 0.25  # of the memory that may be used: what the large columns may take of it
_GIB: Final = 1 << 30


@dataclasses.dataclass(slots=True)
class Room:
    """Room for one frame's large columns.

    Attributes:
        folder: where files may be made; None keeps everything in memory.
        maps: the mappings that were made.
    """

    folder: Path | None = None
    maps: list[mmap.mmap] = dataclasses.field(default_factory=list)

    @classmethod
    def within(cls, memory_gib: float, wanted: int, folder: Path | None) -> Room:
        """Room for so many bytes: in memory while they are a small share of it, else in files of the folder."""
        return cls(folder if wanted > SHARE * memory_gib * _GIB else None)

    def array(self, size: int, kind: Any) -> Any:
        """An array whose content is not set.

        Raises:
            StillwatchError: the disk is full.
        """
        if self.folder is None or size == 0:
            return np.empty(size, dtype=kind)
        return np.frombuffer(self._mapped(size * np.dtype(kind).itemsize), dtype=kind)

    def table(self, table: pa.Table) -> pa.Table:
        """The table, put where this room is.

        Raises:
            StillwatchError: the disk is full.
        """
        if self.folder is None or table.num_rows == 0:
            return table
        measure = pa.MockOutputStream()
        with pa.ipc.new_file(measure, table.schema) as writer:
            writer.write_table(table)
        buffer = pa.py_buffer(self._mapped(measure.size()))
        with pa.ipc.new_file(pa.FixedSizeBufferWriter(buffer), table.schema) as writer:
            writer.write_table(table)
        return pa.ipc.open_file(buffer).read_all()

    def rest(self) -> None:
        """Let go of what was looked at; it is read again when somebody looks."""
        for each in self.maps:
            each.madvise(mmap.MADV_DONTNEED)

    def _mapped(self, size: int) -> mmap.mmap:
        folder = Path() if self.folder is None else self.folder
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                os.posix_fallocate(file.fileno(), 0, size)  # a full disk is told now, not by a signal later
                self.maps.append(mmap.mmap(file.fileno(), size))
        except OSError as error:
            raise disk_error(error, folder) from error
        return self.maps[-1]
