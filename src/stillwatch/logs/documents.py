"""Files that are one JSON document (an array or a pretty-printed record), as lines of one record each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from stillwatch.logs.unpacking import Damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_DOCUMENT: Final = 256 * 2**20
"""A document has to be held in memory whole; a larger one must be written as lines first."""

_LINES_TRIED: Final = 1000
_LOOKED_AT: Final = 2**20


def looks_like_document(head: bytes) -> bool:
    """Whether a file's beginning looks like one JSON document rather than lines of JSON.

    Args:
        head: the beginning, as long as is at hand; a file of lines is told by its first two.
    """
    lines = head[:_LOOKED_AT].lstrip().split(b"\n", 2)
    first, second = lines[0].strip(), lines[1].strip() if len(lines) > 1 else b""
    if first in (b"[", b"{"):
        return True
    if first[:1] == b"[":
        return not second or not _parses(first, list)
    return first[:1] == b"{" and bool(second) and not _parses(first) and not _parses(second)


def holds_lines(data: bytes) -> bool:
    """Whether one of the first lines is a JSON object by itself: then the file is one of lines after all."""
    return any(_parses(line) for line in data.split(b"\n", _LINES_TRIED)[:_LINES_TRIED] if line.strip())


def _parses(line: bytes, kind: type = dict) -> bool:
    """Whether a line is a JSON object (or another kind of value) by itself."""
    try:
        return isinstance(orjson.loads(line), kind)
    except orjson.JSONDecodeError:
        return False


def document_lines(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    """A document's records, each as one line with its newline: an array's elements, or the one object.

    A file that turns out to be one of lines after all (its first two were bad) is passed through as it is.

    Args:
        head: the file's beginning.
        rest: what follows it, piece by piece.

    Raises:
        Damaged: the document is too large, cut off, or no JSON.
    """
    parts, damage = [head], None
    whole = True
    try:
        for part in rest:
            parts.append(part)
            if sum(map(len, parts)) > LARGEST_DOCUMENT:
                whole = False
                break
    except Damaged as fault:
        damage = fault
    if whole and damage is None:
        try:
            records = orjson.loads(b"".join(parts))
        except orjson.JSONDecodeError as error:
            damage = Damaged(f"not valid JSON: {error.msg} at line {error.lineno} of the document")
            damage.__cause__ = error
        else:
            for record in records if isinstance(records, list) else [records]:
                yield orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
            return
    if not holds_lines(head):
        raise damage or Damaged("a JSON document above 256 MiB: write one record a line instead")
    yield from parts
    if damage is not None and damage.__cause__ is None:
        raise damage
    yield from rest
