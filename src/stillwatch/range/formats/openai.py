"""Writes exchanges with an OpenAI-style chat API: both bodies in one envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from stillwatch.core.exchange import CanonicalRecord

LOSES: Final = "ASN, country, payment, age of the account"


def payload(record: CanonicalRecord) -> dict[str, Any]:
    """The log record of one exchange; a failed request has an error for an answer."""
    request = {
        "model": record["model"],
        "messages": record["messages"],
        "temperature": record["temperature"],
        "max_tokens": record["max_tokens"],
        "stream": record["stream"],
        "tools": chat_tools(record),
    }
    return {
        "ts": record["ts"],
        "request_id": record["request_id"],
        "account_id": record["account_id"],
        "organization_id": record["organization_id"],
        "api_key_id": record["api_key_id"],
        "client_ip": record["ip"],
        "user_agent": record["user_agent"],
        "endpoint": record["endpoint"],
        "latency_ms": record["latency_ms"],
        "status_code": record["status"],
        "request": {name: value for name, value in request.items() if value is not None},
        "response": chat_answer(record),
    }


def chat_tools(record: CanonicalRecord) -> list[dict[str, Any]] | None:
    """The tools offered, as a chat request lists them."""
    if not record["tools"]:
        return None
    return [{"type": "function", "function": {"name": name}} for name in record["tools"]]


def chat_answer(record: CanonicalRecord) -> dict[str, Any]:
    """The body of the answer."""
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
