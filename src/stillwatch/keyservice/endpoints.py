"""What the key service answers, endpoint by endpoint; the OpenAPI document is made from the same table."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from stillwatch.errors import StillwatchError
from stillwatch.keyservice.membership import Kind, Member
from stillwatch.keyservice.openapi import document
from stillwatch.keyservice.replies import reply
from stillwatch.keyservice.routes import Route
from stillwatch.keyservice.usage import MOST_ITEMS
from stillwatch.sharing.matching import wire

if TYPE_CHECKING:
    from starlette.requests import Request

    from stillwatch.keyservice.live import KeyService

_MOST_BYTES: Final = 64 * MOST_ITEMS + 4096
_BASE64: Final = {"type": "string", "contentEncoding": "base64"}


async def evaluate(service: KeyService, request: Request, member: Member | None) -> Response:
    """Evaluate a batch of blinded items."""
    assert member is not None  # the route takes members only
    epoch, blinded = wire.read_request(await _body(request), MOST_ITEMS)
    evaluation, spent = await asyncio.to_thread(service.evaluate, member, epoch, blinded)
    return reply(wire.answer(epoch, evaluation, spent.left))


async def epochs(service: KeyService, _request: Request, _member: Member | None) -> Response:
    """The signed list of epochs."""
    return reply(service.epoch_list())


async def usage(service: KeyService, _request: Request, member: Member | None) -> Response:
    """What the member used today."""
    assert member is not None
    spent = await asyncio.to_thread(service.usage.spent_today, member.name)
    return reply({"quota": member.quota, "spent": spent, "left": max(0, member.quota - spent)})


async def health(_service: KeyService, _request: Request, _member: Member | None) -> Response:
    """The process answers."""
    return reply({"status": "alive"})


async def ready(service: KeyService, _request: Request, _member: Member | None) -> Response:
    """Whether items can be evaluated."""
    problems = dict(service.problems)
    if not any(epoch.current(service.clock()) for epoch in service.listed.epochs):
        problems["epochs"] = "no epoch is in use"
    status = "not ready" if problems else "ready"
    return reply({"status": status, "problems": problems}, 503 if problems else 200)


async def metrics(service: KeyService, _request: Request, _member: Member | None) -> Response:
    """Figures for Prometheus."""
    from stillwatch.keyservice.metrics import MEDIA, exposition

    return Response(await asyncio.to_thread(exposition, service), media_type=MEDIA)


async def openapi(_service: KeyService, _request: Request, _member: Member | None) -> Response:
    """What there is."""
    return reply(document(ROUTES))


async def _body(request: Request) -> bytes:
    """The body, bounded.

    Raises:
        StillwatchError: it is too large.
    """
    said = request.headers.get("content-length", "")
    pieces, size = [], int(said) if said.isdigit() else 0
    if size <= _MOST_BYTES:
        size = 0
        async for piece in request.stream():
            size += len(piece)
            if size > _MOST_BYTES:
                break
            pieces.append(piece)
    if size > _MOST_BYTES:
        raise StillwatchError(
            f"the body is larger than {_MOST_BYTES:,} bytes", code="SW-KEY-29", hint="send smaller batches"
        )
    return b"".join(pieces)


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_NAME: Final = {"type": "string", "pattern": "^e[1-9][0-9]{0,3}$"}
_WHEN: Final = {"type": "string", "format": "date-time"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_MANY: Final = {"type": "array", "items": _BASE64, "minItems": 1, "maxItems": MOST_ITEMS}
_EPOCH: Final = _object(epoch=_NAME, public_key=_BASE64, begins=_WHEN, ends=_WHEN, evaluated_until=_WHEN)
_LIST: Final = _object(
    service={"type": "string"},
    serial=_COUNT,
    issued=_WHEN,
    epochs={"type": "array", "items": _EPOCH},
    signature=_BASE64,
)
_STATUS: Final = {"type": "object", "properties": {"status": {"type": "string"}}, "required": ["status"]}

ROUTES: Final = (
    Route(
        "POST", "/v1/evaluate", (Kind.MEMBER,), "Evaluate blinded items (RFC 9497) and prove with which key", evaluate,
        takes=_object(epoch=_NAME, blinded=_MANY),
        gives=_object(epoch=_NAME, evaluated=_MANY, proof=_BASE64, left=_COUNT),
        fails={
            400: "malformed, too many items, or an element that is none",
            404: "there is no such epoch",
            410: "the epoch has not begun, or its key is destroyed",
            413: "the body is too large",
            429: "the day's quota does not suffice, or too many batches are under way; Retry-After says when",
        },
    ),
    Route("GET", "/v1/epochs", (), "Epochs with their public keys, signed", epochs, gives=_LIST),
    Route(
        "GET", "/v1/usage", (Kind.MEMBER,), "What the caller used today", usage,
        gives=_object(quota=_COUNT, spent=_COUNT, left=_COUNT),
    ),
    Route("GET", "/healthz", (), "The process answers", health, gives=_STATUS),
    Route(
        "GET", "/readyz", (), "Whether items can be evaluated", ready, gives=_STATUS,
        fails={503: "not ready; the body says why"},
    ),
    Route("GET", "/metrics", (Kind.MONITOR,), "Figures for Prometheus", metrics),
    Route("GET", "/openapi.json", (), "This document", openapi, gives={"type": "object"}),
)  # fmt: skip
