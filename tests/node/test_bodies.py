from __future__ import annotations

import asyncio
import gzip
import zlib

import pytest
import zstandard
from starlette.requests import Request

from stillwatch.errors import StillwatchError
from stillwatch.node.bodies import body

FIRST, SECOND = b'{"line": 1}\n' * 500, b'{"line": 2}\n' * 500


def read(content: bytes, encoding: str, most: int = 2**20) -> bytes:
    """The body of a request, as an endpoint reads it."""

    async def receive():
        return {"type": "http.request", "body": content, "more_body": False}

    scope = {"type": "http", "method": "POST", "headers": [(b"content-encoding", encoding.encode())]}
    return asyncio.run(body(Request(scope, receive), most))


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(FIRST, mtime=0) + gzip.compress(SECOND, mtime=0)),
        ("gzip", gzip.compress(FIRST, mtime=0) + gzip.compress(SECOND, mtime=0) + b"\0" * 512),
        ("deflate", zlib.compress(FIRST + SECOND)),
        ("zstd", zstandard.compress(FIRST) + zstandard.compress(SECOND)),
    ],
    ids=["gzip of two members", "gzip of two members, padded", "deflate", "zstd of two frames"],
)
def test_all_of_a_packed_body_is_read(encoding, packed):
    assert read(packed, encoding) == FIRST + SECOND


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(FIRST, mtime=0)[:-9]),
        ("gzip", gzip.compress(FIRST, mtime=0) + gzip.compress(SECOND, mtime=0)[:-9]),
        ("gzip", gzip.compress(FIRST, mtime=0) + SECOND),
        ("deflate", zlib.compress(FIRST) + SECOND),
        ("zstd", zstandard.compress(FIRST)[:-9]),
        ("zstd", zstandard.compress(FIRST) + zstandard.compress(SECOND)[:-9]),
        ("zstd", zstandard.compress(FIRST) + SECOND),
    ],
    ids=[
        "gzip cut off",
        "second member cut off",
        "no second member",
        "deflate and more",
        "zstd cut off",
        "second frame cut off",
        "no second frame",
    ],
)
def test_a_packed_body_that_is_not_whole_is_refused(encoding, packed):
    with pytest.raises(StillwatchError) as caught:
        read(packed, encoding)
    assert caught.value.code == "SW-NODE-22"


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("zstd", zstandard.compress)])
def test_a_body_counts_by_what_it_unpacks_into_however_many_parts_it_has(encoding, pack):
    packed = pack(b" " * 2**19)
    assert len(read(packed * 2, encoding)) == 2**20
    for parts in (packed * 3, pack(b" " * 2**24)):
        with pytest.raises(StillwatchError) as caught:
            read(parts, encoding)
        assert caught.value.code == "SW-NODE-20"
