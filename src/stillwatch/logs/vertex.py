"""Google Vertex AI's request-response logging: rows of its BigQuery table as JSON.

Product: Vertex AI request-response logging, read as of 2026-11 (``full_request`` and ``full_response`` of
generateContent).
Account: none in the table; name it with ``--account`` or ``--account-from``.
Limits: a sample of the traffic (the sampling rate is the operator's); no caller and no address; the time is
when the answer was begun, else when the row was written. Thoughts count as part of the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.logs.answer_body import ANSWER_FIELDS, read_answer
from stillwatch.logs.fields import first, mapping
from stillwatch.logs.request_body import REQUEST_FIELDS, read_request

if TYPE_CHECKING:
    from stillwatch.core.exchange import CanonicalRecord


class _Vertex:
    """One row is one exchange."""

    name = "vertex"
    title = "Google Vertex AI request-response log"
    supplies = REQUEST_FIELDS | ANSWER_FIELDS | {"ts", "request_id", "endpoint", "latency_ms"}
    needs_account = True

    def sniff(self, record: Mapping[str, Any]) -> float:
        """Certain by the table's own columns."""
        return (
            1.0 if "logging_time" in record and ("full_request" in record or "api_method" in record) else 0.0
        )

    def exchanges(self, record: Mapping[str, Any]) -> Iterable[CanonicalRecord]:
        """The one exchange of a row."""
        request, answer = mapping(record.get("full_request")), mapping(record.get("full_response"))
        method = record.get("api_method")
        exchange: CanonicalRecord = {
            "ts": first(answer.get("create_time"), record.get("logging_time")),
            "request_id": first(record.get("request_id"), answer.get("response_id")),
            "model": first(record.get("model"), request.get("model"), record.get("deployed_model_id")),
            "endpoint": first(method, record.get("endpoint")),
            "stream": method.startswith("Stream") if isinstance(method, str) else None,
            "latency_ms": mapping(record.get("metadata")).get("request_latency"),
        }
        read_request(request, exchange)
        read_answer(answer, exchange)
        exchange.setdefault("messages", [])
        return (exchange,)


FORMAT = _Vertex()
