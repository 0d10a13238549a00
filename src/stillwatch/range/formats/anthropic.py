"""Writes exchanges with Anthropic's Messages API: both bodies in one envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from stillwatch.core.exchange import CanonicalRecord

LOSES: Final = "ASN, country, payment, age of the account, reasoning tokens"
_USUAL_LIMIT: Final = 4096  # the API wants one, so clients that set none send their default


def payload(record: CanonicalRecord) -> dict[str, Any]:
    """The log record of one exchange."""
    return {
        "ts": record["ts"],
        "request_id": record["request_id"],
        "account_id": record["account_id"],
        "organization_id": record["organization_id"],
        "api_key_id": record["api_key_id"],
        "client_ip": record["ip"],
        "user_agent": record["user_agent"],
        "endpoint": "/v1/messages",
        "latency_ms": record["latency_ms"],
        "status_code": record["status"],
        "request": messages_request(record),
        "response": messages_answer(record),
    }


def messages_request(record: CanonicalRecord) -> dict[str, Any]:
    """The body of the request: the system prompt apart, results of tools said by the user."""
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
    """The body of the answer; a failed request has an error."""
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
