"""What remains of an answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.traffic.answers import CODE, DATA, NUMBER_FIRST, STEPS, TABLE
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.sketch import Sketcher

SKETCHER = Sketcher(Pseudonymiser(bytes(32)), sample=1.0, background=None, latest=2**62)


@pytest.mark.parametrize(
    ("answer", "shape"),
    [
        ("A plain answer, with a 1 in it.", 0),
        ("Use this:\n```python\nprint(1)\n```", CODE),
        ("First:\n1. do this\n2. do that", STEPS),
        ("| a | b |\n| 1 | 2 |", TABLE),
        ('{"score": 7}', DATA),
        ("7 out of 10", NUMBER_FIRST),
        ("1. one\n2. two\n3. three", NUMBER_FIRST | STEPS),
        ("x" * 2000 + "\n```\n1. a\n2. b", 0),
        ("", 0),
    ],
)
def test_the_shape_is_seen_at_the_beginning(
    answer: str, shape: int, sketch_of: Callable[..., dict[str, Any]]
) -> None:
    assert sketch_of("x", response_text=answer)["answer_shape"] == shape


def test_no_answer_is_not_an_empty_answer(sketch_of: Callable[..., dict[str, Any]]) -> None:
    none, empty = sketch_of("x", response_text=None), sketch_of("x", response_text="")
    assert (none["has_answer"], none["answer_chars"]) == (False, None)
    assert (empty["has_answer"], empty["answer_chars"]) == (True, 0)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.booleans(), st.integers(0, 7))
@settings(deadline=None)
def test_characters_are_counted_wherever_the_answer_stands(answer: str, ascii_only: bool, shift: int) -> None:
    record = {"response_text": answer, "x" * shift: 0, "ts": "2026-03-02T00:00:00Z", "account_id": "a"}
    record |= {"model": "m", "messages": []}
    line = json.dumps(record, ensure_ascii=ascii_only).encode() + b"\n"
    assert SKETCHER.sketch(line).table["answer_chars"].to_pylist() == [len(answer)]
