"""Bytes of a log file as they were before compression, told by the file's first bytes and not by its name.

Output comes in pieces of bounded size whatever the file claims, and what was good before a fault is kept: the
fault is raised only after it.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import zstandard

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_INPUT_BYTES: Final = 256 * 1024
_ZSTD_INPUT_BYTES: Final = (
    4096  # a few bytes can stand for 128 kB each; small bites bound what one of them yields
)
_OUTPUT_BYTES: Final = 4 * 2**20


class Damaged(Exception):  # noqa: N818 - it describes the file, and ends as a reject
    """The compressed data ends early or is garbled; the message is the reason in one clause."""


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
        yield from _gunzip(head, read)
    elif head == _ZSTD:
        yield from _unzstd(head, read)
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


def _gunzip(head: bytes, read: Callable[[int], bytes]) -> Iterator[bytes]:
    """The content of a gzip file of one or many members; zeros behind the last one are padding."""
    member = zlib.decompressobj(wbits=31)
    data = head
    while True:
        while data:
            if member.eof:
                data = data.lstrip(b"\0")
                if not data:
                    break
                member = zlib.decompressobj(wbits=31)
            try:
                chunk = member.decompress(data, _OUTPUT_BYTES)
            except zlib.error as error:
                raise Damaged(f"damaged gzip data ({_clause(error)})") from error
            if chunk:
                yield chunk
            data = member.unused_data if member.eof else member.unconsumed_tail
        data = read(_INPUT_BYTES)
        if not data:
            break
    if not member.eof:
        if rest := member.flush():
            yield rest
        raise Damaged("gzip data ends early, the file is truncated")


def _unzstd(head: bytes, read: Callable[[int], bytes]) -> Iterator[bytes]:
    """The content of a zstd file of one or many frames."""
    import zstandard  # only who reads such a file pays for the import

    decompressor = zstandard.ZstdDecompressor()
    frame = decompressor.decompressobj()
    data = head
    while True:
        while data:
            if frame.eof:
                frame = decompressor.decompressobj()
            chunk, data = _unzstd_bite(frame, data, zstandard.ZstdError)
            if chunk:
                yield chunk
        data = read(_ZSTD_INPUT_BYTES)
        if not data:
            break
    if not frame.eof:
        raise Damaged("zstd data ends early, the file is truncated")


def _unzstd_bite(
    frame: zstandard.ZstdDecompressionObj, data: bytes, failure: type[Exception]
) -> tuple[bytes, bytes]:
    """What one bite of a frame yields, and what of the bite belongs to the next frame."""
    try:
        chunk = frame.decompress(data)
    except failure as error:
        raise Damaged(f"damaged zstd data ({_clause(error)})") from error
    return chunk, frame.unused_data if frame.eof else b""


def _clause(error: Exception) -> str:
    """The library's own words, short."""
    return str(error).rpartition(": ")[2][:80]
