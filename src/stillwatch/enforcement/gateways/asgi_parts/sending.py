"""Sending a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.acting.refusals import Refusal
    from stillwatch.enforcement.gateways.asgi_parts.types import Scope, Send


async def send_refusal(scope: Scope, send: Send, refused: Refusal) -> None:
    """Answer a request, or turn a websocket away before it opens."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in refused.headers]
    headers.append((b"content-length", str(len(refused.body)).encode()))
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    body = b"" if scope.get("method") == "HEAD" else refused.body
    await send({"type": "http.response.body", "body": body})
