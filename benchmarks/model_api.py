"""A small model API that answers at once, for tests, benchmarks and demonstrations: it speaks what gateways pass on.

Chat completions, completions, embeddings, Anthropic messages and Responses, whole and streaming, with reasoning in each
dialect's own way. Every piece of reasoning holds the word ``zebra``, so that a leak is seen; no answer does.

    python -m benchmarks.model_api --port 8000
"""

from __future__ import annotations

import argparse
import json
import threading
from collections.abc import Iterator
from typing import Any, Final

from benchmarks.small_http import SmallHandler, SmallServer

SECRET: Final = "zebra"
SAID: Final = "The answer is 42, and that is all."
OPAQUE: Final = "c2lnbmF0dXJl"
THOUGHT: Final = f"First a {SECRET}, then another {SECRET}."
MODELS: Final = ("small", "large")
BEGUN: Final = b"data: begun\n\n"
ENDED: Final = b"data: ended\n\n"
_LONGEST_WAIT_S: Final = 60.0


class ModelApi:
    """The API on a port of this machine.

    Args:
        port: 0 for any that is free.

    Attributes:
        requests: method, path, headers in lower case and JSON body of every request, in order.
        go_on: what a slow answer (``GET …/slow``) waits for in the middle of it.
    """

    def __init__(self, port: int = 0) -> None:
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []
        self.go_on = threading.Event()
        api = self

        class Handler(_Handler):
            requests = api.requests
            go_on = api.go_on

        self._server = SmallServer(Handler, port)
        self.port = self._server.port

    @property
    def address(self) -> str:
        """Address and port."""
        return f"127.0.0.1:{self.port}"

    def close(self) -> None:
        """Stop."""
        self._server.close()


class _Handler(SmallHandler):
    requests: list[tuple[str, str, dict[str, str], Any]]
    go_on: threading.Event

    def do_GET(self) -> None:  # noqa: N802 - its name in http.server
        """Lists the models, or answers slowly; anything else is a plain yes."""
        self._note(None)
        if self.path.endswith("/models"):
            self.answer_json({"object": "list", "data": [{"id": name, "object": "model"} for name in MODELS]})
        elif self.path.endswith("/slow"):
            self.begin_stream("text/event-stream")
            self.piece(BEGUN)
            self.go_on.wait(_LONGEST_WAIT_S)
            self.piece(ENDED)
            self.piece(b"")
        else:
            self.answer_json({"ok": True})

    def do_POST(self) -> None:  # noqa: N802 - its name in http.server
        """Answers in the dialect of the path."""
        body = json.loads(self.body() or b"{}")
        self._note(body)
        path = self.path.partition("?")[0]
        if path.endswith("/embeddings"):
            self.answer_json({"object": "list", "model": "small", "data": [_EMBEDDING], "usage": _USAGE})
        elif path.endswith("/messages"):
            self._either(body, message(), message_events(), named=True)
        elif path.endswith("/responses"):
            self._either(body, response(), response_events(), named=True)
        elif path.endswith("/completions") and "prompt" in body:
            self.answer_json(
                {"id": "cmpl-1", "object": "text_completion", "choices": [_TEXT], "usage": _USAGE}
            )
        else:
            self._either(body, chat(), chat_events(), named=False)

    def _note(self, body: Any) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.requests.append((self.command, self.path, headers, body))

    def _either(self, body: dict[str, Any], whole: Any, events: Iterator[Any], *, named: bool) -> None:
        if not body.get("stream"):
            self.answer_json(whole)
            return
        self.begin_stream("text/event-stream")
        for event in events:
            head = f"event: {event['type']}\n" if named else ""
            self.piece(f"{head}data: {json.dumps(event)}\n\n".encode())
        if not named:
            self.piece(b"data: [DONE]\n\n")
        self.piece(b"")


_USAGE: Final = {"prompt_tokens": 5, "completion_tokens": 9, "total_tokens": 14}
_EMBEDDING: Final = {"object": "embedding", "index": 0, "embedding": [0.1, 0.2]}
_TEXT: Final = {"index": 0, "text": SAID, "finish_reason": "stop", "logprobs": None}


def _words(text: str) -> list[str]:
    return [f"{word} " for word in text.split()]


def chat() -> dict[str, Any]:
    """A chat completion with reasoning beside the content."""
    said = {"role": "assistant", "content": SAID, "reasoning_content": THOUGHT}
    choice = {"index": 0, "message": said, "finish_reason": "stop", "logprobs": None}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "small",
        "choices": [choice],
    } | {"usage": _USAGE}


def chat_events() -> Iterator[dict[str, Any]]:
    """The same in pieces."""
    deltas: list[tuple[dict[str, Any], str | None]] = [({"role": "assistant", "content": ""}, None)]
    deltas += [({"reasoning_content": word}, None) for word in _words(THOUGHT)]
    deltas += [({"content": word}, None) for word in _words(SAID)]
    deltas.append(({}, "stop"))
    for delta, reason in deltas:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        yield {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "small"} | {
            "choices": [choice]
        }


def message() -> dict[str, Any]:
    """An Anthropic message with a thinking block, an encrypted one and a text."""
    blocks = [
        {"type": "thinking", "thinking": THOUGHT, "signature": OPAQUE},
        {"type": "redacted_thinking", "data": OPAQUE},
        {"type": "text", "text": SAID},
    ]
    usage = {"input_tokens": 5, "output_tokens": 9}
    head = {"id": "msg_1", "type": "message", "role": "assistant", "model": "small", "stop_sequence": None}
    return head | {"content": blocks, "stop_reason": "end_turn", "usage": usage}


def message_events() -> Iterator[dict[str, Any]]:
    """The same in pieces."""
    yield {"type": "message_start", "message": message() | {"content": [], "stop_reason": None}}
    for index, block in enumerate(message()["content"]):
        kind = block["type"]
        field = {"thinking": "thinking", "text": "text"}.get(kind)
        start = {**block, field: ""} if field else block
        start.pop("signature", None)
        yield {"type": "content_block_start", "index": index, "content_block": start}
        for word in _words(block[field]) if field else ():
            yield {
                "type": "content_block_delta",
                "index": index,
                "delta": {"type": f"{field}_delta", field: word},
            }
        if kind == "thinking":
            signed = {"type": "signature_delta", "signature": OPAQUE}
            yield {"type": "content_block_delta", "index": index, "delta": signed}
        yield {"type": "content_block_stop", "index": index}
    yield {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 9}}
    yield {"type": "message_stop"}


def _items() -> list[dict[str, Any]]:
    return [
        {
            "id": "rs_1",
            "type": "reasoning",
            "status": "completed",
            "summary": [{"type": "summary_text", "text": THOUGHT}],
            "content": [{"type": "reasoning_text", "text": THOUGHT}],
            "encrypted_content": OPAQUE,
        },
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": SAID, "annotations": []}],
        },
    ]


def response(status: str = "completed") -> dict[str, Any]:
    """A response with a reasoning item and a message."""
    head = {"id": "resp_1", "object": "response", "created_at": 1, "model": "small", "status": status}
    fixed = {"error": None, "incomplete_details": None, "instructions": None, "metadata": {}, "tools": []}
    more = {"parallel_tool_calls": True, "temperature": 1.0, "tool_choice": "auto", "top_p": 1.0}
    details = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 4}}
    usage = {"input_tokens": 5, "output_tokens": 9, "total_tokens": 14} | details
    return head | fixed | more | {"output": _items() if status == "completed" else [], "usage": usage}


def response_events() -> Iterator[dict[str, Any]]:
    """The same in pieces."""
    for number, event in enumerate(_response_events()):
        yield event | {"sequence_number": number}


def _response_events() -> Iterator[dict[str, Any]]:
    reasoning, said = _items()
    yield {"type": "response.created", "response": response("in_progress")}
    yield {
        "type": "response.output_item.added",
        "output_index": 0,
        "item": reasoning | {"summary": [], "content": []},
    }
    place = {"item_id": "rs_1", "output_index": 0, "summary_index": 0}
    for word in _words(THOUGHT):
        yield {"type": "response.reasoning_summary_text.delta", "delta": word} | place
    yield {"type": "response.reasoning_summary_text.done", "text": THOUGHT} | place
    yield {"type": "response.output_item.done", "output_index": 0, "item": reasoning}
    yield {"type": "response.output_item.added", "output_index": 1, "item": said | {"content": []}}
    place = {"item_id": "msg_1", "output_index": 1, "content_index": 0}
    yield {"type": "response.content_part.added", "part": said["content"][0] | {"text": ""}} | place
    for word in _words(SAID):
        yield {"type": "response.output_text.delta", "delta": word, "logprobs": []} | place
    yield {"type": "response.output_text.done", "text": SAID, "logprobs": []} | place
    yield {"type": "response.output_item.done", "output_index": 1, "item": said}
    yield {"type": "response.completed", "response": response()}


def main() -> None:
    """Serves until it is stopped."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--port", type=int, default=8000)
    api = ModelApi(parser.parse_args().port)
    print(f"http://{api.address}", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
