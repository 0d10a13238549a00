"""OTLP export requests, in JSON or protobuf, as canonical exchanges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.errors import StillwatchError
from stillwatch.logs import registry
from stillwatch.logs.canonical import validate
from stillwatch.logs.contract import RecordError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MESSAGES: Final = {
    "traces": ("opentelemetry.proto.collector.trace.v1.trace_service_pb2", "ExportTraceServiceRequest"),
    "logs": ("opentelemetry.proto.collector.logs.v1.logs_service_pb2", "ExportLogsServiceRequest"),
}


def decoded(data: bytes, kind: str, media: str) -> dict[str, Any]:
    """An export request as the JSON encoding has it.

    Args:
        data: the body.
        kind: ``traces`` or ``logs``.
        media: the content type.

    Raises:
        StillwatchError: it is no export request, or protobuf is not installed.
    """
    if media != "application/x-protobuf":
        try:
            value = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise _unreadable(f"not valid JSON: {error.msg}") from error
        if not isinstance(value, dict):
            raise _unreadable("not a JSON object")
        return value
    return _from_protobuf(data, kind)


def _from_protobuf(data: bytes, kind: str) -> dict[str, Any]:
    import importlib

    module, name = _MESSAGES[kind]
    try:
        from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped,unused-ignore]
        from google.protobuf.message import DecodeError  # type: ignore[import-untyped,unused-ignore]

        message = getattr(importlib.import_module(module), name)()
    except ImportError as error:
        raise StillwatchError(
            "OTLP in protobuf needs a library that is not installed",
            code="SW-NODE-23",
            hint="install stillwatch[otlp], or set the exporter to http/json",
        ) from error
    try:
        message.ParseFromString(data)
    except DecodeError as error:
        raise _unreadable("not an OTLP message") from error
    value: dict[str, Any] = MessageToDict(message)
    return value


def exchanges(request: dict[str, Any], account: str | None = None) -> tuple[list[bytes], list[str], str]:
    """The model requests of an export.

    Args:
        request: the export.
        account: whose those are that name nobody.

    Returns:
        Canonical lines, why others were set aside, and a word where there is no model request at all.
    """
    good: list[bytes] = []
    bad: list[str] = []
    try:
        for found in _found(request):
            if account is not None and found.get("account_id") in (None, ""):
                found["account_id"] = account
            try:
                good.append(orjson.dumps(validate(found)))
            except RecordError as error:
                bad.append(str(error))
    except RecordError as error:
        return good, bad, str(error)
    return good, bad, ""


def _found(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from registry.get("otel-genai").exchanges(request)


def _unreadable(why: str) -> StillwatchError:
    return StillwatchError(
        f"the export request cannot be read: {why}",
        code="SW-NODE-21",
        hint="send OTLP as application/x-protobuf or application/json",
    )
