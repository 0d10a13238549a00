"""Helicone's request table (``request_response_rmt``) as JSON.

Product: Helicone, read against its ClickHouse schema of 2026-11.
Account: ``user_id`` as the application set it, else the proxy key, else the organisation.
Limits: bodies are kept for a limited time; no client address, only its country; no user agent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.logs.answer_body import ANSWER_FIELDS, read_answer
from stillwatch.logs.fields import first, url_path
from stillwatch.logs.request_body import REQUEST_FIELDS, read_request

if TYPE_CHECKING:
    from stillwatch.core.exchange import CanonicalRecord


class _Helicone:
    """One row is one exchange."""

    name = "helicone"
    title = "Helicone request table"
    supplies = (
        REQUEST_FIELDS
        | ANSWER_FIELDS
        | {"ts", "request_id", "account_id", "organization_id", "api_key_id", "country", "endpoint"}
        | {"latency_ms", "status"}
    )
    needs_account = False

    def sniff(self, record: Mapping[str, Any]) -> float:
        """Certain by the table's own columns."""
        return 1.0 if "request_created_at" in record and "request_id" in record else 0.0

    def exchanges(self, record: Mapping[str, Any]) -> Iterable[CanonicalRecord]:
        """The one exchange of a row; a status below 100 is Helicone's word for a request that never ended."""
        key, organization, status = (
            record.get("proxy_key_id"),
            record.get("organization_id"),
            record.get("status"),
        )
        exchange: CanonicalRecord = {
            "ts": record.get("request_created_at"),
            "request_id": record.get("request_id"),
            "account_id": first(record.get("user_id"), key, organization),
            "organization_id": organization,
            "api_key_id": key,
            "country": record.get("country_code"),
            "model": record.get("model"),
            "endpoint": url_path(record.get("target_url")),
            "input_tokens": record.get("prompt_tokens"),
            "output_tokens": record.get("completion_tokens"),
            "latency_ms": record.get("latency"),
            "status": None if isinstance(status, int) and status < 100 else status,
        }
        read_request(record.get("request_body"), exchange)
        read_answer(record.get("response_body"), exchange)
        exchange.setdefault("messages", [])
        return (exchange,)


FORMAT = _Helicone()
