"""Writes exchanges with Anthropic's Messages API: both bodies in one envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.range.bodies import messages_answer, messages_request

if TYPE_CHECKING:
    from stillwatch.core.exchange import CanonicalRecord

LOSES: Final = "ASN, country, payment, age of the account, reasoning tokens"


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
