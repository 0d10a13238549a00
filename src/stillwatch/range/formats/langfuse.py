"""Writes Langfuse observations, as an application that traces its requests exports them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from stillwatch.range.bodies import chat_tools

if TYPE_CHECKING:
    from stillwatch.core.exchange import CanonicalRecord

LOSES: Final = "key, ASN, country, payment, age of the account, streaming, status"


def payload(record: CanonicalRecord) -> dict[str, Any]:
    """The observation of one exchange; the organisation stands as its project."""
    end = datetime.fromisoformat(record["ts"]) + timedelta(milliseconds=record["latency_ms"])
    asked: dict[str, Any] = {"messages": record["messages"]}
    tools = chat_tools(record)
    if tools is not None:
        asked["tools"] = tools
    settings = {name: record[name] for name in ("temperature", "max_tokens") if record[name] is not None}
    return {
        "id": record["request_id"],
        "traceId": record["request_id"],
        "type": "GENERATION",
        "name": record["endpoint"],
        "startTime": record["ts"],
        "endTime": end.strftime("%Y-%m-%dT%H:%M:%S.") + f"{end.microsecond // 1000:03d}Z",
        "userId": record["account_id"],
        "projectId": record["organization_id"],
        "model": record["model"],
        "modelParameters": settings,
        "input": asked,
        "output": {"role": "assistant", "content": record["response_text"]}
        if record["response_text"]
        else None,
        "usageDetails": {
            "input": record["input_tokens"],
            "output": record["output_tokens"],
            "output_reasoning_tokens": record["reasoning_tokens"],
        },
        "metadata": {"client_ip": record["ip"], "user_agent": record["user_agent"]},
    }
