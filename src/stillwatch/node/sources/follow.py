"""Followed files: what is appended to logs is taken in line by line, through rotation, restarts and kills.

A file is known by device and inode and by a digest of its first bytes, not by its name: renamed by a rotation it is
read to its end, and a new file under the old name from its beginning. Only whole lines are taken; how far that is goes
into the log together with them.
"""

from __future__ import annotations

import contextlib
import dataclasses
import glob
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from blake3 import blake3

from stillwatch.logs.contract import ReadOptions, Reject
from stillwatch.logs.reading import LineReader
from stillwatch.node.line_reading import canonical_lines
from stillwatch.node.submissions import Submission

if TYPE_CHECKING:
    from stillwatch.node.sources.contract import Taker

_POLL_S: Final = 0.3
_AT_ONCE: Final = 4 * 2**20
_HEAD: Final = 256
_PACKED: Final = (".gz", ".zst", ".bz2", ".xz")
_IDLE_POLLS: Final = 200
"""Polls without anything new after which a file that lost its name is let go."""


@dataclasses.dataclass(slots=True)
class _File:
    """An open file.

    Attributes:
        key: what its position is kept under.
        offset: bytes that are durable.
        head: its first bytes when it was last read, as length and digest.
        line: number of the line that comes next, counted since it was opened.
        idle: polls without anything new.
    """

    key: str
    path: str
    stream: BinaryIO
    offset: int
    head: dict[str, Any]
    line: int = 1
    idle: int = 0


class Followed:
    """Files that match patterns, now or later.

    Args:
        patterns: paths and globs.
        options: how their lines are to be read.
    """

    def __init__(self, patterns: tuple[str, ...], options: ReadOptions) -> None:
        self.name = "files"
        self._patterns = patterns
        self._reader = None if options == ReadOptions() else LineReader(options)
        self._most_line = options.max_line_bytes
        self._open: dict[str, _File] = {}
        self._told: set[str] = set()
        self._searched: set[str] = set()

    def run(self, taker: Taker) -> None:
        """Follow until the node stops; what cannot be read is told and tried again, and holds up nothing else."""
        while not taker.stopping.is_set():
            self._find(taker)
            busy = [self._read_on(file, taker) for file in list(self._open.values())]
            if not any(busy):
                taker.stopping.wait(_POLL_S)
        for file in list(self._open.values()):
            self._let_go(file)

    def _find(self, taker: Taker) -> None:
        """Open what is new, and what was renamed while nobody was looking."""
        for pattern in self._patterns:
            for path in sorted(glob.glob(pattern, recursive=True)) or [pattern]:
                if os.path.isfile(path):
                    self._take_up(path, taker)
                    for neighbour in self._unfinished(Path(path), taker):
                        self._take_up(str(neighbour), taker)

    def _unfinished(self, path: Path, taker: Taker) -> list[Path]:
        """Files beside this one that were being read when the node stopped, under whatever name they have now."""
        folder = str(path.parent)
        if folder in self._searched:
            return []
        try:
            entries = sorted(path.parent.iterdir())
        except OSError as error:
            self._complain(folder, taker, f"cannot be listed: {error.strerror}")
            return []
        self._content(folder, taker)
        self._searched.add(folder)
        keys = {entry: _key_at(entry) for entry in entries}
        return [entry for entry, key in keys.items() if key and taker.position(key) is not None]

    def _take_up(self, path: str, taker: Taker) -> None:
        try:
            key = _key(os.stat(path))
            if key in self._open:
                self._open[key].path = path  # it may have been renamed
                return
            if path.endswith(_PACKED):
                self._complain(
                    path, taker, "is packed and cannot be followed; read it with: stillwatch ingest"
                )
                return
            file = _opened(path, taker)
        except FileNotFoundError:
            return
        except OSError as error:
            self._complain(path, taker, f"cannot be read: {error.strerror}")
            return
        self._open[file.key] = file

    def _complain(self, path: str, taker: Taker, words: str) -> None:
        """Say once that something cannot be followed."""
        if path not in self._told:
            self._told.add(path)
            taker.trouble(f"file {path}", f"{path} {words}")

    def _content(self, path: str, taker: Taker) -> None:
        """Take back what was complained of, if anything was."""
        if path in self._told:
            self._told.remove(path)
            taker.trouble(f"file {path}", "")

    def _read_on(self, file: _File, taker: Taker) -> bool:
        """Take in what has been appended; a file that cannot be read is let go, to be taken up anew by its name."""
        try:
            busy = self._advance(file, taker)
        except OSError as error:
            self._complain(file.path, taker, f"cannot be read: {error.strerror}")
            self._let_go(file)
            self._searched.discard(str(Path(file.path).parent))  # it may have got another name meanwhile
            return False
        self._content(file.path, taker)
        return busy

    def _let_go(self, file: _File) -> None:
        """Close a file."""
        del self._open[file.key]
        with contextlib.suppress(OSError):  # of a file that was only read nothing is lost
            file.stream.close()

    def _advance(self, file: _File, taker: Taker) -> bool:
        """Take in what has been appended; False where nothing was.

        Raises:
            OSError: the file cannot be read.
        """
        size = os.fstat(file.stream.fileno()).st_size
        if size < file.offset or not _same(
            file.stream, file.head
        ):  # cut and written anew under the same inode
            file.offset, file.line, file.head = 0, 1, _head(file.stream)
        data = os.pread(file.stream.fileno(), _AT_ONCE, file.offset) if size > file.offset else b""
        end = data.rfind(b"\n") + 1
        if not end and len(data) < _AT_ONCE:
            self._rest(file, data, taker)
            return False
        rejects: tuple[Reject, ...] = ()
        if end:
            taken, data = end, data[:end]
        else:
            taken, data, rejects = self._long_line(file)
            if not taken:
                return False
        lines = data.count(b"\n") + len(rejects)
        good, bad = self._read(data, file)
        after = {"path": file.path, "offset": file.offset + taken} | _head(file.stream)
        submission = Submission(
            good,
            f"file {file.path}",
            file.line,
            positions={file.key: after},
            rejects=(*rejects, *bad),
            settled=True,
        )
        if taker.take(submission) is None:
            return False
        file.offset, file.head = file.offset + taken, after
        file.line += lines
        file.idle = 0
        return True

    def _long_line(self, file: _File) -> tuple[int, bytes, tuple[Reject, ...]]:
        """A line that does not fit: read whole if it may be that long, else passed over up to its end."""
        begin = file.offset
        size = os.fstat(file.stream.fileno()).st_size
        at = begin
        while at < size:
            piece = os.pread(file.stream.fileno(), _AT_ONCE, at)
            found = piece.find(b"\n")
            if found >= 0:
                length = at + found + 1 - begin
                if length <= self._most_line:
                    return length, os.pread(file.stream.fileno(), length, begin), ()
                why = f"the line is longer than {self._most_line:,} bytes"
                return length, b"", (Reject(f"file {file.path}", file.line, why),)
            at += len(piece)
        return 0, b"", ()

    def _read(self, data: bytes, file: _File) -> tuple[bytes, tuple[Reject, ...]]:
        """Lines as they stand, or through the reader where the operator said how they are to be read."""
        if self._reader is None:
            return data, ()
        return canonical_lines(self._reader, data, f"file {file.path}", file.line)

    def _rest(self, file: _File, rest: bytes, taker: Taker) -> None:
        """Nothing whole is there: let a file go that has lost its name and is not written to any more."""
        file.idle += 1
        if file.idle < _IDLE_POLLS:
            return
        file.idle = 0
        if _key_at(file.path) == file.key:
            return
        if rest:  # its last line will never get its newline
            good, bad = self._read(rest + b"\n", file)
            taker.take(Submission(good, f"file {file.path}", file.line, rejects=bad, settled=True))
        taker.take(Submission(b"", f"file {file.path}", positions={file.key: None}))
        self._let_go(file)


def _opened(path: str, taker: Taker) -> _File:
    """A file, to be read on from where it was durable last.

    Raises:
        OSError: it cannot be read.
    """
    stream = open(path, "rb", 0)  # noqa: SIM115 -- held while it is followed
    try:
        key = _key(os.fstat(stream.fileno()))  # the name may have come to mean another file since
        known = taker.position(key)
        if known is None or not _same(stream, known):
            known = {"offset": 0} | _head(stream)
    except OSError:
        stream.close()
        raise
    return _File(key, path, stream, int(known["offset"]), known)


def _key(status: os.stat_result) -> str:
    return f"file:{status.st_dev}:{status.st_ino}"


def _key_at(path: str | Path) -> str | None:
    """What the position of the file of that name is kept under; None where there is no such file."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return _key(status) if stat.S_ISREG(status.st_mode) else None


def _head(stream: BinaryIO) -> dict[str, Any]:
    """The first bytes as length and digest: whether an inode still is the file that it was."""
    head = os.pread(stream.fileno(), _HEAD, 0)
    return {"head_bytes": len(head), "head": blake3(head).hexdigest(length=8)}


def _same(stream: BinaryIO, known: dict[str, Any]) -> bool:
    head = os.pread(stream.fileno(), int(known["head_bytes"]), 0)
    return bool(blake3(head).hexdigest(length=8) == known["head"])
