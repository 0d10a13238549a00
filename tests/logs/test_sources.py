"""Files, folders, globs and standard input become blocks of whole lines; a fault is one clear sentence."""

from __future__ import annotations

import gzip
import io
import os
import sys
from pathlib import Path

import pytest
import zstandard

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.logs.contract import RawBlock, ReadOptions, Reject
from stillwatch.logs.sources import Source, expand, raw_blocks

LINES = b"".join(b'{"n":%d}\n' % number for number in range(50))


def write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def read(
    path: Path, options: ReadOptions | None = None, block_bytes: int = 100
) -> tuple[bytes, list[Reject]]:
    data, rejects = b"", []
    for item in raw_blocks(Source(str(path), None), options or ReadOptions(), block_bytes):
        if isinstance(item, RawBlock):
            data += item.data
        else:
            rejects.append(item)
    return data, rejects


def names(paths: list[str], folder: Path) -> list[str]:
    return [os.path.relpath(source.path, folder) for source in expand(paths)]


def test_a_folder_is_walked_in_sorted_order_for_files_that_hold_logs(tmp_path: Path) -> None:
    for name in (
        "b.jsonl",
        "a.NDJSON",
        "c.json.gz",
        "deep/er/d.log.zst",
        "deep/e.log",
        "notes.txt",
        "f.parquet",
    ):
        write(tmp_path / name, b"x")
    assert names([str(tmp_path)], tmp_path) == [
        "a.NDJSON",
        "b.jsonl",
        "c.json.gz",
        "deep/e.log",
        "deep/er/d.log.zst",
    ]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", b"{}\n")
    assert names([str(path), str(tmp_path), str(tmp_path / "*.jsonl")], tmp_path) == ["a.jsonl"]


def test_a_file_named_by_itself_needs_no_suffix(tmp_path: Path) -> None:
    path = write(tmp_path / "gateway.txt", b"{}\n")
    assert expand([str(path)]) == [Source(str(path), 3)]


def test_standard_input_is_a_dash() -> None:
    assert expand(["-"]) == [Source("-", None)]


@pytest.mark.parametrize(
    ("named", "code", "words"),
    [
        ("missing.jsonl", "SW-LOG-01", "does not exist"),
        ("*.jsonl", "SW-LOG-02", "no file matches"),
        ("empty", "SW-LOG-03", "holds no log files"),
    ],
)
def test_naming_nothing_is_an_error_that_says_so(tmp_path: Path, named: str, code: str, words: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(StillwatchError) as caught:
        expand([str(tmp_path / named)])
    assert caught.value.code == code
    assert words in caught.value.message
    assert caught.value.hint
    assert caught.value.exit_code == ExitCode.UNREADABLE


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_an_error_that_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", b"{}\n")
    path.chmod(0)
    with pytest.raises(StillwatchError, match="Permission denied"):
        expand([str(path)])


def test_a_file_that_vanished_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(StillwatchError, match="cannot be read") as caught:
        list(raw_blocks(Source(str(tmp_path / "gone.jsonl"), 5), ReadOptions()))
    assert caught.value.exit_code == ExitCode.UNREADABLE


@pytest.mark.parametrize("block_bytes", [7, 100, 2**20])
def test_blocks_are_whole_lines_with_their_numbers(tmp_path: Path, block_bytes: int) -> None:
    path = write(tmp_path / "a.jsonl", LINES)
    line = 1
    for block in raw_blocks(Source(str(path), len(LINES)), ReadOptions(), block_bytes):
        assert isinstance(block, RawBlock)
        assert block.data.endswith(b"\n")
        assert block.first_line == line
        line += block.data.count(b"\n")
    assert line == 51
    assert block.consumed == len(LINES)


def test_an_empty_file_yields_nothing(tmp_path: Path) -> None:
    assert read(write(tmp_path / "a.jsonl", b"")) == (b"", [])


def test_a_last_line_without_newline_is_a_line(tmp_path: Path) -> None:
    assert read(write(tmp_path / "a.jsonl", b'{"a":1}\n{"b":2}')) == (b'{"a":1}\n{"b":2}\n', [])


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    assert read(write(tmp_path / "a.jsonl", b"\xef\xbb\xbf" + LINES)) == (LINES, [])


def test_utf_16_is_told_by_its_mark_and_refused(tmp_path: Path) -> None:
    data, rejects = read(write(tmp_path / "a.jsonl", '{"a":1}\n'.encode("utf-16")))
    assert data == b""
    assert [reject.reason for reject in rejects] == ["the file is UTF-16: convert it to UTF-8"]


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(LINES, mtime=0),
        gzip.compress(LINES[:99], mtime=0) + gzip.compress(LINES[99:], mtime=0) + b"\0" * 512,
        zstandard.compress(LINES),
        zstandard.compress(LINES[:99]) + zstandard.compress(LINES[99:]),
    ],
    ids=["gzip", "gzip of two members, padded", "zstd", "zstd of two frames"],
)
def test_compression_is_told_by_content_not_by_name(tmp_path: Path, packed: bytes) -> None:
    assert read(write(tmp_path / "plain-name.jsonl", packed)) == (LINES, [])


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_a_truncated_compressed_file_gives_what_was_good_and_one_reject(tmp_path: Path, compress) -> None:
    noise = b"".join(b'{"n":"%s"}\n' % os.urandom(60).hex().encode() for _ in range(20_000))
    packed = compress(noise)
    data, rejects = read(write(tmp_path / "a.jsonl.gz", packed[: len(packed) // 2]), block_bytes=2**16)
    assert data
    assert noise.startswith(data.rstrip(b"\n"))
    assert len(rejects) == 1
    assert "ends early, the file is truncated" in rejects[0].reason
    assert rejects[0].line == data.count(b"\n") + 1


@pytest.mark.parametrize("packed", [gzip.compress(LINES, mtime=0), zstandard.compress(LINES)])
def test_garbage_behind_compressed_data_is_one_reject(tmp_path: Path, packed: bytes) -> None:
    data, rejects = read(write(tmp_path / "a.gz", packed + b"garbage"))
    assert data == LINES
    assert len(rejects) == 1
    assert rejects[0].reason.startswith("damaged ")


@pytest.mark.parametrize("block_bytes", [64, 2**20])
def test_a_line_too_long_is_set_aside_and_the_others_are_kept(tmp_path: Path, block_bytes: int) -> None:
    content = b'{"a":1}\n' + b"x" * 5000 + b'\n{"b":2}\n' + b"y" * 5000
    data, rejects = read(write(tmp_path / "a.jsonl", content), ReadOptions(max_line_bytes=1000), block_bytes)
    assert data == b'{"a":1}\n{"b":2}\n'
    assert [(reject.line, reject.reason) for reject in rejects] == [
        (2, "the line is longer than 1,000 bytes"),
        (4, "the line is longer than 1,000 bytes"),
    ]


def test_a_line_of_100_megabytes_is_never_held_whole(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(b'{"a":1}\n')
        for _ in range(100):
            file.write(b"x" * 2**20)
        file.write(b'\n{"b":2}\n')
    tracemalloc.start()
    data, rejects = read(path, ReadOptions(max_line_bytes=2**20), block_bytes=2**20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert data == b'{"a":1}\n{"b":2}\n'
    assert [reject.line for reject in rejects] == [2]
    assert peak < 16 * 2**20


@pytest.mark.parametrize(
    "document",
    [
        b'[{"a":1},{"b":2}]',
        b'[\n  {"a":1},\n  {"b":2}\n]\n',
        b'\n [{"a":1}\n,{"b":2}]',
    ],
)
def test_a_json_array_is_read_as_one_record_an_element(tmp_path: Path, document: bytes) -> None:
    assert read(write(tmp_path / "a.json", document)) == (b'{"a":1}\n{"b":2}\n', [])


def test_a_pretty_printed_object_is_one_record(tmp_path: Path) -> None:
    assert read(write(tmp_path / "a.json", b'{\n  "a": {\n    "b": 1\n  }\n}\n')) == (b'{"a":{"b":1}}\n', [])


def test_a_document_cut_off_is_one_reject_that_says_where(tmp_path: Path) -> None:
    data, rejects = read(write(tmp_path / "a.json", b'[\n  {\n"a":1},\n'))
    assert data == b""
    assert [reject.reason for reject in rejects] == [
        "not valid JSON: unexpected end of data at line 4 of the document"
    ]


def test_lines_are_kept_although_the_first_two_look_like_a_broken_document(tmp_path: Path) -> None:
    content = b'{"cut": "of\n{"cut": "of\n{"a":1}\n'
    assert read(write(tmp_path / "a.jsonl", content)) == (content, [])


def test_standard_input_is_read_and_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(gzip.compress(LINES, mtime=0)))
    monkeypatch.setattr(sys, "stdin", stdin)
    blocks = list(raw_blocks(Source("-", None), ReadOptions()))
    assert [block.data for block in blocks if isinstance(block, RawBlock)] == [LINES]
    assert not stdin.buffer.closed
