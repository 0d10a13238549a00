"""Langfuse's observations, as its API and its exports give them.

Product: Langfuse, read against the Python SDK 5.0.4 (``ObservationV2``); observations that are no generation
become rejects.
Account: ``userId``; up to version 4 it stood on the trace only, then name another field with
``--account-from``. Organisation: the project.
Limits: what the application chose to trace; no HTTP status; address and client only where the application put
``client_ip`` and ``user_agent`` into the metadata.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.logs.contract import RecordError
from stillwatch.logs.fields import decoded, first, mapping, milliseconds_between
from stillwatch.logs.messages import flatten, text_of, tool_names
from stillwatch.logs.request_body import read_settings

if TYPE_CHECKING:
    from stillwatch.core.exchange import CanonicalRecord


class _Langfuse:
    """One generation is one exchange."""

    name = "langfuse"
    title = "Langfuse observations"
    supplies = frozenset(
        {
            "ts",
            "request_id",
            "account_id",
            "organization_id",
            "ip",
            "user_agent",
            "model",
            "endpoint",
            "messages",
        }
        | {"response_text", "input_tokens", "output_tokens", "reasoning_tokens", "temperature", "max_tokens"}
        | {"tools", "latency_ms"}
    )
    needs_account = False

    def sniff(self, record: Mapping[str, Any]) -> float:
        """Certain by the trace and the project beside a type."""
        return 1.0 if "traceId" in record and "type" in record and "startTime" in record else 0.0

    def exchanges(self, record: Mapping[str, Any]) -> Iterable[CanonicalRecord]:
        """The one exchange of a generation.

        Raises:
            RecordError: the observation is no generation.
        """
        if record.get("type") != "GENERATION":
            raise RecordError("the observation is no generation, so it holds no model request")
        usage, metadata = mapping(record.get("usageDetails")), mapping(record.get("metadata"))
        asked = decoded(record.get("input"))
        tools = asked.get("tools") if isinstance(asked, dict) else None
        exchange: CanonicalRecord = {
            "ts": record.get("startTime"),
            "request_id": record.get("id"),
            "account_id": record.get("userId"),
            "organization_id": record.get("projectId"),
            "ip": metadata.get("client_ip"),
            "user_agent": metadata.get("user_agent"),
            "model": record.get("model"),
            "endpoint": record.get("name"),
            "messages": flatten(
                asked["messages"] if isinstance(asked, dict) and "messages" in asked else asked
            ),
            "response_text": _answer(decoded(record.get("output"))),
            "input_tokens": usage.get("input"),
            "output_tokens": usage.get("output"),
            "reasoning_tokens": first(usage.get("output_reasoning_tokens"), usage.get("output_reasoning")),
            "tools": tool_names(tools) if tools is not None else None,
            "latency_ms": milliseconds_between(record.get("startTime"), record.get("endTime")),
        }
        read_settings(mapping(record.get("modelParameters")), exchange)
        return (exchange,)


def _answer(output: object) -> str | None:
    """What was answered: a text, a message or parts."""
    if isinstance(output, dict):
        output = output.get("content")
    return text_of(output) if output else None


FORMAT = _Langfuse()
