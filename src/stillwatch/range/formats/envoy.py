"""Writes Envoy AI Gateway's access log with an account header: who, when and how much, but no words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from stillwatch.core.exchange import CanonicalRecord

LOSES: Final = "all text, key, ASN, country, payment, age of the account, parameters"


def payload(record: CanonicalRecord) -> dict[str, Any]:
    """The access-log line of one exchange."""
    good = record["status"] == 200
    return {
        "start_time": record["ts"],
        "method": "POST",
        "x-envoy-origin-path": record["endpoint"],
        "response_code": record["status"],
        "duration": record["latency_ms"],
        "x-forwarded-for": record["ip"],
        "user-agent": record["user_agent"],
        "x-request-id": record["request_id"],
        "x-account-id": record["account_id"],
        "x-organization-id": record["organization_id"],
        "gen_ai.request.model": record["model"],
        "gen_ai.response.model": record["model"] if good else None,
        "gen_ai.usage.input_tokens": record["input_tokens"],
        "gen_ai.usage.output_tokens": record["output_tokens"] if good else None,
        "gen_ai.usage.reasoning_tokens": record["reasoning_tokens"] if good else None,
    }
