"""Raw lines read as the operator said, before they are handed on as canonical ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.logs.contract import Reject
    from stillwatch.logs.reading import LineReader


def canonical_lines(
    reader: LineReader, data: bytes, source: str, first_line: int
) -> tuple[bytes, tuple[Reject, ...]]:
    """The exchanges that lines hold, a line each, and what had to be set aside.

    Args:
        reader: knows what the operator said.
        data: the lines.
        source: where they came from, for rejects.
        first_line: number of the first one there.
    """
    good: list[bytes] = []
    bad: list[Reject] = []
    for place, raw in enumerate(data.split(b"\n")):
        exchanges, rejects = reader.convert(raw, source, first_line + place)
        good += exchanges
        bad += rejects
    return b"".join(line + b"\n" for line in good), tuple(bad)
