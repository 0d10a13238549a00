"""Files of logs as they lie on a disk: packed, cut off, mixed."""

from __future__ import annotations

from fuzz.files import through_file
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.sources import expand, raw_blocks

DESCRIPTION = "packed and plain log files"


_OPTIONS = ReadOptions()
_NAMES = ("log.jsonl", "log.jsonl.gz", "log.jsonl.zst", "log")


def attempt(data: bytes) -> None:
    """The first byte chooses the file's name, the rest is its content."""
    name = _NAMES[data[0] % len(_NAMES)] if data else _NAMES[0]
    through_file(
        lambda path: [list(raw_blocks(source, _OPTIONS)) for source in expand([str(path)])], data[1:], name
    )
