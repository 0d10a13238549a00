"""A degraded account's request, read whole and made smaller before the application reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from stillwatch.enforcement.gateways.acting import smaller
from stillwatch.enforcement.gateways.acting.refusals import NO_MODEL, TOO_LARGE, Words

if TYPE_CHECKING:
    from stillwatch.core.decision import Limits
    from stillwatch.enforcement.gateways.asgi_parts.types import Message, Receive, Scope

_LARGEST: Final = 64 * 2**20


async def read_reduced(scope: Scope, receive: Receive, limits: Limits) -> tuple[Receive, Words | None]:
    """What the application is to read instead, or why the request is refused.

    Args:
        scope: its ``content-length`` is set to what the application will read.
        receive: gives the request.
        limits: the decision's.
    """
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return _first(message, receive), None
        body += message.get("body", b"")
        if len(body) > _LARGEST:
            return receive, TOO_LARGE
        if not message.get("more_body", False):
            break
    content, words = _reduced(bytes(body), limits, str(scope.get("path", "")))
    scope["headers"] = [
        (name, str(len(content)).encode() if name == b"content-length" else value)
        for name, value in scope["headers"]
    ]
    return _first({"type": "http.request", "body": content, "more_body": False}, receive), words


def _reduced(content: bytes, limits: Limits, path: str) -> tuple[bytes, Words | None]:
    twice = False

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal twice
        found = dict(pairs)
        twice |= len(found) != len(pairs)
        return found

    try:
        body: Any = json.loads(content, object_pairs_hook=once) if content else None
    except ValueError:
        return content, None  # the application will say so
    except RecursionError:
        return content, TOO_LARGE  # another reader may go deeper, and find a model that is hidden
    if not isinstance(body, dict):
        return content, None
    if smaller.wants_hidden_model(body, limits):
        return content, NO_MODEL
    # Of two equal keys another reader may take the other: what was judged is what goes on.
    return (json.dumps(body).encode() if smaller.reduce(body, limits, path) or twice else content), None


def _first(message: Message, receive: Receive) -> Receive:
    """Gives a message once, and then what comes."""
    waiting = [message]

    async def receive_it() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_it
