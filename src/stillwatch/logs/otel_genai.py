"""OpenTelemetry's generative-AI spans and log events in OTLP-JSON, one export request a line.

Product: OpenTelemetry GenAI semantic conventions, as of 2026-11 (``gen_ai.provider.name``,
``gen_ai.input.messages``) and up to 1.36 (``gen_ai.system``, ``gen_ai.usage.prompt_tokens``, events
``gen_ai.user.message`` and its like).
Account: ``account.id``, ``user.id`` or ``enduser.id`` of the span, else of its resource; the conventions
define none, so an instrumentation has to set it. Address: ``client.address``. Client:
``user_agent.original``.
Limits: bodies only where their capture was switched on; spans that are no model request (tools, agents,
anything else) are passed over, since the requests below them have spans of their own; a log event carries the
time at which the answer was complete; no HTTP status unless the span has one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.contract import RecordError
from stillwatch.logs.fields import first, milliseconds_between
from stillwatch.logs.genai_messages import answer_text, asked_messages, legacy_messages
from stillwatch.logs.messages import tool_names
from stillwatch.logs.otlp import Signal, signals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stillwatch.core.exchange import CanonicalRecord

_NOT_REQUESTS: Final = frozenset(
    {"execute_tool", "create_agent", "invoke_agent", "invoke_workflow", "retrieval", "plan", "rerank"}
)
_DETAILS: Final = "gen_ai.client.inference.operation.details"


class _OTelGenAI:
    """One line holds many spans or events; each model request among them is one exchange."""

    name = "otel-genai"
    title = "OpenTelemetry GenAI (OTLP-JSON spans and logs)"
    supplies = frozenset(
        {
            "ts",
            "request_id",
            "account_id",
            "organization_id",
            "api_key_id",
            "ip",
            "user_agent",
            "model",
            "endpoint",
        }
        | {"messages", "response_text", "input_tokens", "output_tokens", "reasoning_tokens", "temperature"}
        | {"max_tokens", "tools", "stream", "latency_ms", "status"}
    )
    needs_account = False

    def sniff(self, record: Mapping[str, Any]) -> float:
        """Certain by OTLP's outermost key, which says nothing of models yet: `exchanges` looks for those."""
        return 1.0 if "resourceSpans" in record or "resourceLogs" in record else 0.0

    def exchanges(self, record: Mapping[str, Any]) -> Iterator[CanonicalRecord]:
        """Every model request of an export.

        Raises:
            RecordError: the export holds none.
        """
        found = seen = 0
        for signal in signals(record, "resourceSpans", "scopeSpans", "spans"):
            seen += 1
            if _is_request(signal):
                found += 1
                yield _of_span(signal)
        for request, events in _log_requests(signals(record, "resourceLogs", "scopeLogs", "logRecords")):
            seen += 1 + len(events)
            if request is not None:
                found += 1
                yield _of_log(request, events)
        if not found:
            raise RecordError(f"no model request among {seen} spans or log records")


def _is_request(signal: Signal) -> bool:
    """Whether a span is a request to a model."""
    attributes = signal.attributes
    operation = attributes.get("gen_ai.operation.name")
    if operation is not None:
        return operation not in _NOT_REQUESTS
    return "gen_ai.request.model" in attributes or "gen_ai.response.model" in attributes


def _of_span(span: Signal) -> CanonicalRecord:
    """The exchange that a span records."""
    start = span.raw.get("startTimeUnixNano")
    exchange = _common(span)
    exchange["ts"] = start
    exchange["latency_ms"] = milliseconds_between(start, span.raw.get("endTimeUnixNano"))
    events = span.raw.get("events")
    legacy = legacy_messages(events) if events else ([], None)
    exchange["messages"] = asked_messages(span.attributes) or legacy[0]
    exchange["response_text"] = first(answer_text(span.attributes), legacy[1])
    return exchange


def _of_log(request: Signal, events: list[Signal]) -> CanonicalRecord:
    """The exchange that an event records, together with the message events of the same span."""
    exchange = _common(request)
    exchange["ts"] = first(request.raw.get("timeUnixNano"), request.raw.get("observedTimeUnixNano"))
    legacy = legacy_messages([event.raw for event in events]) if events else ([], None)
    exchange["messages"] = asked_messages(request.attributes) or legacy[0]
    exchange["response_text"] = first(answer_text(request.attributes), legacy[1])
    return exchange


def _common(signal: Signal) -> CanonicalRecord:
    """What spans and events have alike."""
    own = signal.attributes
    reasoning = first(
        own.get("gen_ai.usage.reasoning.output_tokens"), own.get("gen_ai.usage.reasoning_tokens")
    )
    tools = own.get("gen_ai.tool.definitions")
    return {
        "request_id": first(own.get("gen_ai.response.id"), signal.raw.get("spanId")),
        "account_id": signal.get("account.id", "user.id", "enduser.id"),
        "organization_id": signal.get("organization.id", "org.id", "tenant.id"),
        "api_key_id": signal.get("api_key.id", "api_key_id"),
        "ip": signal.get("client.address", "client.socket.address", "http.client_ip"),
        "user_agent": signal.get("user_agent.original", "http.user_agent"),
        "model": first(own.get("gen_ai.request.model"), own.get("gen_ai.response.model")),
        "endpoint": first(own.get("url.path"), own.get("http.route"), own.get("gen_ai.operation.name")),
        "input_tokens": first(own.get("gen_ai.usage.input_tokens"), own.get("gen_ai.usage.prompt_tokens")),
        "output_tokens": first(
            own.get("gen_ai.usage.output_tokens"), own.get("gen_ai.usage.completion_tokens")
        ),
        "reasoning_tokens": reasoning,
        "temperature": own.get("gen_ai.request.temperature"),
        "max_tokens": own.get("gen_ai.request.max_tokens"),
        "tools": tool_names(tools) if tools is not None else None,
        "stream": first(own.get("gen_ai.request.stream"), own.get("gen_ai.is_streaming")),
        "status": first(own.get("http.response.status_code"), own.get("http.status_code")),
    }


def _log_requests(records: Iterable[Signal]) -> Iterator[tuple[Signal | None, list[Signal]]]:
    """Log records put together by span: the one that describes the request, and message events beside it."""
    by_span: dict[object, tuple[list[Signal], list[Signal]]] = {}
    for position, record in enumerate(records):
        span = record.raw.get("spanId")
        requests, events = by_span.setdefault(span if isinstance(span, str) and span else position, ([], []))
        name = first(record.raw.get("eventName"), record.attributes.get("event.name"))
        (requests if name == _DETAILS or (name is None and _is_request(record)) else events).append(record)
    for requests, events in by_span.values():
        stand_in = [event for event in events if "gen_ai.request.model" in event.attributes][:1]
        yield from ((request, events) for request in requests or stand_in)
        if not requests and not stand_in:
            yield None, events


FORMAT = _OTelGenAI()
