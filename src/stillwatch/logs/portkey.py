"""Portkey's log exports, one JSON object a request.

Product: Portkey (now Prisma AIRS AI Gateway), read against its log-export documentation of 2026-11.
Account: ``metadata._user``, which the calling application sets; without it name a field with
``--account-from``.
Limits: no client address and no user agent; an export holds at most 50,000 rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.logs.answer_body import ANSWER_FIELDS, read_answer
from stillwatch.logs.fields import mapping, url_path
from stillwatch.logs.request_body import REQUEST_FIELDS, read_request

if TYPE_CHECKING:
    from stillwatch.core.exchange import CanonicalRecord


class _Portkey:
    """One exported row is one exchange."""

    name = "portkey"
    title = "Portkey log export"
    supplies = (
        REQUEST_FIELDS
        | ANSWER_FIELDS
        | {"ts", "request_id", "account_id", "organization_id", "endpoint", "latency_ms", "status"}
    )
    needs_account = False

    def sniff(self, record: Mapping[str, Any]) -> float:
        """Certain by the names only Portkey uses."""
        return 1.0 if "ai_model" in record and ("req_units" in record or "ai_org" in record) else 0.0

    def exchanges(self, record: Mapping[str, Any]) -> Iterable[CanonicalRecord]:
        """The one exchange of a row."""
        metadata = mapping(record.get("metadata"))
        exchange: CanonicalRecord = {
            "ts": record.get("created_at"),
            "request_id": record.get("id"),
            "account_id": metadata.get("_user"),
            "organization_id": metadata.get("_organisation", metadata.get("_organization")),
            "model": record.get("ai_model"),
            "endpoint": url_path(record.get("request_url")),
            "latency_ms": record.get("response_time"),
            "status": record.get("response_status_code"),
            "input_tokens": record.get("req_units"),
            "output_tokens": record.get("res_units"),
        }
        read_request(record.get("request"), exchange)
        read_answer(record.get("response"), exchange)
        exchange.setdefault("messages", [])
        return (exchange,)


FORMAT = _Portkey()
