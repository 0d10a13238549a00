"""The snapshot as a file: what a gateway starts from while the node cannot be reached.

One decision a line; the last line holds version, epoch, count and the BLAKE3 of all lines before it, so that a file
that was cut or changed is told from a whole one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
from blake3 import blake3

from stillwatch.enforcement.snapshot import Snapshot
from stillwatch.enforcement.wire import decision_of, to_line
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.storage.whole_file import replacing

_FORMAT: Final = 1


class _Tail(msgspec.Struct, forbid_unknown_fields=True):
    """The last line."""

    format: int
    version: int
    epoch: str
    count: int
    blake3: str


def to_bytes(snapshot: Snapshot) -> bytes:
    """The whole snapshot as JSON lines."""
    lines = b"".join(to_line(decision) for decision in snapshot)
    tail = _Tail(_FORMAT, snapshot.version, snapshot.epoch, len(snapshot), blake3(lines).hexdigest())
    return lines + msgspec.json.encode(tail) + b"\n"


def from_bytes(content: bytes, where: str = "") -> Snapshot:
    """The snapshot in a file's bytes.

    Args:
        content: what ``to_bytes`` gave.
        where: the file's name, for the error.

    Raises:
        StillwatchError: it was cut, changed, or is of a later format.
    """
    lines, _, last = content.removesuffix(b"\n").rpartition(b"\n")
    if lines:
        lines += b"\n"
    try:
        tail = msgspec.json.decode(last, type=_Tail)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise _broken("its last line, which says how much there is, is missing", where) from None
    if tail.format != _FORMAT:
        raise _broken(f"it is of format {tail.format}, this version reads {_FORMAT}", where)
    if blake3(lines).hexdigest() != tail.blake3:
        raise _broken("its content is not what its checksum says", where)
    snapshot = Snapshot.build(tail.version, map(decision_of, lines.splitlines()), tail.epoch)
    if len(snapshot) != tail.count:
        raise _broken(f"it holds {len(snapshot):,} of {tail.count:,} decisions", where)
    return snapshot


def write(snapshot: Snapshot, path: Path) -> None:
    """Put the snapshot in place of the file, whole or not at all.

    Raises:
        StillwatchError: it cannot be written; the old file is then untouched.
    """
    try:
        with replacing(path) as file:
            file.write(to_bytes(snapshot))
    except OSError as error:
        raise StillwatchError(
            f"the snapshot cannot be written: {error.strerror or error}",
            code="SW-DEC-07",
            where=str(path),
            hint="free some space, or name another file",
            exit_code=ExitCode.UNREADABLE,
        ) from error


def read(path: Path) -> Snapshot:
    """The snapshot in a file.

    Raises:
        StillwatchError: there is none, or it is not whole.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StillwatchError(
            f"the snapshot cannot be read: {error.strerror or error}",
            code="SW-DEC-08",
            where=str(path),
            exit_code=ExitCode.UNREADABLE,
        ) from error
    return from_bytes(content, str(path))


def _broken(why: str, where: str) -> StillwatchError:
    return StillwatchError(
        f"the snapshot is not whole: {why}",
        code="SW-DEC-06",
        where=where,
        hint="fetch it again from the node; until then the one in memory stays in force",
        exit_code=ExitCode.UNREADABLE,
    )
