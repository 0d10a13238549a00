"""Request and response bodies in the two dialects that most gateways log, for the formats that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from stillwatch.core.exchange import CanonicalRecord

_USUAL_LIMIT: Final = 4096  # the Messages API wants one, so clients that set none send their default


def chat_request(record: CanonicalRecord) -> dict[str, Any]:
    """The body of an OpenAI-style chat request."""
    request = {
        "model": record["model"],
        "messages": record["messages"],
        "temperature": record["temperature"],
        "max_tokens": record["max_tokens"],
        "stream": record["stream"],
        "tools": chat_tools(record),
    }
    return {name: value for name, value in request.items() if value is not None}


def chat_tools(record: CanonicalRecord) -> list[dict[str, Any]] | None:
    """The tools offered, as a chat request lists them."""
    if not record["tools"]:
        return None
    return [{"type": "function", "function": {"name": name}} for name in record["tools"]]


def chat_answer(record: CanonicalRecord) -> dict[str, Any]:
    """The body of a chat answer; a failed request has an error."""
    if record["status"] != 200:
        return {"error": {"code": record["status"], "message": "upstream"}}
    taken, given = record["input_tokens"], record["output_tokens"]
    return {
        "id": record["request_id"],
        "object": "chat.completion",
        "model": record["model"],
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": record["response_text"]},
            }
        ],
        "usage": {
            "prompt_tokens": taken,
            "completion_tokens": given,
            "total_tokens": taken + given,
            "completion_tokens_details": {"reasoning_tokens": record["reasoning_tokens"]},
        },
    }


def messages_request(record: CanonicalRecord) -> dict[str, Any]:
    """The body of a Messages request: the system prompt apart, results of tools said by the user."""
    system = [message["content"] for message in record["messages"] if message["role"] == "system"]
    request = {
        "model": record["model"],
        "max_tokens": record["max_tokens"] or _USUAL_LIMIT,
        "system": "\n\n".join(system) or None,
        "messages": [_turn(message) for message in record["messages"] if message["role"] != "system"],
        "temperature": record["temperature"],
        "stream": record["stream"],
        "tools": [{"name": name} for name in record["tools"]] if record["tools"] else None,
    }
    return {name: value for name, value in request.items() if value is not None}


def messages_answer(record: CanonicalRecord) -> dict[str, Any]:
    """The body of a Messages answer; a failed request has an error."""
    if record["status"] != 200:
        kind = "rate_limit_error" if record["status"] == 429 else "api_error"
        return {"type": "error", "error": {"type": kind, "message": "upstream"}}
    return {
        "id": record["request_id"],
        "type": "message",
        "role": "assistant",
        "model": record["model"],
        "content": [{"type": "text", "text": record["response_text"]}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": record["input_tokens"], "output_tokens": record["output_tokens"]},
    }


def _turn(message: dict[str, Any]) -> dict[str, Any]:
    if message["role"] == "tool":
        return {"role": "user", "content": [{"type": "text", "text": message["content"]}]}
    return message
