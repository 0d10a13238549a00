"""One raw line becomes exchanges or a reject whose reason a person understands."""

from __future__ import annotations

import datetime
from typing import Any

import orjson
import pytest

from stillwatch.errors import StillwatchError
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.reading import LineReader, file_format

FROZEN = datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)
GOOD = {
    "ts": "2026-11-20T03:14:07.120Z",
    "account_id": "acct-1",
    "model": "big-1",
    "messages": [{"role": "user", "content": "Why?"}],
}


def reader(**options: Any) -> LineReader:
    return LineReader(ReadOptions(**options), clock=lambda: FROZEN)


def convert(raw: bytes | dict[str, Any], **options: Any) -> tuple[list[dict[str, Any]], list[str]]:
    line = raw if isinstance(raw, bytes) else orjson.dumps(raw)
    good, rejects = reader(**options).convert(line, "gateway.jsonl", 12)
    assert all((reject.file, reject.line) == ("gateway.jsonl", 12) for reject in rejects)
    return [orjson.loads(exchange) for exchange in good], [reject.reason for reject in rejects]


def test_a_canonical_record_passes_through_unchanged() -> None:
    assert convert(GOOD) == ([GOOD], [])


def test_unknown_and_null_fields_are_dropped() -> None:
    assert convert({**GOOD, "color": "red", "ip": None, "organization_id": ""}) == ([GOOD], [])


@pytest.mark.parametrize("raw", [b"", b"\n", b"\r\n", b"  \t\r\n"])
def test_a_blank_line_is_nothing(raw: bytes) -> None:
    assert convert(raw) == ([], [])


def test_a_carriage_return_is_tolerated() -> None:
    assert convert(orjson.dumps(GOOD) + b"\r\n") == ([GOOD], [])


def test_a_byte_order_mark_before_a_record_is_passed_over() -> None:
    assert convert(b"\xef\xbb\xbf" + orjson.dumps(GOOD)) == ([GOOD], [])
    assert convert(b"\xef\xbb\xbf\r\n") == ([], [])


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"ts": "2026', "not valid JSON: unexpected end at column 13"),
        (b'{"ts" 5}', "not valid JSON: unexpected character, expected ':' after key at column 7"),
        (b'{"a":"x\0"}', "not valid JSON: NUL byte at column 8"),
        (b'{"a":"\xff"}', "not valid UTF-8: byte 0xff at column 7"),
        (b"[1, 2]", "not a JSON object but a list"),
        (b"17", "not a JSON object but a number"),
        (b"null", "not a JSON object but null"),
        (b"INFO started", "not valid JSON: unexpected character, expected a JSON value at column 1"),
    ],
)
def test_a_line_that_is_no_json_object_says_why(raw: bytes, reason: str) -> None:
    assert convert(raw) == ([], [reason])


def test_half_a_character_does_not_cost_the_record() -> None:
    line = orjson.dumps(GOOD).replace(b"Why?", b"cut \\\\u00e9 \\ud83d\\ude00 \\ud83d")
    good, rejects = convert(line)
    assert rejects == []
    assert good[0]["messages"][0]["content"] == "cut \\u00e9 \N{GRINNING FACE} \N{REPLACEMENT CHARACTER}"


def test_an_unknown_object_says_what_can_be_done() -> None:
    assert convert({"when": 1, "who": 2}) == (
        [],
        ["no known log format (keys: when, who): use --format NAME or --map FILE.toml"],
    )


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("ts", "yesterday", "ts is not a time: 'yesterday'"),
        ("ts", True, "ts is not a time: True"),
        ("ts", "1795144447.", "ts is not a time: '1795144447.'"),
        ("ts", "1795144447.12.5", "ts is not a time: '1795144447.12.5'"),
        ("ts", "12.5", "ts is not a time: '12.5'"),
        ("ts", "9" * 400 + ".5", f"ts is not a time: '{'9' * 55}…'"),
        ("ts", "2031-01-01T00:00:00Z", "time lies in the future (2031-01-01T00:00Z)"),
        ("ts", None, "no ts"),
        ("account_id", None, "no account: use --account NAME or --account-from FIELD"),
        ("account_id", {"id": 1}, "account_id is not a text: {'id': 1}"),
        ("model", None, "no model"),
        ("messages", "Why?", "messages is not a list"),
        ("messages", [{"content": "Why?"}], "messages[0] has no role"),
        (
            "messages",
            [{"role": "user", "content": 5}],
            "messages[0].content is neither a text nor a list of parts",
        ),
        ("input_tokens", "abc", "input_tokens is not a whole number: 'abc'"),
        ("input_tokens", -1, "input_tokens is negative: -1"),
        ("input_tokens", 1.5, "input_tokens is not a whole number: 1.5"),
        ("temperature", "hot", "temperature is not a number: 'hot'"),
        ("stream", "perhaps", "stream is neither true nor false: 'perhaps'"),
        ("status", 99, "status is not an HTTP status: 99"),
        ("country", "Germany", "country is not a two-letter code: 'Germany'"),
        ("asn", 2**32, "asn is not an autonomous system number: 4294967296"),
        ("tools", "search", "tools is not a list of names"),
        ("account_created_at", "long ago", "account_created_at is not a time: 'long ago'"),
    ],
)
def test_a_wrong_value_is_a_reject_that_names_the_field(field: str, value: object, reason: str) -> None:
    assert convert({**GOOD, field: value}) == ([], [reason])


def test_a_prompt_is_never_quoted_in_a_reason() -> None:
    _, rejects = convert({**GOOD, "messages": "a customer's secret", "response_text": ["another"]})
    assert "secret" not in rejects[0]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-20T03:14:07Z", "2026-11-20T03:14:07.000Z"),
        ("2026-11-20T12:14:07.5+09:00", "2026-11-20T03:14:07.500Z"),
        ("2026-11-20 03:14:07.120", "2026-11-20T03:14:07.120Z"),
        ("2026-11-20 03:14:07.120 UTC", "2026-11-20T03:14:07.120Z"),
        ("2026-11-20t03:14:07z", "2026-11-20T03:14:07.000Z"),
        ("2026-11-20T03:14:07.123456789Z", "2026-11-20T03:14:07.123456Z"),
        (1795144447, "2026-11-20T03:14:07.000Z"),
        (1795144447.12, "2026-11-20T03:14:07.120Z"),
        (1795144447120, "2026-11-20T03:14:07.120Z"),
        (1795144447120000, "2026-11-20T03:14:07.120Z"),
        ("1795144447120000000", "2026-11-20T03:14:07.120Z"),
        ("1795144447.120", "2026-11-20T03:14:07.120Z"),
        (" 1795144447.123456 ", "2026-11-20T03:14:07.123456Z"),
        ("1795144447120.5", "2026-11-20T03:14:07.120500Z"),
    ],
)
def test_times_of_every_notation_become_utc(written: object, read: str) -> None:
    good, rejects = convert({**GOOD, "ts": written})
    assert rejects == []
    assert good[0]["ts"] == read


def test_a_time_less_than_a_day_ahead_is_believed_since_clocks_differ() -> None:
    assert convert({**GOOD, "ts": "2026-12-01T23:00:00.000Z"})[1] == []
    assert convert({**GOOD, "ts": "2026-12-02T00:00:01.000Z"})[1] == [
        "time lies in the future (2026-12-02T00:00Z)"
    ]


def test_the_clock_is_asked_again_while_it_runs() -> None:
    moments = iter([FROZEN, FROZEN + datetime.timedelta(days=3)])
    moving = LineReader(ReadOptions(), clock=lambda: next(moments))
    assert moving.convert(orjson.dumps(GOOD), "a", 1)[1] == []
    assert moving.convert(orjson.dumps({**GOOD, "ts": "2026-12-03T00:00:00Z"}), "a", 2)[1] == []


def test_a_named_account_is_for_records_that_carry_none() -> None:
    bare = {name: value for name, value in GOOD.items() if name != "account_id"}
    assert convert(bare, account="acct-9", format="canonical")[0][0]["account_id"] == "acct-9"
    assert convert(GOOD, account="acct-9")[0][0]["account_id"] == "acct-1"


def test_account_from_overrides_what_the_format_finds() -> None:
    record = {**GOOD, "billing": {"customer.id": "cust-5"}}
    assert convert(record, account_from="billing.customer.id")[0][0]["account_id"] == "cust-5"
    assert convert(GOOD, account_from="billing.customer.id")[0][0]["account_id"] == "acct-1"


def test_formats_may_alternate_within_a_file() -> None:
    batch = {
        "id": "b",
        "custom_id": "1",
        "error": None,
        "response": {"status_code": 200, "body": {"created": 1795144447, "model": "big-1", "choices": []}},
    }
    mixed = reader(account="acct-9")
    for record in (GOOD, batch) * 3:
        good, rejects = mixed.convert(orjson.dumps(record), "a", 1)
        assert len(good) == 1
        assert rejects == []


def test_a_named_format_is_used_whatever_the_record_looks_like() -> None:
    assert convert(GOOD, format="bedrock")[1] == ["no ts"]


def test_an_unknown_format_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(StillwatchError) as caught:
        reader(format="litelm")
    assert caught.value.hint == "did you mean litellm?"


def test_an_export_without_model_requests_says_so() -> None:
    assert convert({"resourceSpans": []}) == ([], ["no model request among 0 spans or log records"])


def test_one_bad_span_does_not_cost_the_others() -> None:
    def span(user: str) -> dict[str, Any]:
        values = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "big-1", "user.id": user}
        pairs = [{"key": key, "value": {"stringValue": value}} for key, value in values.items()]
        return {"spanId": "1", "startTimeUnixNano": "1795144447120000000", "attributes": pairs}

    good, rejects = convert(
        {"resourceSpans": [{"scopeSpans": [{"spans": [span("acct-1"), span(""), span("acct-2")]}]}]}
    )
    assert [exchange["account_id"] for exchange in good] == ["acct-1", "acct-2"]
    assert rejects == ["no account: use --account NAME or --account-from FIELD"]


def test_a_file_is_known_by_most_of_its_first_lines_and_not_by_bad_ones() -> None:
    line = orjson.dumps(GOOD)
    found = file_format(b"\xef\xbb\xbfgarbage\n" + line + b"\n" + line + b'\n{"cut off')
    assert found is not None
    assert found.name == "canonical"
    assert file_format(b"garbage\n{}\n") is None
