"""The compiled pass takes a line only where the general reader would, and then says the same."""

from __future__ import annotations

import datetime
import json
import random
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.reading import LineReader
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.sketch import SCHEMA, Sketcher

NOW = datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)
LATEST = int((NOW + datetime.timedelta(days=1)).timestamp() * 1e6)
SKETCHER = Sketcher(Pseudonymiser(bytes(32)), sample=1.0, background=None, latest=LATEST)
READER = LineReader(ReadOptions(format="canonical"), clock=lambda: NOW)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        "",
        "Explain step by step: 3.14, don't skip!",
        "思维链 и шаг за шагом\n- 1\n- 2",
        "a\u200bb \u00e9 e\u0301 ¿qué?",
        "😀 x" * 9,
    ]
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
TIMES = st.one_of(
    st.datetimes(datetime.datetime(1, 1, 2), datetime.datetime(9999, 12, 30)).map(lambda t: t.isoformat() + "Z"),
    st.datetimes(datetime.datetime(2026, 1, 1), datetime.datetime(2027, 1, 1)).map(lambda t: t.isoformat() + "+05:30"),
    st.sampled_from(
        [
            "2026-11-30T23:59:60Z", "2026-02-29T00:00:00Z", "2024-02-29 01:02:03.123456789z", "2026-11-01T24:00:00Z",
            "2026-11-01T00:00:00.Z", "2026-11-01T00:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00",
            "2026-11-01T00:00:00,5Z", "20261101T000000Z", "2026-11-01T00:00:00-00:00", 1790000000, "1790000000",
            "2026-12-01T23:59:59.999Z", "2026-12-02T00:00:00.001Z", "2026-11-01T00:00:00+24:00",
            " 2026-11-01T00:00:00Z",
        ]
    ),
)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-5, 5000),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(0, 3, allow_nan=False),
    st.sampled_from(
        [
            0,
            1,
            99,
            100,
            200,
            599,
            600,
            2**32 - 1,
            2**32,
            2**53,
            2**53 + 1,
            12.0,
            "12",
            "AS64496",
            True,
            -0.0,
            1e-7,
        ]
    ),
)
PARTS = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["text", "image_url", 3])}, optional={"text": TEXTS | st.none()}
    )
    | JUNK,
    max_size=3,
)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {
            "role": st.sampled_from(
                ["user", "system", "developer", "assistant", "tool", "usher", "", None, "us\u00e9r"]
            )
        },
        optional={"content": TEXTS | PARTS | JUNK, "name": TEXTS},
    )
    | JUNK,
    max_size=4,
)
SOUND = st.lists(
    st.fixed_dictionaries(
        {
            "role": st.sampled_from(["user", "system", "assistant"]),
            "content": TEXTS | st.lists(TEXTS.map(lambda text: {"type": "text", "text": text}), max_size=3),
        }
    ),
    max_size=4,
)
NAMES = TEXTS | st.none() | st.integers(0, 99)
WORD = TEXTS.filter(bool)
SMALL = st.integers(0, 2**53)
SOUND_FIELDS = {
    "request_id": WORD,
    "organization_id": WORD,
    "api_key_id": WORD,
    "ip": st.sampled_from(
        ["192.0.2.1", "2001:db8::1", "2001:DB8:0::1", "::ffff:192.0.2.9", "unknown", "1.2"]
    ),
    "asn": st.integers(1, 2**32 - 1),
    "country": st.sampled_from(["DE", "T1"]),
    "user_agent": WORD,
    "payment_fingerprint": WORD,
    "account_created_at": st.just("2026-10-31T10:00:00.25-03:00"),
    "endpoint": WORD,
    "response_text": TEXTS,
    "reasoning_tokens": SMALL,
    "input_tokens": SMALL,
    "output_tokens": SMALL,
    "temperature": st.floats(0, 2),
    "max_tokens": SMALL,
    "tools": st.lists(TEXTS, max_size=3),
    "stream": st.booleans(),
    "latency_ms": SMALL,
    "status": st.integers(100, 599),
    "unknown": JUNK,
}
ODD_FIELDS = {
    "ts": TIMES,
    "account_id": NAMES,
    "model": NAMES,
    "messages": MESSAGES,
    "request_id": NAMES,
    "ip": st.just("") | JUNK,
    "asn": NUMBERS,
    "country": st.sampled_from(["de", "1T", "DEU", "Ü", "", None, 5]),
    "account_created_at": TIMES,
    "response_text": JUNK,
    "reasoning_tokens": NUMBERS,
    "temperature": NUMBERS | st.floats(-1e300, 1e300) | st.just("0.5"),
    "tools": st.lists(TEXTS | JUNK, max_size=3) | JUNK,
    "stream": JUNK,
    "latency_ms": NUMBERS,
    "status": NUMBERS,
}
RECORDS = st.builds(
    lambda sound, odd: sound | odd,
    st.fixed_dictionaries(
        {"ts": st.just("2026-11-01T00:00:00Z"), "account_id": WORD, "model": WORD, "messages": SOUND},
        optional=SOUND_FIELDS,
    ),
    st.one_of(st.just({}), *(st.fixed_dictionaries({name: values}) for name, values in ODD_FIELDS.items())),
)


def spelled(value: Any, dice: random.Random) -> str:
    """The value as JSON, every freedom of the notation used."""
    gap = dice.choice(["", "", "", " ", "\t \r"])
    if isinstance(value, dict):
        fields = [f"{spelled(str(k), dice)}{gap}:{gap}{spelled(v, dice)}" for k, v in value.items()]
        if fields and dice.random() < 0.05:
            fields.append(dice.choice(fields))
        return "{" + gap + f"{gap},{gap}".join(fields) + gap + "}"
    if isinstance(value, list):
        return "[" + gap + f"{gap},".join(spelled(v, dice) for v in value) + gap + "]"
    if isinstance(value, str) and dice.random() < 0.5:
        return orjson.dumps(value).decode()
    return json.dumps(value).replace("/", dice.choice(["/", "\\/"]))


def assert_agree(raw: bytes) -> None:
    fast = SKETCHER.sketch(raw + b"\n")
    good, _ = READER.convert(raw, "some.jsonl", 1)
    if fast.table.num_rows == 0:
        assert fast.slow.tolist() == ([0] if raw.strip(b" \t\r") else [])
        if good:  # the way round through the general reader keeps whatever it found good
            again = SKETCHER.sketch(good[0] + b"\n", checked=True)
            assert again.table.num_rows == 1
        return
    assert len(good) == 1, raw
    slow = SKETCHER.sketch(good[0] + b"\n", checked=True)
    assert slow.table.num_rows == 1
    for name in SCHEMA.names:
        assert fast.table[name].to_pylist() == slow.table[name].to_pylist(), (name, raw, good[0])


@given(record=RECORDS, dice=st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_what_is_taken_reads_as_the_general_reader_reads_it(
    record: dict[str, Any], dice: random.Random
) -> None:
    text = spelled(record, dice)
    if "\n" not in text:
        assert_agree(text.encode("utf-8", "surrogatepass"))


@given(record=RECORDS, dice=st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_a_damaged_line_is_taken_only_where_the_general_reader_takes_it(
    record: dict[str, Any], dice: random.Random
) -> None:
    raw = bytearray(json.dumps(record).encode())
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(raw))
        kind = dice.randrange(3)
        if kind == 0:
            raw[place] = dice.choice(b'\\"{}[],:0x\x00\x7f\xff\xc3\xed\xa0 u')
        elif kind == 1:
            del raw[place : place + dice.randint(1, 5)]
        else:
            raw[place:place] = dice.choice(
                [b"\\u00e9", b"\\ud83d\\ude00", b"\\ud800", b"\\x", b"1e999", b",", b"\xc3\xa9"]
            )
        if not raw:
            break
    assert_agree(bytes(raw).replace(b"\n", b""))


@given(raw=st.binary(max_size=120))
@example(raw=b"{}")
@example(raw=b'{"ts":"2026-11-01T00:00:00Z","account_id":"a","model":"m","messages":[],"x":1e999}')
@example(
    raw=b'{"ts":"2026-11-01T00:00:00Z","account_id":"a","model":"m","messages":[{"role":"user","content":"\\ud800"}]}'
)
@example(
    raw=b'{"ts":"2026-11-01T00:00:00Z","account_id":"a","model":"m","messages":[],"x":'
    + b"[" * 70
    + b"]" * 70
    + b"}"
)
@settings(deadline=None)
def test_no_bytes_break_it(raw: bytes) -> None:
    assert_agree(raw.replace(b"\n", b""))


WHOLE = (
    '{"ts":"2026-11-01T00:00:00.5+01:00","account_id":"a\\u00e9","model":"m","country":"DE","temperature":0.75,'
    '"messages":[{"role":"system","content":"é😀"},{"role":"user","content":['
    '{"type":"text","text":"a \\"b\\" \\ud83d\\ude00"}]}],'
    '"response_text":"1. x\\n2. y","tools":["a"],"stream":true,"asn":64496,"x":{"y":[null,true,-1.5e+3]},"status":200}'
).encode()


@pytest.mark.parametrize("step", [1])
def test_every_prefix_of_a_line_is_read_within_its_bytes(step: int) -> None:
    for cut in range(0, len(WHOLE), step):
        # The bytes behind the prefix would complete it: who reads beyond its end takes the line.
        memory = np.frombuffer(WHOLE, dtype=np.uint8)
        fast = SKETCHER.sketch(memory[:cut].tobytes() + b"\n")
        assert fast.table.num_rows == 0
        unended = SKETCHER.sketch(WHOLE[:cut])
        assert unended.table.num_rows == 0
    assert SKETCHER.sketch(WHOLE + b"\n").table.num_rows == 1


def test_a_block_gives_the_same_rows_as_its_lines_alone() -> None:
    lines = [WHOLE, b"", b"{broken", WHOLE.replace(b"200", b"429"), b" \t", WHOLE.replace(b"DE", b"de")]
    whole = SKETCHER.sketch(b"\n".join(lines) + b"\n")
    assert whole.rows.tolist() == [0, 3]
    assert whole.slow.tolist() == [2, 5]
    alone = pa.concat_tables([SKETCHER.sketch(lines[k] + b"\n").table for k in (0, 3)])
    assert whole.table.to_pylist() == alone.to_pylist()
