"""The two questions that gateways ask with every request, answered before the framework is reached.

What they answer is what `node.api.decide` answers; routing, request objects and response objects cost more than that.
Where the node speaks plain HTTP they are answered before the server is reached, too: handing one request over to it
costs several times the answer.
"""

from __future__ import annotations

import re
import time
from email.utils import formatdate
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from stillwatch.errors import StillwatchError
from stillwatch.node.access import caller
from stillwatch.node.api.decide import in_headers, in_json
from stillwatch.node.replies import problem
from stillwatch.node.tokens import Right

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from stillwatch.node.live import Live

_DECIDE: Final = "/v1/decide"
_AUTH: Final = "/v1/auth"
_HEAD: Final = re.compile(
    rb"GET /v1/(?:decide\?([A-Za-z0-9._~!$&'()*,;:@/?=%+-]*)|auth) HTTP/1\.1"
    rb"((?:\r\n[A-Za-z0-9!#$%&'*+.^_`|~-]+:[^\r\n\0]*)+)"
)
_NOT_PLAIN: Final = frozenset(("content-length", "transfer-encoding", "upgrade", "expect"))
_PHRASES: Final = {200: "OK", 403: "Forbidden"}


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
        query = scope["query_string"].decode("latin-1") if path == _DECIDE else None
        try:
            status, content, said = _answer(self._live, query, headers)
        except StillwatchError as error:
            await problem(error)(scope, receive, send)
            return
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in said.items()]
        encoded.append((b"content-length", str(len(content)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": encoded})
        await send({"type": "http.response.body", "body": content})


class Heads:
    """Answers the same questions from a request's head, byte for byte; see `serving.front`.

    Args:
        live: the node.
    """

    def __init__(self, live: Live) -> None:
        self._live = live
        self._second = 0
        self._date = ""

    def __call__(self, head: bytes) -> bytes | None:
        """The whole answer; None for whatever is to be looked at, or refused, by the server behind."""
        found = _HEAD.fullmatch(head)
        if found is None:
            return None
        headers: dict[str, str] = {}
        for line in found[2].decode("latin-1").split("\r\n"):
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip(" \t")
        if (
            not _NOT_PLAIN.isdisjoint(headers)
            or headers.get("connection", "keep-alive").lower() != "keep-alive"
        ):
            return None
        query = found[1]
        try:
            status, content, said = _answer(
                self._live, None if query is None else query.decode("ascii"), headers
            )
        except StillwatchError:
            return None
        lines = "".join([f"{name}: {value}\r\n" for name, value in said.items()])
        if not lines.isascii() or lines.count("\n") != len(said):
            return None
        start = f"HTTP/1.1 {status} {_PHRASES[status]}\r\ndate: {self._now()}\r\n{lines}"
        return f"{start}content-length: {len(content)}\r\n\r\n".encode("ascii") + content

    def _now(self) -> str:
        """The date as HTTP writes it."""
        second = int(time.time())
        if second != self._second:
            self._second, self._date = second, formatdate(second, usegmt=True)
        return self._date


def _answer(live: Live, query: str | None, headers: Mapping[str, str]) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers of an answer.

    Args:
        live: the node.
        query: of ``/v1/decide``; None where ``/v1/auth`` is asked.
        headers: names in lower case.

    Raises:
        StillwatchError: the caller may not ask, or a value is of the wrong kind.
    """
    caller(live.tokens, Right.DECIDE, headers.get("authorization", ""))
    return in_headers(live, headers) if query is None else in_json(live, _fields(query))


def _fields(query: str) -> dict[str, str]:
    """The fields of a query; of one that comes twice the last counts."""
    if "%" in query or "+" in query:
        return dict(parse_qsl(query))
    pairs = [pair.partition("=") for pair in query.split("&")]
    return {name: value for name, _, value in pairs if value}
