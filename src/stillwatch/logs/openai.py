"""Exchanges with OpenAI-style APIs (chat, completions, Responses, embeddings): both bodies in one object.

Product: any gateway that logs ``{"ts", ids, "request": body, "response": body, "status_code"}`` around OpenAI
bodies; bodies read against the API as of openai-python 2.54. The envelope's names are a convention, not a
standard.
Account: ``account_id``, else ``api_key_id``, else the project, else the organisation. ``safety_identifier``
and ``user`` are *not* the account: they are words the client chooses.
Limits: the endpoint follows from the kind of body where the envelope does not name it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.answer_body import ANSWER_FIELDS, answer_id, read_answer
from stillwatch.logs.fields import first, mapping, milliseconds_between
from stillwatch.logs.request_body import REQUEST_FIELDS, read_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stillwatch.core.exchange import CanonicalRecord

_ENDPOINTS: Final = {
    "chat.completion": "/v1/chat/completions",
    "chat.completion.chunk": "/v1/chat/completions",
    "text_completion": "/v1/completions",
    "response": "/v1/responses",
    "list": "/v1/embeddings",
}


class _OpenAI:
    """One object is one exchange."""

    name = "openai"
    title = "OpenAI-style exchanges (chat, completions, Responses)"
    supplies = (
        REQUEST_FIELDS
        | ANSWER_FIELDS
        | {"ts", "request_id", "account_id", "organization_id", "api_key_id", "ip", "user_agent"}
        | {"endpoint", "latency_ms", "status"}
    )
    needs_account = False

    def sniff(self, record: Mapping[str, Any]) -> float:
        """By the answer's ``object``; a failed request has none, and is then told by its error."""
        if not isinstance(record.get("request"), dict) or "response" not in record:
            return 0.0
        kind = _kind(record)
        if kind in _ENDPOINTS:
            return 1.0 if "ts" in record else 0.8
        answer, asked = record["response"], record["request"]
        if isinstance(answer, dict) and "type" in answer:
            return 0.0
        return 0.6 if "messages" in asked or "input" in asked or "prompt" in asked else 0.0

    def exchanges(self, record: Mapping[str, Any]) -> Iterable[CanonicalRecord]:
        """The one exchange of an object."""
        request, answer = mapping(record.get("request")), record.get("response")
        key, organization = (
            record.get("api_key_id"),
            first(record.get("organization_id"), record.get("org_id")),
        )
        exchange: CanonicalRecord = {
            "ts": first(record.get("ts"), record.get("timestamp"), record.get("created_at")),
            "request_id": first(record.get("request_id"), answer_id(answer), record.get("id")),
            "account_id": first(record.get("account_id"), key, record.get("project_id"), organization),
            "organization_id": organization,
            "api_key_id": key,
            "ip": first(record.get("client_ip"), record.get("ip")),
            "user_agent": record.get("user_agent"),
            "endpoint": first(record.get("endpoint"), record.get("path"), _endpoint(record)),
            "latency_ms": first(
                record.get("latency_ms"), milliseconds_between(record.get("ts"), record.get("completed_at"))
            ),
            "status": first(record.get("status_code"), record.get("status")),
        }
        read_request(request, exchange)
        read_answer(answer, exchange)
        exchange.setdefault("messages", [])
        if exchange.get("model") is None:
            exchange["model"] = mapping(answer).get("model")
        return (exchange,)


def _kind(record: Mapping[str, Any]) -> object:
    """What the answer says it is; of a logged stream, what its first chunk says."""
    answer = record.get("response")
    if isinstance(answer, list) and answer:
        answer = answer[0]
    if not isinstance(answer, dict):
        return None
    kind = answer.get("object", answer.get("type"))
    if not isinstance(kind, str):
        return None
    return "response" if kind.startswith("response.") else kind  # events of a Responses stream


def _endpoint(record: Mapping[str, Any]) -> str | None:
    """The API path that the bodies belong to."""
    kind = _kind(record)
    if isinstance(kind, str) and kind in _ENDPOINTS:
        return _ENDPOINTS[kind]
    return "/v1/chat/completions" if "messages" in mapping(record.get("request")) else None


FORMAT = _OpenAI()
