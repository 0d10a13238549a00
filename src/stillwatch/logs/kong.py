"""Kong Gateway's log plugins with the AI proxy's block in them (HTTP log, file log and their like).

Product: Kong AI Gateway, read against its documentation of 2026-08; the ``ai.<plugin>`` block of 3.7 and
before is read too.
Account: the consumer's ``custom_id``, else its user name, else its id; without authentication there is none.
Limits: bodies only with ``log_payloads``; sampling settings only with the body; the address is the one Kong
saw.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.logs.answer_body import ANSWER_FIELDS, read_answer, read_usage
from stillwatch.logs.fields import first, mapping, url_path
from stillwatch.logs.request_body import REQUEST_FIELDS, read_request

if TYPE_CHECKING:
    from stillwatch.core.exchange import CanonicalRecord


class _Kong:
    """One log object is one exchange."""

    name = "kong"
    title = "Kong AI Gateway log"
    supplies = (
        REQUEST_FIELDS
        | ANSWER_FIELDS
        | {"ts", "request_id", "account_id", "ip", "user_agent", "endpoint", "latency_ms", "status"}
    )
    needs_account = False

    def sniff(self, record: Mapping[str, Any]) -> float:
        """Certain by Kong's time stamp beside the AI block."""
        return 1.0 if "started_at" in record and isinstance(record.get("ai"), dict) else 0.0

    def exchanges(self, record: Mapping[str, Any]) -> Iterable[CanonicalRecord]:
        """The one exchange of a log object."""
        ai = mapping(record.get("ai"))
        proxy = _proxy(ai)
        meta, consumer = mapping(proxy.get("meta")), mapping(record.get("consumer"))
        request, response = mapping(record.get("request")), mapping(record.get("response"))
        exchange: CanonicalRecord = {
            "ts": record.get("started_at"),
            "request_id": request.get("id"),
            "account_id": first(consumer.get("custom_id"), consumer.get("username"), consumer.get("id")),
            "ip": record.get("client_ip"),
            "user_agent": mapping(request.get("headers")).get("user-agent"),
            "model": first(meta.get("request_model"), meta.get("response_model")),
            "endpoint": url_path(request.get("uri")),
            "latency_ms": first(mapping(record.get("latencies")).get("request"), meta.get("llm_latency")),
            "status": response.get("status"),
        }
        read_usage(mapping(proxy.get("usage")), exchange)
        read_request(mapping(first(ai.get("payload"), proxy.get("payload"))).get("request"), exchange)
        read_answer(mapping(proxy.get("payload")).get("response"), exchange)
        exchange.setdefault("messages", [])
        return (exchange,)


def _proxy(ai: Mapping[str, Any]) -> Mapping[str, Any]:
    """The block that the proxy plugin wrote, under its name of today or an older one."""
    if "proxy" in ai:
        return mapping(ai["proxy"])
    return next((block for block in map(mapping, ai.values()) if "meta" in block or "usage" in block), {})


FORMAT = _Kong()
