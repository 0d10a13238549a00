"""Unpacks what zstd packed as it arrives, in pieces of bounded size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.logs.unpacking import Damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

    import zstandard

_BITE: Final = 512  # four bytes can stand for 128 kB; small bites bound what one of them yields


class ZstdFrames:
    """Unpacks zstd data of one or many frames; see `unpacking.Unpacker`."""

    def __init__(self) -> None:
        import zstandard  # only who unpacks such data pays for the import

        self._failure = zstandard.ZstdError
        self._decompressor = zstandard.ZstdDecompressor()
        self._frame: zstandard.ZstdDecompressionObj | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """See `unpacking.Unpacker.feed`."""
        for start in range(0, len(data), _BITE):
            yield from self._unpacked(data[start : start + _BITE])

    def end(self) -> Iterator[bytes]:
        """See `unpacking.Unpacker.end`."""
        if self._frame is not None and not self._frame.eof:
            raise Damaged.early("zstd")
        yield from ()

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._frame is None or self._frame.eof:
                self._frame = self._decompressor.decompressobj()
            try:
                piece = self._frame.decompress(data)
            except self._failure as error:
                raise Damaged.by("zstd", error) from error
            if piece:
                yield piece
            data = self._frame.unused_data if self._frame.eof else b""
