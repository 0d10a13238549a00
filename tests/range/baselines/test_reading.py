"""Columns of a log: hashed words, openings and closings, identifiers, what is missing."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.range.baselines import planted

from stillwatch.errors import StillwatchError
from stillwatch.range.baselines.reading import from_records, read_log
from stillwatch.range.baselines.traffic import BUCKETS


def one(*texts: str, **changes: object) -> object:
    return from_records(
        planted.record(i, "account", planted.BEGIN_MS + i, text, **changes) for i, text in enumerate(texts)
    )


def test_case_and_digits_do_not_matter_and_words_do() -> None:
    traffic = one(
        "Count 12 red APPLES and tell me how many", "count 77 red apples and tell me HOW many", "count pears"
    )
    likeness = traffic.dense @ traffic.dense.T
    assert likeness[0, 1] == pytest.approx(1.0, abs=1e-5)
    assert likeness[0, 2] < 0.9
    assert traffic.identifiers["opening"][0] == traffic.identifiers["opening"][1] != 0
    assert traffic.identifiers["opening"][2] == 0, "two words are no opening"


def test_characters_of_chinese_and_japanese_are_words() -> None:
    assert one("请解释每一个步骤").counts["words"].tolist() == [8]


def test_the_query_is_the_last_thing_the_person_said() -> None:
    messages = [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": "first"},
        {"role": "assistant", "content": "a"},
        {"role": "user", "content": [{"type": "text", "text": "second question"}]},
    ]
    traffic = one("", messages=messages)
    assert traffic.counts["words"].tolist() == [2]
    assert traffic.counts["turns"].tolist() == [2]
    assert traffic.identifiers["system"][0] != 0


def test_missing_fields_are_missing_and_not_zero() -> None:
    traffic = from_records([{"ts": "2026-03-02T10:00:00Z", "account_id": "a", "messages": []}])
    assert traffic.identifiers["address"].tolist() == [0]
    assert np.isnan(traffic.numbers["output_tokens"]).all()
    assert traffic.counts["status"].tolist() == [-1]
    assert traffic.created.tolist() == [0]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=8))
def test_any_text_gives_terms_of_length_one(texts: list[str]) -> None:
    traffic = one(*texts)
    starts, weights = traffic.terms.starts, traffic.terms.weights
    assert starts[-1] == len(weights)
    for row, words in enumerate(traffic.counts["words"].tolist()):
        part = weights[starts[row] : starts[row + 1]]
        assert (len(part) == 0) == (words == 0)
        assert not len(part) or np.linalg.norm(part) == pytest.approx(1.0, abs=1e-5)
    assert traffic.terms.places.dtype == np.uint16
    assert BUCKETS == 1 << 16


def test_the_log_until_a_time_is_what_reading_its_beginning_gives() -> None:
    records = planted.honest(random.Random(2), 5, 30)
    records.sort(key=lambda each: each["ts"])
    whole, begun = from_records(records), from_records(records[:40])
    early = whole.until(int(begun.ts[-1]))
    np.testing.assert_array_equal(early.ts, begun.ts)
    np.testing.assert_array_equal(early.terms.weights, begun.terms.weights)
    assert [early.accounts[i] for i in early.account] == [begun.accounts[i] for i in begun.account]


def test_rows_can_be_taken_in_any_order() -> None:
    traffic = from_records(planted.honest(random.Random(3), 4, 20))
    rows = np.asarray([7, 3, 3, 0])
    taken = traffic.take(rows)
    starts = traffic.terms.starts
    expected = np.concatenate([traffic.terms.places[starts[r] : starts[r + 1]] for r in rows])
    np.testing.assert_array_equal(taken.terms.places, expected)
    np.testing.assert_array_equal(taken.ts, traffic.ts[rows])


def test_a_line_that_is_no_exchange_is_named(tmp_path: Path) -> None:
    good = orjson.dumps(planted.record(1, "a", planted.BEGIN_MS, "hello"))
    path = tmp_path / "exchanges.jsonl.gz"
    path.write_bytes(gzip.compress(good + b"\n{broken\n"))
    with pytest.raises(StillwatchError, match=r"line 2 of exchanges\.jsonl\.gz is not JSON"):
        read_log(path)
    path.write_bytes(gzip.compress(b'{"ts": "yesterday", "account_id": "a"}\n'))
    with pytest.raises(StillwatchError, match="no account_id or no readable ts"):
        read_log(path)
