"""Bytes of a log file as they were before compression, told by the file's first bytes and not by its name.

Output comes in pieces of bounded size whatever the file claims, and what was good before a fault is kept: the
fault is raised only after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.logs.unpacking import GzipMembers
from stillwatch.logs.zstd_frames import ZstdFrames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stillwatch.logs.unpacking import Unpacker

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_INPUT_BYTES: Final = 256 * 1024


def plain_chunks(
    read: Callable[[int], bytes], read_plain: Callable[[int], bytes], size: int
) -> Iterator[bytes]:
    """The content in pieces of about ``size`` bytes, decompressed where the first bytes say so.

    Args:
        read: gives up to that many next bytes of the file, none at its end.
        read_plain: the same, for a file that is not compressed; free to stop where it suits the caller.
        size: how much to read of an uncompressed file at once.

    Raises:
        Damaged: the compressed data is not whole; everything before the damage has been yielded.
    """
    head = _read_fully(read, 4)
    if head.startswith(_GZIP):
        yield from _unpacked(GzipMembers(), head, read)
    elif head == _ZSTD:
        yield from _unpacked(ZstdFrames(), head, read)
    else:
        if head:
            yield head + read_plain(size)
        while chunk := read_plain(size):
            yield chunk


def _read_fully(read: Callable[[int], bytes], count: int) -> bytes:
    """The next bytes, as many as asked for unless the file ends; a pipe may hand them out piecemeal."""
    data = b""
    while len(data) < count and (more := read(count - len(data))):
        data += more
    return data


def _unpacked(unpacker: Unpacker, head: bytes, read: Callable[[int], bytes]) -> Iterator[bytes]:
    """The content of a compressed file.

    Args:
        unpacker: for its kind of compression.
        head: the file's beginning.
        read: gives what follows.
    """
    data = head
    while data:
        yield from unpacker.feed(data)
        data = read(_INPUT_BYTES)
    yield from unpacker.end()
