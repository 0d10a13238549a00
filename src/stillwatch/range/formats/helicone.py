"""Writes Helicone's request table around chat bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.range.bodies import chat_answer, chat_request

if TYPE_CHECKING:
    from stillwatch.core.exchange import CanonicalRecord

LOSES: Final = "address, ASN, user agent, payment, age of the account"


def payload(record: CanonicalRecord) -> dict[str, Any]:
    """The row of one exchange."""
    return {
        "request_id": record["request_id"],
        "request_created_at": record["ts"],
        "organization_id": record["organization_id"],
        "proxy_key_id": record["api_key_id"],
        "user_id": record["account_id"],
        "country_code": record["country"],
        "provider": "EXAMPLE",
        "model": record["model"],
        "target_url": f"https://api.example.com{record['endpoint']}",
        "prompt_tokens": record["input_tokens"],
        "completion_tokens": record["output_tokens"],
        "latency": record["latency_ms"],
        "status": record["status"],
        "request_body": chat_request(record),
        "response_body": chat_answer(record),
    }
