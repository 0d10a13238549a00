"""LiteLLM's StandardLoggingPayload, as its callbacks and log sinks (S3, GCS, files) write it.

Product: LiteLLM proxy; read against version 1.106.2, records captured from a running proxy.
Account: the internal user a key belongs to (``user_api_key_user_id``), else the key's hash. The end user is
*not* the account: it is a word the client chooses. Organisation: the key's organisation, else its team.
Model: the public name asked for (``model_group``). Request id: ``id``, which is also what the spend logs call
``request_id``.
Limits: ``requester_ip_address`` may be what the client put into X-Forwarded-For; bodies are missing where
message logging is off; pass-through requests carry no address; token counts of failed requests are zeros that
mean "not counted".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.logs.answer_body import ANSWER_FIELDS, read_answer, read_usage
from stillwatch.logs.fields import decoded, first, mapping, milliseconds_between
from stillwatch.logs.messages import flatten
from stillwatch.logs.request_body import REQUEST_FIELDS, read_request, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stillwatch.core.exchange import CanonicalRecord


class _LiteLLM:
    """One payload is one exchange."""

    name = "litellm"
    title = "LiteLLM StandardLoggingPayload"
    supplies = (
        REQUEST_FIELDS
        | ANSWER_FIELDS
        | {"ts", "request_id", "account_id", "organization_id", "api_key_id", "ip", "user_agent"}
        | {"endpoint", "latency_ms", "status"}
    )
    needs_account = False

    def sniff(self, record: Mapping[str, Any]) -> float:
        """Certain by the names only LiteLLM uses."""
        if "startTime" in record and "call_type" in record:
            if "model_parameters" in record or "hidden_params" in record or "status_fields" in record:
                return 1.0
            return 0.5 if "metadata" in record and "spend" not in record else 0.0
        return 0.0

    def exchanges(self, record: Mapping[str, Any]) -> Iterable[CanonicalRecord]:
        """The one exchange of a payload."""
        metadata = mapping(record.get("metadata"))
        key = metadata.get("user_api_key_hash")
        exchange: CanonicalRecord = {
            "ts": record.get("startTime"),
            "request_id": first(record.get("id"), record.get("litellm_call_id")),
            "account_id": first(metadata.get("user_api_key_user_id"), key),
            "organization_id": first(
                metadata.get("user_api_key_org_id"), metadata.get("user_api_key_team_id")
            ),
            "api_key_id": key,
            "ip": first(record.get("requester_ip_address"), metadata.get("requester_ip_address")),
            "user_agent": first(record.get("user_agent"), metadata.get("user_agent")),
            "model": first(record.get("model_group"), record.get("model")),
            "endpoint": first(metadata.get("user_api_key_request_route"), record.get("call_type")),
            "stream": record.get("stream"),
            "latency_ms": _latency(record),
            "status": _status(record),
        }
        _read_request(record, exchange)
        if record.get("status") != "failure" or record.get("total_tokens"):
            _read_answer(record, exchange)
            read_usage(mapping(metadata.get("usage_object")), exchange)
        return (exchange,)


def _read_request(record: Mapping[str, Any], exchange: CanonicalRecord) -> None:
    """Add what was asked; the body of a passed-through request is logged as a text within a message."""
    asked = record.get("messages")
    if record.get("call_type") == "pass_through_endpoint" and isinstance(asked, list) and len(asked) == 1:
        read_request(mapping(asked[0]).get("content"), exchange)
    exchange.setdefault("messages", flatten(asked) if asked else [])
    read_settings(mapping(record.get("model_parameters")), exchange)


def _read_answer(record: Mapping[str, Any], exchange: CanonicalRecord) -> None:
    """Add what was answered; the payload's own token counts come before those of the body."""
    if record.get("total_tokens"):
        exchange["input_tokens"] = record.get("prompt_tokens")
        exchange["output_tokens"] = record.get("completion_tokens")
    answered = record.get("response")
    if record.get("call_type") == "pass_through_endpoint":
        answered = mapping(answered).get("response", answered)
    answered = decoded(answered)
    if isinstance(answered, str):
        exchange["response_text"] = answered
    read_answer(answered, exchange)


def _latency(record: Mapping[str, Any]) -> object:
    """Milliseconds to the complete answer."""
    took = record.get("response_time")
    if isinstance(took, int | float) and not isinstance(took, bool) and took >= 0:
        return took * 1000
    return milliseconds_between(record.get("startTime"), record.get("endTime"))


def _status(record: Mapping[str, Any]) -> object:
    """HTTP status: 200 for a success, what the error says for a failure, unknown where it says nothing."""
    if record.get("status") == "success":
        return 200
    code = mapping(record.get("error_information")).get("error_code")
    return (
        code
        if isinstance(code, int) or (isinstance(code, str) and code.isdecimal() and len(code) == 3)
        else None
    )


FORMAT = _LiteLLM()
