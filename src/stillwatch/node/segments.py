"""The log of what was taken in: sketched exchanges on disk before anybody is told that they are safe.

One record holds what one flush made durable: rows of `traffic.sketch.SCHEMA` in Arrow's IPC encoding, and a head that
says how far the sources were read by then, so that rows and positions can only be lost or kept together. A record
counts when its BLAKE3 digest fits. A segment is a file of records; the highest number is the one that is written to.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow as pa
from blake3 import blake3

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.traffic.sketch import SCHEMA
from stillwatch.traffic.store import disk_error

_FAMILY: Final = b"SWR"
_MARK: Final = _FAMILY + b"1"
_PREFIX: Final = struct.Struct("<4sII16s")
_PLAIN: Final = pa.schema(
    [
        pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type, f.nullable)
        for f in SCHEMA
    ]
)
"""The schema with its dictionaries opened: a record stands alone."""


class Head(msgspec.Struct, omit_defaults=True):
    """What a record says besides its rows.

    Attributes:
        positions: for each source, how far it had been read when these rows were taken.
        answers: what was answered to requests that carried an idempotency key.
        full: the head repeats everything that is still known, so that earlier segments can go.
    """

    positions: dict[str, Any] = {}
    answers: dict[str, Any] = {}
    full: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """One record as it was read back."""

    head: Head
    rows: pa.Table


def numbers(folder: Path) -> list[int]:
    """The segments of a folder, oldest first."""
    return sorted(int(path.stem) for path in folder.glob("*.seg") if path.stem.isdigit())


def path_of(folder: Path, number: int) -> Path:
    """The file of a segment."""
    return folder / f"{number:012d}.seg"


def records(path: Path) -> Iterator[Record]:
    """The good records of a segment; what a kill left half-written at its end is passed over.

    Raises:
        StillwatchError: a record in the middle is damaged, so that something acknowledged is lost.
    """
    data = path.read_bytes()
    end = 0
    for record, end in _walk(data):  # noqa: B007 -- the last one is needed below
        yield record
    _check_tail(data, end, path)


def repair(path: Path) -> None:
    """Cut off what a kill left half-written at the end of a segment.

    Raises:
        StillwatchError: a record in the middle is damaged, or the file cannot be written.
    """
    data = path.read_bytes()
    end = 0
    for _, end in _walk(data):  # noqa: B007
        pass
    _check_tail(data, end, path)
    if end < len(data):
        try:
            with path.open("r+b") as file:
                file.truncate(end)
                os.fsync(file.fileno())
        except OSError as error:
            raise disk_error(error, path) from error


def _walk(data: bytes, start: int = 0) -> Iterator[tuple[Record, int]]:
    """Records from a place on and where each ends, as long as they are whole."""
    at = start
    while at + _PREFIX.size <= len(data):
        mark, head_bytes, row_bytes, digest = _PREFIX.unpack_from(data, at)
        begin = at + _PREFIX.size
        end = begin + head_bytes + row_bytes
        content = memoryview(data)[begin:end]
        if mark != _MARK or end > len(data) or blake3(content).digest(length=16) != digest:
            return
        yield Record(msgspec.json.decode(content[:head_bytes], type=Head), _opened(content[head_bytes:])), end
        at = end


def _check_tail(data: bytes, end: int, path: Path) -> None:
    """Make sure that what follows the last good record is no more than one write that was cut short.

    Raises:
        StillwatchError: whole records follow, or records of a later version.
    """
    if data[end : end + len(_FAMILY)] == _FAMILY and data[end : end + len(_MARK)] not in (_MARK, _FAMILY):
        raise StillwatchError(
            "the node's log was written by a later version",
            code="SW-NODE-08",
            where=str(path),
            hint="use the newer program, or let it move the log into the store before this one starts",
            exit_code=ExitCode.UNREADABLE,
        )
    at = data.find(_MARK, end + 1)
    while at >= 0:
        if next(_walk(data, at), None) is not None:
            raise StillwatchError(
                f"the node's log is damaged at byte {end:,}: good records follow a bad one",
                code="SW-NODE-03",
                where=str(path),
                hint="the disk has changed what was written; restore the file from a backup, or move it away "
                "to go on without the exchanges in it",
                exit_code=ExitCode.UNREADABLE,
            )
        at = data.find(_MARK, at + 1)


def _opened(content: memoryview) -> pa.Table:
    """Rows as they were sketched."""
    if not content.nbytes:
        return SCHEMA.empty_table()
    batch = pa.ipc.read_record_batch(pa.py_buffer(content), _PLAIN)
    return pa.Table.from_batches([batch]).cast(SCHEMA)


def _closed(rows: pa.Table) -> Any:
    """Rows as bytes."""
    if not rows.num_rows:
        return b""
    return rows.cast(_PLAIN).combine_chunks().to_batches()[0].serialize()


class Appender:
    """The segment that is written to.

    Args:
        folder: where segments lie.
        number: of this one; the file must not exist yet.
        head: a full head to begin with.

    Raises:
        StillwatchError: the disk is full or cannot be written.
    """

    def __init__(self, folder: Path, number: int, head: Head) -> None:
        self.number = number
        self.bytes = 0
        self.rows = 0
        self._path = path_of(folder, number)
        self._handle = -1
        try:
            self._handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            self.append(head, SCHEMA.empty_table())
            _flush_folder(folder)
        except (OSError, StillwatchError) as error:
            self._give_up()
            if isinstance(error, StillwatchError):
                raise
            raise disk_error(error, self._path) from error

    def append(self, head: Head, rows: pa.Table) -> None:
        """Write one record and wait until the disk has it.

        Raises:
            StillwatchError: the disk is full or failed; the segment is as it was before.
        """
        said = msgspec.json.encode(head)
        body = _closed(rows)
        digest = blake3(said)
        digest.update(body)
        prefix = _PREFIX.pack(_MARK, len(said), len(body), digest.digest(length=16))
        try:
            written = os.writev(self._handle, [prefix, said, body])
            total = len(prefix) + len(said) + len(body)
            if written != total:
                raise OSError(28, "No space left on device")
            os.fdatasync(self._handle)
        except OSError as error:
            os.ftruncate(self._handle, self.bytes)
            raise disk_error(error, self._path) from error
        self.bytes += total
        self.rows += rows.num_rows

    def _give_up(self) -> None:
        """Take back a file that could not be begun, so that the next try finds its number free."""
        if self._handle >= 0:
            self.close()
            with contextlib.suppress(OSError):
                self._path.unlink()

    def close(self) -> None:
        """Let go of the file; a second time does nothing."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def _flush_folder(folder: Path) -> None:
    """Make sure that the file's name survives a power cut as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
