"""Whatever an endpoint sends is an answer or is said to be none."""

from __future__ import annotations

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.attribution.archive.kept import answer_fields
from stillwatch.attribution.querying.question import Question
from stillwatch.attribution.querying.reply import read_reply

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "choices",
                    "message",
                    "text",
                    "content",
                    "logprobs",
                    "tokens",
                    "token",
                    "logprob",
                    "tool_calls",
                    "model",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def kept(content: bytes) -> None:
    """Reads a body, if it is one, and makes sure that the archive can keep it."""
    try:
        reply = read_reply(content, {})
    except ValueError:
        return
    orjson.dumps(answer_fields(Question.of("p", "x"), reply))


@given(st.binary(max_size=200))
def test_no_bytes_are_more_than_it_can_take(content):
    kept(content)


@given(JSON)
def test_no_json_is_more_than_it_can_take(value):
    kept(json.dumps(value).encode())
    kept(json.dumps({"choices": [value]}).encode())
    kept(json.dumps({"choices": [{"message": {"content": "x"}, "logprobs": value}], "model": value}).encode())


@pytest.mark.parametrize("nested", ["[" * 100_000, '{"choices":' * 50_000])
def test_depth_is_no_way_to_stop_a_run(nested):
    with pytest.raises(ValueError, match="no answer"):
        read_reply(nested.encode(), {})


def test_halves_of_letters_are_kept_as_what_can_be_written():
    reply = read_reply(b'{"choices":[{"message":{"content":"a\\ud800b"}}]}', {})
    assert reply.text == "a?b"
