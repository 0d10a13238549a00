"""Writes a canonical exchange the way a LiteLLM proxy logs it (StandardLoggingPayload)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.core.exchange import CanonicalRecord

LOSES: Final = "ASN, country, payment, age of the account"


def payload(record: CanonicalRecord) -> dict[str, Any]:
    """The log record of one exchange."""
    begin = datetime.fromisoformat(record["ts"]).timestamp()
    seconds = (record["latency_ms"] or 0) / 1000
    good = record["status"] == 200
    key = hashlib.sha256(record["api_key_id"].encode()).hexdigest()
    taken, given = record["input_tokens"], record["output_tokens"]
    usage = {
        "completion_tokens": given,
        "prompt_tokens": taken,
        "total_tokens": taken + given,
        "completion_tokens_details": {"reasoning_tokens": record["reasoning_tokens"]},
        "prompt_tokens_details": None,
    }
    return {
        "id": record["request_id"],
        "litellm_call_id": record["request_id"],
        "trace_id": record["request_id"],
        "session_id": "",
        "call_type": "acompletion",
        "cache_hit": None,
        "stream": record["stream"],
        "status": "success" if good else "failure",
        "status_fields": {"llm_api_status": "success" if good else "failure", "guardrail_status": "not_run"},
        "custom_llm_provider": "openai",
        "startTime": begin,
        "endTime": begin + seconds,
        "completionStartTime": begin + seconds,
        "response_time": seconds,
        "model": f"openai/{record['model']}",
        "metadata": {
            "user_api_key_hash": key,
            "user_api_key_alias": None,
            "user_api_key_team_id": None,
            "user_api_key_org_id": record["organization_id"],
            "user_api_key_user_id": record["account_id"],
            "user_api_key_end_user_id": None,
            "user_api_key_request_route": record["endpoint"],
            "requester_ip_address": record["ip"],
            "user_agent": record["user_agent"],
            "usage_object": usage if good else None,
        },
        "total_tokens": taken + given,
        "prompt_tokens": taken,
        "completion_tokens": given,
        "end_user": None,
        "api_base": "https://api.example.com/v1",
        "model_group": record["model"],
        "requester_ip_address": record["ip"],
        "user_agent": record["user_agent"],
        "messages": record["messages"],
        "response": _response(record, usage) if good else {},
        "model_parameters": _parameters(record),
        "error_str": None if good else f"{record['status']}: upstream",
        "error_information": {
            "error_code": "" if good else str(record["status"]),
            "error_class": ""
            if good
            else ("RateLimitError" if record["status"] == 429 else "InternalServerError"),
            "llm_provider": "",
            "error_message": "",
        },
    }


def _response(record: CanonicalRecord, usage: Mapping[str, Any]) -> dict[str, Any]:
    message = {
        "content": record["response_text"],
        "role": "assistant",
        "tool_calls": None,
        "function_call": None,
    }
    return {
        "id": record["request_id"],
        "model": record["model"],
        "object": "chat.completion",
        "choices": [{"finish_reason": "stop", "index": 0, "message": message}],
        "usage": usage,
    }


def _parameters(record: CanonicalRecord) -> dict[str, Any]:
    given = {
        name: record[name] for name in ("temperature", "max_tokens", "stream") if record[name] is not None
    }
    if record["tools"]:
        given["tools"] = [{"type": "function", "function": {"name": name}} for name in record["tools"]]
    return given
