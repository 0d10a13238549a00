"""Every log format keeps the same promises: one fixture, one golden output, honest about what it supplies."""

from __future__ import annotations

import contextlib
import datetime
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.core.exchange import FIELDS, REQUIRED
from stillwatch.logs import registry
from stillwatch.logs.contract import LogFormat, ReadOptions, RecordError
from stillwatch.logs.generic import load_map
from stillwatch.logs.reading import LineReader, file_format

LOGS = Path(__file__).parent.parent / "logs"
NAMES = sorted(registry.formats())
FROZEN = datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)
BY_CONTENT = [name for name in NAMES if name != "generic"]  # which is never recognised, only named

KNOWN_KEYS = """
    ts request response metadata startTime call_type messages resourceSpans custom_id schemaType
    input output gen_ai.request.model response_code spend request_id ai consumer full_request
    ai_model req_units type projectId request_body category properties request_created_at
    logging_time started_at traceId
""".split()  # noqa: SIM905 - thirty quoted words are harder to read
JSON_OBJECTS = st.dictionaries(
    st.text(max_size=12) | st.sampled_from(KNOWN_KEYS),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=8,
    ),
    max_size=8,
)


def fixture_lines(name: str) -> list[bytes]:
    return (LOGS / "fixtures" / f"{name}.jsonl").read_bytes().splitlines()


def golden(name: str) -> list[dict[str, Any]]:
    lines = (LOGS / "golden" / f"{name}.jsonl").read_bytes().splitlines()
    return [orjson.loads(line) for line in lines]


def options_for(log_format: LogFormat) -> ReadOptions:
    return ReadOptions(
        account="acct-named" if log_format.needs_account else None,
        key_map=load_map(str(LOGS / "fixtures" / "generic.toml")) if log_format.name == "generic" else None,
    )


def reader_with(options: ReadOptions) -> LineReader:
    return LineReader(options, clock=lambda: FROZEN)


@pytest.fixture(params=NAMES)
def log_format(request: pytest.FixtureRequest) -> LogFormat:
    return registry.get(request.param)


def test_its_fixture_reads_as_the_golden_output(log_format: LogFormat) -> None:
    reader = reader_with(options_for(log_format))
    exchanges = []
    for number, line in enumerate(fixture_lines(log_format.name), 1):
        good, rejects = reader.convert(line, "fixture", number)
        assert not rejects
        exchanges += [orjson.loads(exchange) for exchange in good]
    assert exchanges == golden(log_format.name)


@pytest.mark.parametrize("name", BY_CONTENT)
def test_it_knows_its_own_fixture_best(name: str) -> None:
    for line in fixture_lines(name):
        best = registry.sniff(orjson.loads(line))
        assert best is not None
        assert best.name == name


@pytest.mark.parametrize("name", BY_CONTENT)
def test_a_file_of_it_is_recognised_by_its_first_lines(name: str) -> None:
    found = file_format((LOGS / "fixtures" / f"{name}.jsonl").read_bytes())
    assert found is not None
    assert found.name == name


def test_it_supplies_what_its_golden_output_shows(log_format: LogFormat) -> None:
    shown = {field for exchange in golden(log_format.name) for field in exchange}
    if log_format.needs_account:
        shown.discard("account_id")
    assert shown <= log_format.supplies <= set(FIELDS)


@pytest.mark.parametrize("name", BY_CONTENT)
def test_what_it_supplies_is_shown_by_its_golden_output(name: str) -> None:
    shown = {field for exchange in golden(name) for field in exchange}
    assert registry.get(name).supplies <= shown


def test_its_golden_output_is_canonical_and_reads_as_itself(log_format: LogFormat) -> None:
    reader = reader_with(ReadOptions())
    for exchange in golden(log_format.name):
        assert set(REQUIRED) <= set(exchange)
        good, rejects = reader.convert(orjson.dumps(exchange), "golden", 1)
        assert not rejects
        assert [orjson.loads(line) for line in good] == [exchange]


@pytest.mark.parametrize("name", [name for name in BY_CONTENT if registry.get(name).needs_account])
def test_records_without_an_account_ask_for_one(name: str) -> None:
    _, rejects = reader_with(ReadOptions()).convert(fixture_lines(name)[-1], "fixture", 1)
    assert [reject.reason for reject in rejects] == ["no account: use --account NAME or --account-from FIELD"]


def test_its_page_says_product_account_and_limits(log_format: LogFormat) -> None:
    page = sys.modules[type(log_format).__module__].__doc__ or ""
    assert "Product:" in page
    assert "Limits:" in page
    if log_format.name != "canonical":
        assert "Account:" in page
    assert log_format.title


@given(record=JSON_OBJECTS)
@settings(max_examples=60, deadline=None)
def test_none_stumbles_over_a_foreign_object(record: dict[str, Any]) -> None:
    for log_format in registry.formats().values():
        assert 0.0 <= log_format.sniff(record) <= 1.0
        with contextlib.suppress(RecordError):
            assert all(isinstance(exchange, dict) for exchange in log_format.exchanges(record))


def test_nothing_in_the_register_is_broken() -> None:
    assert registry.discovery().broken == []
