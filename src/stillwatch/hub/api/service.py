"""The hub about itself: alive, ready, in figures, and what it answers."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from stillwatch.hub.replies import JSON, STRICT, reply
from stillwatch.hub.rights import Scope
from stillwatch.hub.routes import Body, Call, Route

if TYPE_CHECKING:
    from stillwatch.hub.live import LiveHub


async def health(_hub: LiveHub, _call: Call) -> Response:
    """The process answers."""
    return reply({"status": "alive"})


async def ready(hub: LiveHub, _call: Call) -> Response:
    """Whether members can read and write; what is wrong is told by part, for details see the hub's own output."""
    parts = sorted(hub.problems)
    return reply({"status": "not ready" if parts else "ready", "problems": parts}, 503 if parts else 200)


async def metrics(hub: LiveHub, _call: Call) -> Response:
    """Figures for Prometheus."""
    from stillwatch.hub.metrics import MEDIA, exposition

    content = await hub.reading(lambda: exposition(hub))
    return Response(content, 200, STRICT, MEDIA)


async def openapi(_hub: LiveHub, _call: Call) -> Response:
    """What there is."""
    return reply(_document())


@functools.cache
def _document() -> dict[str, Any]:
    from stillwatch.hub.api import routes
    from stillwatch.hub.openapi import document

    return document(routes())


ROUTES = (
    Route("GET", "/healthz", None, "The process answers", health, 200, Body(JSON, "always the same", "Health")),
    Route(
        "GET", "/readyz", None, "Whether members can read and write", ready, 200, Body(JSON, "ready", "Ready"),
        fails={503: "not ready; the body names the parts"},
    ),
    Route(
        "GET", "/metrics", Scope.METRICS, "Figures for Prometheus", metrics, 200,
        Body("text/plain", "Prometheus text format"),
    ),
    Route("GET", "/openapi.json", None, "This document", openapi, 200, Body(JSON, "OpenAPI 3.1", "Anything")),
)  # fmt: skip
