from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.reasoning_streams import OPAQUE, SAID, SAMPLES, SECRET, Sample, rechunked, said
from benchmarks.reasoning_streams import WHOLE as RESPONSE
from stillwatch.enforcement.gateways.hiding import sse
from stillwatch.enforcement.gateways.hiding.stream import StreamFilter, UnreadableError, hide_in_body
from stillwatch.enforcement.gateways.hiding.thoughts import Thoughts
from stillwatch.enforcement.gateways.hiding.wish import Wish

HIDE = Wish(reasoning=True)
RECHUNKINGS = 1000


def filtered(sample: Sample, chunks: list[bytes], wish: Wish | None = None) -> bytes:
    wish = wish or Wish(reasoning=True, starts_inside=sample.starts_inside)
    stream = StreamFilter(wish, lines=sample.lines)
    return b"".join([*(stream.feed(chunk) for chunk in chunks), stream.finish()])


@pytest.fixture(params=SAMPLES)
def sample(request: pytest.FixtureRequest) -> Sample:
    return SAMPLES[request.param]


def test_no_rechunking_lets_reasoning_through_and_none_changes_what_comes_out(sample: Sample) -> None:
    assert SECRET.encode() in sample.content
    whole = filtered(sample, [sample.content])
    for seed in range(RECHUNKINGS):
        out = filtered(sample, rechunked(sample.content, seed))
        assert SECRET.encode() not in out, seed
        assert out.replace(b"\r", b"\n").replace(b"\n", b"") == whole.replace(b"\r", b"\n").replace(
            b"\n", b""
        )


def test_the_answer_and_the_opaque_parts_come_through(sample: Sample) -> None:
    out = filtered(sample, [sample.content])
    assert said(out) == SAID
    assert out.count(OPAQUE.encode()) == sample.content.count(OPAQUE.encode())


def test_nothing_is_touched_where_nothing_is_to_be_hidden() -> None:
    for name, sample in SAMPLES.items():
        if "probabilities" not in name and name != "responses":
            assert filtered(sample, [sample.content], Wish(logprobs=True)) == sample.content, name


def test_probabilities_go_without_the_reasoning_going() -> None:
    out = filtered(
        SAMPLES["chat probabilities"], [SAMPLES["chat probabilities"].content], Wish(logprobs=True)
    )
    assert b'logprob"' not in out
    assert b'"reasoning":' in out


def test_an_event_costs_little_more_than_reading_and_writing_it_once() -> None:
    events = sse.Splitter().feed(SAMPLES["chat reasoning_content"].content)
    payloads = [json.loads(event[6:]) for event in events if b"DONE" not in event]
    written = [json.dumps(payload) for payload in payloads]
    filtering = min(seconds(lambda stream, event: stream.feed(event), events) for _ in range(9))
    reading = min(seconds(lambda _, text: json.dumps(json.loads(text)), written) for _ in range(9))
    assert filtering < 4 * reading


def seconds(work: Callable[[StreamFilter, Any], object], items: list[Any]) -> float:
    stream = StreamFilter(HIDE)
    start = time.perf_counter()
    for item in items:
        work(stream, item)
    return time.perf_counter() - start


def test_what_looks_like_reasoning_and_cannot_be_read_is_withheld_and_counted() -> None:
    stream = StreamFilter(HIDE)
    assert stream.feed(b'data: {"choices":[{"delta":{"reasoning_content":"zeb\n\n') == b""
    assert stream.withheld == 1
    assert stream.feed(b": a comment\n\ndata: plain words\n\n") == b": a comment\n\ndata: plain words\n\n"


def test_a_name_written_with_escapes_is_still_seen() -> None:
    event = b'data: {"choices":[{"index":0,"delta":{"r\\u0065asoning":"zebra","content":"x"}}]}\n\n'
    assert b"zebra" not in StreamFilter(HIDE).feed(event)


def test_events_that_are_not_parted_by_blank_lines_are_read_line_by_line() -> None:
    line = b'data: {"choices":[{"index":0,"delta":{"reasoning":"zebra"}}]}\n'
    said_line = b'data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n'
    stream = StreamFilter(HIDE)
    out = stream.feed(line + said_line + line) + stream.finish()
    assert b"zebra" not in out
    assert b'"content":"x"' in out


def test_a_stream_cut_off_within_an_event_leaks_nothing() -> None:
    for sample in SAMPLES.values():
        for end in range(0, len(sample.content), 97):
            assert SECRET.encode() not in filtered(sample, [sample.content[:end]])


def test_an_event_without_end_is_refused() -> None:
    splitter = sse.Splitter(longest=100)
    splitter.feed(b"data: " + b"z" * 90)
    with pytest.raises(sse.EventTooLongError):
        splitter.feed(b"zzzzz")


@given(
    st.lists(st.sampled_from([b"data: x", b"\n", b"\r\n", b"\r", b"\n\n", b"event: y", b"id"]), max_size=30)
)
@settings(max_examples=200, deadline=None)
def test_cut_events_put_together_are_the_stream(parts: list[bytes]) -> None:
    splitter = sse.Splitter()
    out = [event for part in parts for event in splitter.feed(part)]
    assert b"".join(out) + splitter.rest() == b"".join(parts)


ENDS = st.sampled_from([b"\n", b"\r\n", b"\r", b"", b"\n\n", b"\r\n\r\n", b"\n\r"])


@given(
    st.tuples(
        st.sampled_from([b"", b"event: y", b"event:y", b"id: 1", b"data: x", b"\xef\xbb\xbf"]),
        ENDS,
        st.sampled_from([b"data: {}", b"data:{}", b"data: ", b"data", b"data: a\rb", b"data: a\nb"]),
        ENDS,
        ENDS,
        st.sampled_from([b"", b"data: z", b"\n"]),
    )
)
@settings(max_examples=500, deadline=None)
def test_what_is_taken_for_one_event_at_a_glance_is_one(parts: tuple[bytes, ...]) -> None:
    chunk = b"".join(parts)
    found = sse.plain(chunk)
    if found is not None:
        head, data = found
        assert sse.Splitter().feed(chunk) == [chunk]
        assert sse.payloads(chunk) == [data]
        assert sse.with_payload(chunk, b"p") == (head + b"\n" if head else b"") + b"data: p\n\n"


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("head", [b"", b"event: y"])
def test_an_event_of_one_line_is_known_at_a_glance(head: bytes, end: bytes) -> None:
    chunk = (head + end if head else b"") + b"data: {}" + end + end
    assert sse.plain(chunk) == (head, b"{}")


@pytest.mark.parametrize("shape", ["zebra", {"text": "zebra"}, 7])
@pytest.mark.parametrize("field", ["reasoning_details", "thinking_blocks", "reasoning_items"])
def test_reasoning_of_an_unknown_shape_goes_altogether(field: str, shape: Any) -> None:
    event = {"choices": [{"index": 0, "delta": {field: shape, "content": "x"}}]}
    out = StreamFilter(HIDE).feed(b"data: " + json.dumps(event).encode() + b"\n\n")
    assert json.loads(out[6:])["choices"][0]["delta"] == {"content": "x"}


@given(st.text(max_size=60), st.integers(1, 7), st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_text_in_pieces_is_cut_as_the_whole_text_is(text: str, size: int, tagged: bool) -> None:
    full = f"<think>{SECRET}</think>{text}" if tagged else text
    thoughts = Thoughts()
    shown = "".join(thoughts.piece("k", full[i : i + size]) for i in range(0, len(full), size))
    assert shown + thoughts.end("k") == Thoughts().whole(full)


@pytest.mark.parametrize("text", ["Write <think> to begin", "a < b", "<", "<thin ice>", " <thinker>"])
def test_a_text_that_does_not_begin_with_a_thought_stays_whole(text: str) -> None:
    thoughts = Thoughts()
    assert "".join(thoughts.piece("k", letter) for letter in text) + thoughts.end("k") == text
    assert Thoughts().whole(text) == text


BLOCKS = [
    {"type": "thinking", "thinking": SECRET, "signature": OPAQUE},
    {"type": "redacted_thinking", "data": OPAQUE},
    {"type": "text", "text": SAID},
]
BODIES: dict[str, Any] = {
    "chat": {
        "choices": [{"message": {"content": SAID, "reasoning_content": SECRET}, "logprobs": {"x": SECRET}}]
    },
    "chat tagged": {"choices": [{"message": {"content": f"<think>{SECRET}</think>\n{SAID}"}}]},
    "completion": {
        "choices": [{"text": f"<think>{SECRET}</think>\n{SAID}", "logprobs": {"tokens": [SECRET]}}]
    },
    "messages": {"type": "message", "content": BLOCKS},
    "responses": RESPONSE,
    "gemini": [{"candidates": [{"content": {"parts": [{"text": SECRET, "thought": True}, {"text": SAID}]}}]}],
    "ollama": {"model": "m", "done": True, "thinking": SECRET, "response": SAID},
}


@pytest.mark.parametrize("name", BODIES)
def test_a_whole_answer_loses_reasoning_and_keeps_the_rest(name: str) -> None:
    out = hide_in_body(HIDE, json.dumps(BODIES[name]).encode())
    assert SECRET.encode() not in out
    assert SAID in json.dumps(json.loads(out), ensure_ascii=False)
    assert out.count(OPAQUE.encode()) == json.dumps(BODIES[name]).count(OPAQUE)


def test_a_body_without_anything_to_hide_stays_as_it_is() -> None:
    body = b'{ "choices" : [ {"message": {"content": "x"} } ] }'
    assert hide_in_body(HIDE, body) == body


def test_a_body_that_cannot_be_read_is_not_passed_on() -> None:
    with pytest.raises(UnreadableError):
        hide_in_body(HIDE, b'{"reasoning_content": "zeb')
    assert hide_in_body(HIDE, b"not found") == b"not found"
