"""The node about itself: alive, ready, in figures, and what it answers."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from stillwatch.node.openapi import document
from stillwatch.node.replies import reply
from stillwatch.node.routes import JSON, Body, Field, Route
from stillwatch.node.tokens import Right

if TYPE_CHECKING:
    from starlette.requests import Request

    from stillwatch.node.live import Live


async def health(_live: Live, _request: Request) -> Response:
    """The process answers."""
    return reply({"status": "alive"})


async def ready(live: Live, _request: Request) -> Response:
    """Whether traffic is taken and judged."""
    problems = dict(live.problems)
    if live.intake.fault is not None:
        problems["intake"] = live.intake.fault.message
    elif not live.intake.warm:
        problems["intake"] = "the code that sketches is still being compiled; what is sent waits for it"
    status = "ready" if not problems else "not ready"
    said = {"status": status, "problems": problems, "sources": live.troubles, "lag_s": live.lag_s}
    return reply(said, 200 if not problems else 503)


async def metrics(live: Live, _request: Request) -> Response:
    """Figures for Prometheus."""
    from stillwatch.node.metrics import exposition

    content, media = await asyncio.to_thread(exposition, live)
    return Response(content, media_type=media)


async def openapi(_live: Live, _request: Request) -> Response:
    """What there is."""
    return reply(_document())


@functools.cache
def _document() -> dict[str, Any]:
    from stillwatch.node.api import routes

    return document(routes())


ROUTES = [
    Route(
        "GET", "/healthz", None, "The process answers", health,
        gives=Body((JSON,), "always the same", (Field("status", "", required=True),)),
    ),
    Route(
        "GET", "/readyz", None, "Whether traffic is taken and judged", ready,
        gives=Body(
            (JSON,), "ready",
            (
                Field("status", "", required=True),
                Field("problems", "what is wrong, by part", "object", required=True),
                Field("sources", "what is wrong with single sources; does not make the node unready", "object"),
                Field("lag_s", "how far verdicts are behind the traffic", "number"),
            ),
        ),
        fails={503: "not ready; the body says why"},
    ),
    Route(
        "GET", "/metrics", Right.READ, "Figures for Prometheus", metrics,
        gives=Body(("text/plain",), "Prometheus text format"),
    ),
    Route(
        "GET", "/openapi.json", None, "This document", openapi, gives=Body((JSON,), "OpenAPI 3.1"),
    ),
]  # fmt: skip
