"""Unpacks compressed data as it arrives, in pieces of bounded size: one part or many, of which the last must be whole.

What runs inside a gateway unpacks by this as well, so it needs nothing but the standard library; what zstd packed is
unpacked in `zstd_frames`.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final, Protocol

_BITE: Final = 16 * 1024  # what is left of a bite is copied for each member in it, and members may be tiny
_OUTPUT_BYTES: Final = 4 * 2**20


class Damaged(Exception):  # noqa: N818 - it describes the data, and ends as a reject
    """The compressed data ends early or is garbled; the message is the reason in one clause."""

    @classmethod
    def by(cls, kind: str, error: Exception) -> Damaged:
        """What a library that unpacks said, short."""
        return cls(f"damaged {kind} data ({str(error).rpartition(': ')[2][:80]})")

    @classmethod
    def early(cls, kind: str) -> Damaged:
        """The last part is not whole."""
        return cls(f"{kind} data ends early, the file is truncated")


class Unpacker(Protocol):
    """Unpacks one stream of data; where nothing was sent, nothing is missing."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What the next bytes hold.

        Raises:
            Damaged: they are garbled; everything before has been yielded.
        """
        ...

    def end(self) -> Iterator[bytes]:
        """What is left when no more bytes come.

        Raises:
            Damaged: more should have come; what is left has been yielded.
        """
        ...


class GzipMembers:
    """Unpacks gzip data of one or many members, or zlib data; zeros behind a member are padding."""

    def __init__(self) -> None:
        self._member: zlib._Decompress | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """See `Unpacker.feed`."""
        for start in range(0, len(data), _BITE):
            yield from self._unpacked(data[start : start + _BITE])

    def end(self) -> Iterator[bytes]:
        """See `Unpacker.end`."""
        if self._member is None or self._member.eof:
            return
        if rest := self._member.flush():
            yield rest
        raise Damaged.early("gzip")

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        member = self._member
        while data:
            if member is not None and member.eof:
                data, member = data.lstrip(b"\0"), None
                continue
            if member is None:
                member = self._member = zlib.decompressobj(wbits=47)  # gzip or zlib, told by its header
            try:
                piece = member.decompress(data, _OUTPUT_BYTES)
            except zlib.error as error:
                raise Damaged.by("gzip", error) from error
            if piece:
                yield piece
            data = member.unused_data if member.eof else member.unconsumed_tail
