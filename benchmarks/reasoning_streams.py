"""Streams of each dialect, with reasoning that must not come through and the rest that must."""

from __future__ import annotations

import dataclasses
import json
import random
from typing import Any

SECRET = "zebra"  # stands in every piece of reasoning and nowhere else
OPAQUE = "c2lnbmF0dXJl"  # signatures and encrypted parts, which must come through
SAID = "The answer is 42 \u00e9\u4e16\U0001f600."


@dataclasses.dataclass(frozen=True)
class Sample:
    """A stream, and whether it has opaque parts."""

    content: bytes
    opaque: bool = False
    starts_inside: bool = False
    lines: bool = False


def sse(events: list[dict[str, Any]], *, named: bool = False, end: str = "\n", done: bool = False) -> bytes:
    """Events as a server writes them, some with escapes and some without."""
    out = []
    for event in events:
        if named:
            out.append(f"event: {event['type']}{end}")
        out.append(f"data: {json.dumps(event, ensure_ascii=len(out) % 3 == 0)}{end}{end}")
    if done:
        out.append(f"data: [DONE]{end}{end}")
    return "".join(out).encode()


def chunk(delta: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A chunk of a chat completion."""
    choice = {"index": 0, "delta": delta, "finish_reason": None} | more
    return {"id": "c1", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}


def pieces(text: str, size: int = 3) -> list[str]:
    """A text in pieces of so many letters."""
    return [text[i : i + size] for i in range(0, len(text), size)]


THOUGHT = f"I see a {SECRET} here, and then a {SECRET} there"
FINISH = chunk({}, finish_reason="stop")
SPOKEN = [chunk({"content": piece}) for piece in pieces(SAID)]


def chat(*fields: str) -> list[dict[str, Any]]:
    """A chat completion that carries its reasoning in these fields."""
    thought = [chunk({"role": "assistant", "content": None, fields[0]: ""})]
    for word in THOUGHT.split():
        thought.append(chunk(dict.fromkeys(fields, f"{SECRET} {word}")))
    return [*thought, *SPOKEN, FINISH]


BLOCK = {"type": "thinking", "thinking": THOUGHT, "signature": OPAQUE}
DETAILS = [
    {"type": "reasoning.text", "text": THOUGHT, "signature": OPAQUE},
    {"type": "reasoning.summary", "summary": THOUGHT},
    {"type": "reasoning.encrypted", "data": OPAQUE},
]
BESIDE = [
    chunk({"reasoning_content": THOUGHT, "thinking_blocks": [BLOCK]}),
    chunk({"provider_specific_fields": {"reasoning_content": THOUGHT, "thinking_blocks": [BLOCK]}}),
    chunk({"reasoning_details": DETAILS}),
    chunk({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}]}),
    *SPOKEN,
    FINISH,
]
PROBABILITIES = [
    chunk({"reasoning": word}, logprobs={"content": [{"token": SECRET, "logprob": -0.1}]})
    for word in THOUGHT.split()
] + SPOKEN
WORDS = [f" {word}" for word in THOUGHT.split()]
CLOSED = [*WORDS, *pieces(f"</think>\n\n{SAID}", 4)]
TAGGED = [chunk({"role": "assistant"})]
TAGGED += [chunk({"content": piece}) for piece in [*pieces("\n<think>", 4), *CLOSED]] + [FINISH]
INSIDE = [chunk({"content": piece}) for piece in CLOSED] + [FINISH]

MESSAGES: list[dict[str, Any]] = [
    {"type": "message_start", "message": {"id": "m", "type": "message", "content": [], "usage": {}}},
    {"type": "ping"},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": SECRET}},
    *(
        {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": piece}}
        for piece in [SECRET, *THOUGHT.split()]
    ),
    {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": OPAQUE}},
    {"type": "content_block_stop", "index": 0},
    {
        "type": "content_block_start",
        "index": 1,
        "content_block": {"type": "redacted_thinking", "data": OPAQUE},
    },
    {"type": "content_block_stop", "index": 1},
    {"type": "content_block_start", "index": 2, "content_block": {"type": "text", "text": ""}},
    *(
        {"type": "content_block_delta", "index": 2, "delta": {"type": "text_delta", "text": piece}}
        for piece in pieces(SAID)
    ),
    {"type": "content_block_stop", "index": 2},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 9}},
    {"type": "message_stop"},
]

REASONING = {
    "id": "rs_1",
    "type": "reasoning",
    "summary": [{"type": "summary_text", "text": THOUGHT}],
    "content": [{"type": "reasoning_text", "text": THOUGHT}],
    "encrypted_content": OPAQUE,
}
MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "content": [{"type": "output_text", "text": SAID, "annotations": [], "logprobs": [{"token": SECRET}]}],
}
WHOLE = {"id": "r", "object": "response", "reasoning": {"effort": "high"}, "output": [REASONING, MESSAGE]}
RESPONSES: list[dict[str, Any]] = [
    {"type": "response.created", "response": {"id": "r", "object": "response", "output": []}},
    {"type": "response.output_item.added", "output_index": 0, "item": REASONING},
    {"type": "response.reasoning_summary_part.added", "part": {"type": "summary_text", "text": SECRET}},
    *({"type": "response.reasoning_summary_text.delta", "delta": w} for w in [SECRET, *THOUGHT.split()]),
    {"type": "response.reasoning_summary_text.done", "text": THOUGHT},
    *({"type": "response.reasoning_text.delta", "delta": w} for w in [SECRET, *THOUGHT.split()]),
    {"type": "response.content_part.added", "part": {"type": "reasoning_text", "text": SECRET}},
    {"type": "response.output_item.done", "output_index": 0, "item": REASONING},
    {"type": "response.output_item.added", "output_index": 1, "item": {**MESSAGE, "content": []}},
    *(
        {"type": "response.output_text.delta", "output_index": 1, "content_index": 0, "delta": piece}
        for piece in pieces(SAID)
    ),
    {"type": "response.output_text.done", "output_index": 1, "content_index": 0, "text": SAID},
    {"type": "response.output_item.done", "output_index": 1, "item": MESSAGE},
    {"type": "response.completed", "response": WHOLE},
]

GEMINI = [
    {"candidates": [{"content": {"parts": [{"text": THOUGHT, "thought": True}]}}]},
    {"candidates": [{"content": {"parts": [{"text": SECRET, "thought": True, "thoughtSignature": OPAQUE}]}}]},
    *({"candidates": [{"content": {"parts": [{"text": piece}]}}]} for piece in pieces(SAID)),
]
OLLAMA = [
    *({"model": "m", "message": {"role": "assistant", "thinking": SECRET + w}, "done": False} for w in "abc"),
    *({"model": "m", "message": {"role": "assistant", "content": p}, "done": False} for p in pieces(SAID)),
    {"model": "m", "message": {"role": "assistant", "content": ""}, "done": True},
]
UNKNOWN = [{"kind": "step", "step": {"reasoning_content": THOUGHT}}, {"kind": "text", "text": SAID}]

SAMPLES = {
    "chat reasoning_content": Sample(sse(chat("reasoning_content"), done=True)),
    "chat reasoning and a copy of it": Sample(sse(chat("reasoning", "reasoning_content"), end="\r\n")),
    "chat beside the content": Sample(sse(BESIDE, done=True), opaque=True),
    "chat probabilities": Sample(sse(PROBABILITIES, end="\r")),
    "chat tags in the content": Sample(sse(TAGGED, done=True)),
    "chat that starts inside a thought": Sample(sse(INSIDE), starts_inside=True),
    "messages": Sample(sse(MESSAGES, named=True), opaque=True),
    "responses": Sample(sse(RESPONSES, named=True, end="\r\n"), opaque=True),
    "gemini": Sample(sse(GEMINI, end="\r\n"), opaque=True),
    "ollama": Sample("".join(json.dumps(e) + "\n" for e in OLLAMA).encode(), lines=True),
    "an unknown dialect": Sample(sse(UNKNOWN)),
}


def said(out: bytes) -> str:
    """The text a client would put together from what came through."""
    text = []
    for line in out.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"):
        data = line.removeprefix(b"data: ")
        if data[:1] != b"{":
            continue
        event = json.loads(data)
        match event:
            case {"choices": [{"delta": {"content": str(piece)}}]}:
                text.append(piece)
            case {"delta": {"type": "text_delta", "text": piece}}:
                text.append(piece)
            case {"type": "response.output_text.delta", "delta": piece}:
                text.append(piece)
            case {"candidates": [{"content": {"parts": parts}}]}:
                text += [part["text"] for part in parts]
            case {"message": {"content": str(piece)}} | {"kind": "text", "text": piece}:
                text.append(piece)
    return "".join(text)


def rechunked(content: bytes, seed: int) -> list[bytes]:
    """The stream cut at random: by single bytes, by small pieces, or by large ones."""
    rng = random.Random(seed)
    largest = 1 if seed % 40 == 0 else rng.choice((7, 60, 60, 300, 300, 300, 5000))
    out, start = [], 0
    while start < len(content):
        end = start + rng.randint(1, largest)
        out.append(content[start:end])
        start = end
    return out
