"""The two questions that gateways ask with every request, answered before the framework is reached.

What they answer is what `node.api.decide` answers; routing, request objects and response objects cost more than that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from stillwatch.errors import StillwatchError
from stillwatch.node.access import caller
from stillwatch.node.api.decide import in_headers, in_json
from stillwatch.node.replies import problem
from stillwatch.node.tokens import Right

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from stillwatch.node.live import Live

_DECIDE: Final = "/v1/decide"
_AUTH: Final = "/v1/auth"


class Quick:
    """Answers ``GET /v1/decide`` and ``GET /v1/auth`` itself and leaves the rest to the application.

    Args:
        live: the node.
        application: everything else.
    """

    def __init__(self, live: Live, application: ASGIApp) -> None:
        self._live = live
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        path = scope.get("path")
        if (path != _DECIDE and path != _AUTH) or scope.get("method") != "GET":
            await self._application(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            caller(self._live.tokens, Right.DECIDE, headers.get("authorization", ""))
            if path == _DECIDE:
                status, content, said = in_json(
                    self._live, dict(parse_qsl(scope["query_string"].decode("latin-1")))
                )
            else:
                status, content, said = in_headers(self._live, headers)
        except StillwatchError as error:
            await problem(error)(scope, receive, send)
            return
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in said.items()]
        encoded.append((b"content-length", str(len(content)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": encoded})
        await send({"type": "http.response.body", "body": content})
