"""The byte order mark that some programs write before UTF-8."""

from __future__ import annotations

from typing import Final

_MARK: Final = b"\xef\xbb\xbf"


def without_mark(data: bytes) -> bytes:
    """What follows the mark; everything where there is none."""
    return data.removeprefix(_MARK)
