"""Exchanges in as OpenTelemetry exports them: GenAI spans and log events over OTLP/HTTP."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from stillwatch.logs.contract import Reject
from stillwatch.node.bodies import body
from stillwatch.node.otlp_intake import decoded, exchanges
from stillwatch.node.replies import reply
from stillwatch.node.routes import JSON, Body, Field, Route
from stillwatch.node.submissions import Submission
from stillwatch.node.tokens import Right

if TYPE_CHECKING:
    from starlette.requests import Request

    from stillwatch.node.live import Live

PROTOBUF: Final = "application/x-protobuf"
_REJECTED: Final = {"traces": "rejectedSpans", "logs": "rejectedLogRecords"}


async def traces(live: Live, request: Request) -> Response:
    """Take the model requests among spans."""
    return await _take(live, request, "traces")


async def logs(live: Live, request: Request) -> Response:
    """Take the model requests among log records."""
    return await _take(live, request, "logs")


async def _take(live: Live, request: Request, kind: str) -> Response:
    media = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
    data = await body(request)
    account = live.intake.account
    good, bad, word = await asyncio.to_thread(lambda: exchanges(decoded(data, kind, media), account))
    source = f"otlp-{kind}:{getattr(request.state, 'principal', '')}"
    rejects = tuple(Reject(source, 0, reason) for reason in bad)
    rejected, first = len(bad), next(iter(bad), "")
    if good or bad:
        lines = b"".join(line + b"\n" for line in good)
        submission = Submission(lines, source, rejects=rejects, settled=True)
        receipt = await asyncio.wrap_future(live.intake.submit(submission))
        rejected = len(receipt.rejected)
        first = receipt.rejected[0].reason if receipt.rejected else ""
    return _answer(kind, media, rejected, first or word)


def _answer(kind: str, media: str, rejected: int, word: str) -> Response:
    """What the specification asks for: an empty message, or a partial success."""
    if media != PROTOBUF:
        partial = {_REJECTED[kind]: str(rejected), "errorMessage": word}
        return reply({"partialSuccess": partial} if rejected or word else {})
    from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as for_logs
    from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as for_traces

    said: for_traces.ExportTraceServiceResponse | for_logs.ExportLogsServiceResponse
    if kind == "traces":
        said = for_traces.ExportTraceServiceResponse()
        said.partial_success.rejected_spans = rejected
    else:
        said = for_logs.ExportLogsServiceResponse()
        said.partial_success.rejected_log_records = rejected
    if rejected or word:
        said.partial_success.error_message = word
    else:
        said.ClearField("partial_success")
    return Response(said.SerializeToString(), media_type=PROTOBUF)


_TAKES = Body((PROTOBUF, JSON), "an OTLP export request; gzip is unpacked")
_GIVES = Body(
    (PROTOBUF, JSON),
    "as the OTLP specification says; what could not be read is a partial success",
    (Field("partialSuccess", "how many were set aside, and the first reason", "object"),),
)
_FAILS = {
    400: "no OTLP export request",
    413: "the request is too large",
    429: "more arrives than can be stored; send it again after Retry-After",
}

ROUTES = [
    Route(
        "POST", "/v1/otlp/v1/traces", Right.INGEST, "Take GenAI spans in", traces,
        takes=_TAKES, gives=_GIVES, fails=_FAILS,
    ),
    Route(
        "POST", "/v1/otlp/v1/logs", Right.INGEST, "Take GenAI log events in", logs,
        takes=_TAKES, gives=_GIVES, fails=_FAILS,
    ),
]  # fmt: skip
