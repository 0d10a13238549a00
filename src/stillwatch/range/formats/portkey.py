"""Writes Portkey's log export around chat bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.range.bodies import chat_answer, chat_request

if TYPE_CHECKING:
    from stillwatch.core.exchange import CanonicalRecord

LOSES: Final = "key, address, ASN, country, user agent, payment, age of the account"


def payload(record: CanonicalRecord) -> dict[str, Any]:
    """The exported row of one exchange."""
    return {
        "id": record["request_id"],
        "created_at": record["ts"],
        "ai_org": "example",
        "ai_model": record["model"],
        "request_url": f"https://api.example.com{record['endpoint']}",
        "response_time": record["latency_ms"],
        "response_status_code": record["status"],
        "req_units": record["input_tokens"],
        "res_units": record["output_tokens"],
        "metadata": {"_user": record["account_id"], "_organisation": record["organization_id"]},
        "request": chat_request(record),
        "response": chat_answer(record),
    }
