"""Whatever bytes arrive, reading gives exchanges or says why not; it never raises and never invents."""

from __future__ import annotations

import datetime
import gzip
import tempfile
from pathlib import Path
from typing import Any

import orjson
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.core.exchange import FIELDS, REQUIRED
from stillwatch.logs import registry
from stillwatch.logs.contract import RawBlock, ReadOptions, Reject
from stillwatch.logs.reading import LineReader
from stillwatch.logs.sources import Source, raw_blocks

FIXTURES = Path(__file__).parent.parent / "logs" / "fixtures"
FIXTURE_RECORDS = [
    orjson.loads(line)
    for path in sorted(FIXTURES.glob("*.jsonl"))
    if path.stem != "generic"
    for line in path.read_bytes().splitlines()
]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**63), max_value=2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["text", "role", "type", "id"]), inner)
    ),
    max_leaves=6,
)
FROZEN = datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)
READER = LineReader(ReadOptions(account="acct-named"), clock=lambda: FROZEN)


def assert_sound(raw: bytes, reader: LineReader) -> None:
    good, rejects = reader.convert(raw, "some.jsonl", 7)
    if raw.strip():
        assert good or rejects
    for line in good:
        exchange = orjson.loads(line)
        assert set(REQUIRED) <= set(exchange) <= set(FIELDS)
        assert b"\n" not in line
        assert reader.convert(line, "again", 1) == ([line], [])
    for reject in rejects:
        assert (reject.file, reject.line) == ("some.jsonl", 7)
        assert reject.reason
        assert "\n" not in reject.reason
        assert not reject.reason.startswith("the reader failed")


@given(raw=st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_arbitrary_bytes_never_raise(raw: bytes) -> None:
    assert_sound(raw.replace(b"\n", b""), READER)


@given(value=VALUES)
@settings(max_examples=100, deadline=None)
def test_arbitrary_json_never_raises(value: object) -> None:
    assert_sound(orjson.dumps(value), READER)


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_a_record_with_one_value_garbled_never_raises(data: st.DataObject) -> None:
    record = orjson.loads(orjson.dumps(data.draw(st.sampled_from(FIXTURE_RECORDS))))
    place: Any = record
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(VALUES)
    assert_sound(orjson.dumps(record), READER)


@given(
    record=st.sampled_from(FIXTURE_RECORDS), value=VALUES, name=st.sampled_from(sorted(registry.formats()))
)
@settings(max_examples=100, deadline=None)
def test_a_format_forced_upon_a_foreign_record_never_raises(
    record: dict[str, Any], value: object, name: str
) -> None:
    reader = LineReader(ReadOptions(format=name), clock=lambda: FROZEN)
    good, rejects = reader.convert(orjson.dumps({**record, "messages": value}), "some.jsonl", 1)
    assert good or rejects
    assert not any(reject.reason.startswith("the reader failed") for reject in rejects)


@given(
    lines=st.lists(st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b" ")), max_size=30),
    block_bytes=st.integers(min_value=1, max_value=200),
    packed=st.sampled_from(["plain", "gzip", "zstd"]),
)
@settings(max_examples=150, deadline=None)
def test_blocks_hold_every_line_once_and_in_order(lines: list[bytes], block_bytes: int, packed: str) -> None:
    lines = [b"{}", b"{}", *lines]  # keeps the file from looking like one document or like compressed data
    content = b"\n".join(lines)
    data = {"plain": content, "gzip": gzip.compress(content), "zstd": zstandard.compress(content)}[packed]
    seen: list[bytes] = []
    limit = 25
    for item in blocks_of(data, limit, block_bytes):
        if isinstance(item, Reject):
            assert item.line == len(seen) + 1
            assert len(lines[item.line - 1]) >= limit
            seen.append(lines[item.line - 1])
        else:
            assert item.first_line == len(seen) + 1
            assert item.data.endswith(b"\n")
            assert item.consumed <= len(data)
            seen += item.data[:-1].split(b"\n")
    assert seen == (lines if lines[-1] else lines[:-1])


@given(
    data=st.binary(max_size=300), magic=st.sampled_from([b"", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"[", b"{\n"])
)
@settings(max_examples=150, deadline=None)
def test_a_garbled_file_never_raises(data: bytes, magic: bytes) -> None:
    for item in blocks_of(magic + data, 100, 64):
        assert isinstance(item, RawBlock | Reject)


def blocks_of(data: bytes, max_line_bytes: int, block_bytes: int) -> list[RawBlock | Reject]:
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        file.write(data)
        file.flush()
        source = Source(file.name, len(data))
        return list(raw_blocks(source, ReadOptions(max_line_bytes=max_line_bytes), block_bytes))
