"""LiteLLM's spend logs: rows of ``LiteLLM_SpendLogs`` as JSON (``/spend/logs`` or a database export).

Product: LiteLLM proxy; read against version 1.106.2 (``schema.prisma``).
Account: ``user``, the internal user a key belongs to, else the key's hash. ``end_user`` is *not* the account:
it is a word the client chooses. Organisation: the key's organisation, else its team.
Limits: bodies only with ``store_prompts_in_spend_logs``; no HTTP status of failures unless the metadata keep
the error; no sampling settings unless the request was stored; zeros of failed requests mean "not counted".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.logs.answer_body import ANSWER_FIELDS, read_answer, read_usage
from stillwatch.logs.fields import decoded, first, mapping, milliseconds_between
from stillwatch.logs.messages import flatten
from stillwatch.logs.request_body import REQUEST_FIELDS, read_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stillwatch.core.exchange import CanonicalRecord


class _LiteLLMSpend:
    """One row is one exchange."""

    name = "litellm-spend"
    title = "LiteLLM spend logs"
    supplies = (
        REQUEST_FIELDS
        | ANSWER_FIELDS
        | {"ts", "request_id", "account_id", "organization_id", "api_key_id", "ip", "user_agent"}
        | {"endpoint", "latency_ms", "status"}
    )
    needs_account = False

    def sniff(self, record: Mapping[str, Any]) -> float:
        """Certain by the columns only this table has."""
        if "startTime" in record and "spend" in record and "request_id" in record:
            return 1.0 if "api_key" in record or "call_type" in record else 0.7
        return 0.0

    def exchanges(self, record: Mapping[str, Any]) -> Iterable[CanonicalRecord]:
        """The one exchange of a row."""
        metadata = mapping(record.get("metadata"))
        key = first(record.get("api_key"), metadata.get("user_api_key"))
        exchange: CanonicalRecord = {
            "ts": record.get("startTime"),
            "request_id": record.get("request_id"),
            "account_id": first(record.get("user"), metadata.get("user_api_key_user_id"), key),
            "organization_id": first(
                record.get("organization_id"),
                metadata.get("user_api_key_org_id"),
                record.get("team_id"),
                metadata.get("user_api_key_team_id"),
            ),
            "api_key_id": key,
            "ip": first(record.get("requester_ip_address"), metadata.get("requester_ip_address")),
            "user_agent": metadata.get("user_agent"),
            "model": first(record.get("model_group"), record.get("model")),
            "endpoint": first(metadata.get("user_api_key_request_route"), record.get("call_type")),
            "latency_ms": _latency(record),
            "status": _status(record, metadata),
        }
        _read_request(record, exchange)
        if record.get("status") != "failure" or record.get("total_tokens"):
            if record.get("total_tokens"):
                exchange["input_tokens"] = record.get("prompt_tokens")
                exchange["output_tokens"] = record.get("completion_tokens")
            read_answer(record.get("response"), exchange)
            for name in ("additional_usage_values", "usage_object"):
                read_usage(mapping(metadata.get(name)), exchange)
        return (exchange,)


def _read_request(record: Mapping[str, Any], exchange: CanonicalRecord) -> None:
    """Add what was asked, where the proxy was told to keep it (else the columns hold ``{}``)."""
    asked = decoded(record.get("messages"))
    if asked:
        exchange["messages"] = flatten(asked)
    read_request(record.get("proxy_server_request"), exchange)
    exchange.setdefault("messages", [])


def _latency(record: Mapping[str, Any]) -> object:
    """Milliseconds to the complete answer."""
    took = record.get("request_duration_ms")
    return took if took is not None else milliseconds_between(record.get("startTime"), record.get("endTime"))


def _status(record: Mapping[str, Any], metadata: Mapping[str, Any]) -> object:
    """HTTP status: 200 for a success, what the error says for a failure, unknown where it says nothing."""
    if record.get("status") == "success":
        return 200
    code = mapping(metadata.get("error_information")).get("error_code")
    return (
        code
        if isinstance(code, int) or (isinstance(code, str) and code.isdecimal() and len(code) == 3)
        else None
    )


FORMAT = _LiteLLMSpend()
