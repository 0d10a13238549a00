"""Where logs come from: files, folders, globs and standard input, as blocks of whole lines.

The plain case does no work per line: big reads cut at their last newline. Compressed files, oversized lines
and JSON documents take their own paths; faults become `Reject` items in the stream, so nothing good behind or
before is lost.
"""

from __future__ import annotations

import dataclasses
import glob
import os
import stat
import sys
from typing import TYPE_CHECKING, BinaryIO, Final

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.logs.byte_order import without_mark
from stillwatch.logs.decompression import plain_chunks
from stillwatch.logs.documents import document_lines, looks_like_document
from stillwatch.logs.lines import LineCutter
from stillwatch.logs.unpacking import Damaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stillwatch.logs.contract import RawBlock, ReadOptions, Reject

STDIN: Final = "-"
SUFFIXES: Final = tuple(
    kind + packed for kind in (".jsonl", ".ndjson", ".json", ".log") for packed in ("", ".gz", ".zst")
)
BLOCK_BYTES: Final = 16 * 2**20

_LOOK_BACK: Final = 64 * 1024
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """One file to read.

    Attributes:
        path: as the user named it or as it was found; ``-`` for standard input.
        size: bytes on disk, None where that is not known beforehand.
    """

    path: str
    size: int | None


def expand(paths: Sequence[str]) -> list[Source]:
    """The files that arguments stand for, each once, in the order given; folders and globs in sorted order.

    Raises:
        StillwatchError: something named is not there, cannot be read, or holds no logs.
    """
    sources: dict[str, Source] = {}
    for path in paths:
        for source in _expand_one(path):
            key = STDIN if source.path == STDIN else os.path.realpath(source.path)
            sources.setdefault(key, source)
    return list(sources.values())


def _expand_one(path: str) -> Iterable[Source]:
    """The files that one argument stands for."""
    if path == STDIN:
        return [Source(STDIN, None)]
    if os.path.isdir(path):
        return _walk(path)
    if os.path.lexists(path):
        return [_readable(path)]
    if glob.has_magic(path):
        matches = sorted(glob.glob(path, recursive=True))
        if not matches:
            raise _unreadable(
                "SW-LOG-02", f"no file matches {path}", path, "check the pattern; quote it in a shell"
            )
        return [
            source
            for match in matches
            for source in (_walk(match, False) if os.path.isdir(match) else [_readable(match)])
        ]
    raise _unreadable("SW-LOG-01", f"{path} does not exist", path, "check the path")


def _walk(folder: str, needed: bool = True) -> list[Source]:
    """The log files of a folder and of the folders in it.

    Args:
        folder: where to look.
        needed: whether it is an error that there are none.
    """
    found: list[Source] = []
    for place, folders, files in os.walk(folder, onerror=_cannot_list):
        folders.sort()
        found += [
            _readable(os.path.join(place, name)) for name in sorted(files) if name.lower().endswith(SUFFIXES)
        ]
    if not found and needed:
        raise _unreadable(
            "SW-LOG-03",
            f"{folder} holds no log files",
            folder,
            f"files are taken that end in {', '.join(SUFFIXES[::3])}"
            " or these with .gz or .zst; name others one by one",
        )
    return found


def _cannot_list(error: OSError) -> None:
    """Stop at a folder that cannot be listed: passing over it would lose logs silently."""
    raise _failed(str(error.filename), error)


def _readable(path: str) -> Source:
    """A file, known to be there and open to us."""
    try:
        status = os.stat(path)
    except OSError as error:
        raise _failed(path, error) from error
    if not os.access(path, os.R_OK):
        raise _failed(path, PermissionError(13, "Permission denied"))
    return Source(path, status.st_size if stat.S_ISREG(status.st_mode) else None)


def _failed(path: str, error: OSError) -> StillwatchError:
    """The error for a file that the system does not let us read."""
    hint = (
        "run as a user who may read it, or change its permissions"
        if isinstance(error, PermissionError)
        else ""
    )
    return _unreadable("SW-LOG-04", f"{path} cannot be read: {error.strerror}", path, hint)


def _unreadable(code: str, message: str, where: str, hint: str) -> StillwatchError:
    """An error that ends the command with the status for data that could not be read."""
    return StillwatchError(message, code=code, where=where, hint=hint, exit_code=ExitCode.UNREADABLE)


def raw_blocks(
    source: Source, options: ReadOptions, block_bytes: int = BLOCK_BYTES
) -> Iterator[RawBlock | Reject]:
    """The file's lines in blocks of about ``block_bytes``, and a `Reject` for each part that cannot be read.

    Lines are numbered from 1 and blank ones count. Where the file is one JSON document, its elements are the
    lines and the number is an element's place in the array. A line longer than ``options.max_line_bytes`` is
    never held whole.

    Raises:
        StillwatchError: the file cannot be opened.
    """
    try:
        # Closed below, standard input excepted.
        stream: BinaryIO = sys.stdin.buffer if source.path == STDIN else open(source.path, "rb", 0)  # noqa: SIM115
    except OSError as error:
        raise _failed(source.path, error) from error
    reader = _Counted(stream, source.path != STDIN and os.path.isfile(source.path))
    cutter = LineCutter(source.path, options.max_line_bytes)
    try:
        yield from _blocks(reader, cutter, block_bytes)
    except Damaged as damage:
        yield from cutter.finish(reader.consumed)
        yield cutter.reject(str(damage))
    except OSError as error:
        yield from cutter.finish(reader.consumed)
        yield cutter.reject(f"reading failed: {error.strerror}")
    finally:
        if stream is not sys.stdin.buffer:
            stream.close()


class _Counted:
    """A stream that knows how much of it has been read."""

    def __init__(self, stream: BinaryIO, is_file: bool) -> None:
        self._stream = stream
        self._is_file = is_file
        self.consumed = 0

    def read_lines(self, size: int) -> bytes:
        """About as many next bytes, ending with a line where that can be had for little.

        A look at the end of what would be read costs one small read and saves two copies of every block.
        """
        if self._is_file and size > _LOOK_BACK:
            tail = os.pread(self._stream.fileno(), _LOOK_BACK, self.consumed + size - _LOOK_BACK)
            if len(tail) == _LOOK_BACK:
                size -= _LOOK_BACK - 1 - tail.rfind(b"\n") if b"\n" in tail else 0
        return self.read(size)

    def read(self, size: int) -> bytes:
        """The next bytes, none at the end."""
        data = self._stream.read(size)
        self.consumed += len(data)
        return data


def _blocks(reader: _Counted, cutter: LineCutter, block_bytes: int) -> Iterator[RawBlock | Reject]:
    """The content cut into blocks, after a look at its beginning for marks and JSON documents."""
    batches = _batches(plain_chunks(reader.read, reader.read_lines, block_bytes), block_bytes)
    head = next(batches, b"")
    if head.startswith(_UTF16_MARKS):
        yield cutter.reject("the file is UTF-16: convert it to UTF-8")
        return
    head = without_mark(head)
    if looks_like_document(head):
        batches = _batches(document_lines(head, batches), block_bytes)
    else:
        yield from cutter.feed(head, reader.consumed)
    del head
    for batch in batches:
        yield from cutter.feed(batch, reader.consumed)
    yield from cutter.finish(reader.consumed)


def _batches(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """The chunks joined into batches: decompression and pipes hand out pieces too small to be worth a block.

    Raises:
        Damaged: passed on, after what was good before it.
    """
    pending: list[bytes] = []
    waiting = 0
    try:
        for chunk in chunks:
            pending.append(chunk)
            waiting += len(chunk)
            if waiting >= size // 2:  # a read that ends with a line is a little short of the size
                batch, pending, waiting = b"".join(pending), [], 0
                yield batch
    except Damaged:
        yield b"".join(pending)
        raise
    yield b"".join(pending)
