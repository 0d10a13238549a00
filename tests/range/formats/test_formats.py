"""What is written in a format is read back by the reader of that name."""

import datetime
import itertools

import orjson
import pytest

from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.reading import LineReader
from stillwatch.logs.registry import formats
from stillwatch.range.formats import written_formats
from stillwatch.range.world import make_world

CLOCK = datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def records():
    world = make_world("demo", 4, accounts=150, exchanges=5000)
    found = list(world.exchanges(1000, 1250))
    found += [record for record in world.exchanges(2000, 4000) if record["status"] != 200 or record["tools"]][
        :60
    ]
    assert {record["status"] for record in found} >= {200, 429}
    return found


def read(name, record):
    reader = LineReader(ReadOptions(format=name), clock=lambda: CLOCK)
    good, rejects = reader.convert(orjson.dumps(written_formats()[name].payload(record)), "log", 1)
    assert rejects == []
    (line,) = good
    return orjson.loads(line)


def said(messages):
    return [part.strip() for message in messages for part in _text(message).split("\n\n") if part.strip()]


def _text(message):
    content = message["content"]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


@pytest.mark.parametrize("name", sorted(written_formats()))
def test_every_field_that_the_reader_supplies_comes_back_as_it_was(name, records):
    supplied = formats()[name].supplies
    for record in records:
        exchange = read(name, record)
        assert (exchange["account_id"], exchange["request_id"]) == (
            record["account_id"],
            record["request_id"],
        )
        assert exchange["ts"] == record["ts"]
        for field in ("organization_id", "ip", "user_agent", "country", "model"):
            if field in supplied:
                assert exchange.get(field) == record[field], field
        if record["status"] == 200:  # a failed request used none
            for field in ("input_tokens", "output_tokens"):
                assert exchange.get(field) == record[field], field
        if "response_text" in supplied:
            assert exchange.get("response_text") == record["response_text"]
        if "response_text" in supplied:
            assert said(exchange["messages"]) == said(record["messages"])
        if "tools" in supplied:
            assert (exchange.get("tools") or None) == record["tools"]


@pytest.mark.parametrize("name", sorted(written_formats()))
def test_every_format_is_recognised_by_its_content(name, records):
    reader = LineReader(ReadOptions(), clock=lambda: CLOCK)
    for record in itertools.islice(records, 40):
        line = orjson.dumps(written_formats()[name].payload(record))
        good, rejects = reader.convert(line, "log", 1)
        assert rejects == []
        assert orjson.loads(good[0])["request_id"] == record["request_id"]


def test_at_least_eight_formats_can_be_written():
    assert len(written_formats()) >= 8
    assert set(written_formats()) <= set(formats())
