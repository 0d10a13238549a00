"""Lines that are only ever added, each with a digest over itself and all before: a change is seen, and named.

A line is a JSON object with its keys sorted, ``digest`` among them. The digest is SHA-256 over the digest of the line
before (64 zeros before the first) and the line's JSON without ``digest``. No line has to be trusted: recomputing the
digests from the first to the last names the first line that was changed.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from stillwatch import clock
from stillwatch.attribution.archive.records import Record, RecordKind, broken

START: Final = "0" * 64
_SYNC_EVERY: Final = 64
_OWN: Final = frozenset({"n", "kind", "ts", "model", "prev", "digest"})


class Chain:
    """An archive's lines while they are being added to; by one process, from any of its threads.

    A last line that was cut off by a crash is dropped when the chain is opened: it was never acknowledged.

    Args:
        path: the file; made where there is none, readable by its owner alone.
        now: the clock.

    Raises:
        StillwatchError: SW-ATT-61 a line was changed; 62 another process adds to it; 63 it cannot be written.
    """

    def __init__(self, path: Path, *, now: clock.Clock = clock.now) -> None:
        self.path = path
        self._now = now
        self._lock = threading.Lock()
        self._file = _opened(path)
        try:
            self.records = list(read_chain(path, torn=True))
            self._file.truncate(self._whole())
            self._file.seek(0, os.SEEK_END)
        except BaseException:
            self._file.close()
            raise
        self.number = len(self.records)
        self.head = self.records[-1].digest if self.records else START

    def __enter__(self) -> Chain:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, kind: RecordKind, model: str = "", **fields: Any) -> Record:
        """Add a line, on disk as soon as the system likes; `close` makes sure.

        Raises:
            StillwatchError: SW-ATT-63, it cannot be written.
        """
        with self._lock:
            number = self.number + 1
            body = {
                "n": number,
                "kind": kind.value,
                "ts": self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "model": model,
                "prev": self.head,
                **fields,
            }
            digest = _digest(self.head, body)
            try:
                self._file.write(_bytes({**body, "digest": digest}) + b"\n")
                self._file.flush()
                if number % _SYNC_EVERY == 0:
                    os.fsync(self._file.fileno())
            except OSError as error:
                raise _unwritable(self.path, error) from error
            self.number, self.head = number, digest
            record = _record(number, body | {"digest": digest})
            self.records.append(record)
            return record

    def close(self) -> None:
        """Everything is on disk, and others may add."""
        if self._file.closed:
            return
        with contextlib.suppress(OSError):
            os.fsync(self._file.fileno())
        self._file.close()

    def _whole(self) -> int:
        """Bytes up to the end of the last complete line."""
        content = self.path.read_bytes()
        return content.rfind(b"\n") + 1


def read_chain(path: Path, *, torn: bool = False) -> Iterator[Record]:
    """The lines of an archive, each checked against all before.

    Args:
        path: the file.
        torn: whether a last line that was cut off is left out instead of being an error.

    Raises:
        StillwatchError: SW-ATT-60 it cannot be read; 61 a line was changed, removed or inserted, and which.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise broken("SW-ATT-60", "the answers cannot be read", str(path)) from error
    if lines[-1] and not torn:
        raise broken("SW-ATT-61", f"line {len(lines)} was cut off", f"{path}:{len(lines)}")
    head, before = START, None
    for number, line in enumerate(lines[:-1], 1):
        where = f"{path}:{number}"
        try:
            body = orjson.loads(line)
            record = _record(number, body)
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise broken("SW-ATT-61", f"line {number} is no record of an archive", where) from error
        if body.get("prev") != head:
            raise broken(
                "SW-ATT-61",
                f"{before.name} was replaced, or a line after it taken out or put in"
                if before
                else "the first line does not begin a chain",
                where,
                "ask whoever made the archive for the original",
            )
        stated = body.pop("digest")
        if (
            body.get("n") != number
            or _digest(head, body) != stated
            or _bytes({**body, "digest": stated}) != line
        ):
            raise broken(
                "SW-ATT-61",
                f"{record.name} was changed after it was archived",
                where,
                "ask whoever made the archive for the original",
            )
        head, before = record.digest, record
        yield record


def _record(number: int, body: Mapping[str, Any]) -> Record:
    fields = {name: value for name, value in body.items() if name not in _OWN}
    return Record(
        number, RecordKind(body["kind"]), str(body["ts"]), str(body["model"]), fields, str(body["digest"])
    )


def _digest(head: str, body: Mapping[str, Any]) -> str:
    return hashlib.sha256(head.encode() + _bytes(body)).hexdigest()


def _bytes(body: Mapping[str, Any]) -> bytes:
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)


def _opened(path: Path) -> Any:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise broken(
            "SW-ATT-62", "another run adds to this archive", str(path), "wait until it ends"
        ) from error
    return file


def _unwritable(path: Path, error: OSError) -> Exception:
    return broken("SW-ATT-63", f"the archive cannot be written: {error.strerror or error}", str(path))
