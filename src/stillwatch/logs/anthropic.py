"""Exchanges with Anthropic's Messages API: request and answer in one object.

Product: any gateway that logs ``{"ts", ids, "request": body, "response": body, "status_code"}`` around
Messages bodies; bodies read against the API as of anthropic-sdk-python 2.12. The envelope's names are a
convention, not a standard.
Account: ``account_id``, else ``api_key_id``, else the workspace, else the organisation. ``metadata.user_id``
is *not* the account: it is a word the client chooses.
Limits: thinking is counted within the answer's tokens, the API does not say how much of them it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.logs.answer_body import ANSWER_FIELDS, answer_id, read_answer
from stillwatch.logs.fields import first, mapping
from stillwatch.logs.request_body import REQUEST_FIELDS, read_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stillwatch.core.exchange import CanonicalRecord


class _Anthropic:
    """One object is one exchange."""

    name = "anthropic"
    title = "Anthropic Messages exchanges"
    supplies = (
        REQUEST_FIELDS
        | (ANSWER_FIELDS - {"reasoning_tokens"})
        | {"ts", "request_id", "account_id", "organization_id", "api_key_id", "ip", "user_agent"}
        | {"endpoint", "latency_ms", "status"}
    )
    needs_account = False

    def sniff(self, record: Mapping[str, Any]) -> float:
        """By the answer's ``type``, which whole answers, streams and errors each have."""
        if not isinstance(record.get("request"), dict) or "response" not in record:
            return 0.0
        answer = record["response"]
        if isinstance(answer, list) and answer:
            answer = answer[0]
        kind = answer.get("type") if isinstance(answer, dict) else None
        if kind in ("message", "message_start", "error"):
            return 1.0 if "ts" in record else 0.8
        return 0.7 if "workspace_id" in record else 0.0

    def exchanges(self, record: Mapping[str, Any]) -> Iterable[CanonicalRecord]:
        """The one exchange of an object."""
        answer = record.get("response")
        key, organization = (
            record.get("api_key_id"),
            first(record.get("organization_id"), record.get("org_id")),
        )
        exchange: CanonicalRecord = {
            "ts": first(record.get("ts"), record.get("timestamp"), record.get("created_at")),
            "request_id": first(record.get("request_id"), answer_id(answer)),
            "account_id": first(record.get("account_id"), key, record.get("workspace_id"), organization),
            "organization_id": organization,
            "api_key_id": key,
            "ip": first(record.get("client_ip"), record.get("ip")),
            "user_agent": record.get("user_agent"),
            "endpoint": first(record.get("endpoint"), record.get("path"), "/v1/messages"),
            "latency_ms": record.get("latency_ms"),
            "status": first(record.get("status_code"), record.get("status")),
        }
        read_request(record.get("request"), exchange)
        read_answer(answer, exchange)
        exchange.setdefault("messages", [])
        if exchange.get("model") is None:
            exchange["model"] = mapping(answer).get("model")
        return (exchange,)


FORMAT = _Anthropic()
