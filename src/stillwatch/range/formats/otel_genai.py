"""Writes OpenTelemetry GenAI spans in OTLP-JSON, one export with one span a line."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from stillwatch.core.exchange import CanonicalRecord

LOSES: Final = "ASN, country, payment, age of the account"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def payload(record: CanonicalRecord) -> dict[str, Any]:
    """The export that holds one exchange's span."""
    passed = datetime.fromisoformat(record["ts"]) - _EPOCH
    begin = (passed.days * 86_400 + passed.seconds) * 10**9 + passed.microseconds * 1000
    code = hashlib.sha256(record["request_id"].encode()).hexdigest()
    span = {
        "traceId": code[:32],
        "spanId": code[32:48],
        "name": f"chat {record['model']}",
        "kind": 2,
        "startTimeUnixNano": str(begin),
        "endTimeUnixNano": str(begin + record["latency_ms"] * 10**6),
        "attributes": [
            {"key": key, "value": _any(value)}
            for key, value in _attributes(record).items()
            if value is not None
        ],
    }
    return {
        "resourceSpans": [
            {
                "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "gateway"}}]},
                "scopeSpans": [{"scope": {"name": "example.gateway"}, "spans": [span]}],
            }
        ]
    }


def _attributes(record: CanonicalRecord) -> dict[str, Any]:
    system = [message for message in record["messages"] if message["role"] == "system"]
    turns = [message for message in record["messages"] if message["role"] != "system"]
    answer = record["response_text"]
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "example",
        "gen_ai.request.model": record["model"],
        "gen_ai.response.id": record["request_id"],
        "gen_ai.request.temperature": record["temperature"],
        "gen_ai.request.max_tokens": record["max_tokens"],
        "gen_ai.request.stream": record["stream"],
        "gen_ai.usage.input_tokens": record["input_tokens"],
        "gen_ai.usage.output_tokens": record["output_tokens"],
        "gen_ai.usage.reasoning.output_tokens": record["reasoning_tokens"],
        "gen_ai.tool.definitions": _json([{"type": "function", "name": name} for name in record["tools"]])
        if record["tools"]
        else None,
        "gen_ai.system_instructions": _json([_part(message["content"]) for message in system])
        if system
        else None,
        "gen_ai.input.messages": _json(
            [{"role": message["role"], "parts": [_part(message["content"])]} for message in turns]
        ),
        "gen_ai.output.messages": _json(
            [{"role": "assistant", "parts": [_part(answer)], "finish_reason": "stop"}]
        )
        if answer is not None
        else None,
        "user.id": record["account_id"],
        "organization.id": record["organization_id"],
        "api_key.id": record["api_key_id"],
        "client.address": record["ip"],
        "user_agent.original": record["user_agent"],
        "url.path": record["endpoint"],
        "http.response.status_code": record["status"],
    }


def _part(text: str) -> dict[str, str]:
    return {"type": "text", "content": text}


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _any(value: object) -> dict[str, Any]:
    """A value as OTLP's ``AnyValue``."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    return {"doubleValue": value} if isinstance(value, float) else {"stringValue": value}
