"""Records that could not be read: listed with their place and reason, never more than a set amount of them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import orjson

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.logs.contract import Reject

_MOST_BYTES: Final = 32 * 2**20


class Rejects:
    """A file of rejects that gives way to a new one when it is full; the one before it is kept.

    Args:
        path: the file that is written to.
        most_bytes: size from which a new one is begun.
    """

    def __init__(self, path: Path, most_bytes: int = _MOST_BYTES) -> None:
        self._path = path
        self._most = most_bytes
        self._lock = threading.Lock()

    def add(self, reject: Reject) -> None:
        """List one; a full disk costs the line, not what was taken in."""
        line = {"file": reject.file, "line": reject.line, "reason": reject.reason}
        with self._lock:
            try:
                if self._path.exists() and self._path.stat().st_size > self._most:
                    self._path.replace(self._path.with_suffix(".1.jsonl"))
                with self._path.open("ab") as file:
                    file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
            except OSError:
                return
