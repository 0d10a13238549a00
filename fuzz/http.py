"""Requests against an application in this process: an input is a request as text, and no answer may be a fault."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

Application = Callable[[Any, Any, Any], Awaitable[None]]

_LONGEST_S = 120.0
_ENDLESS = ("/v1/decisions/stream",)
"""Answers that go on until the caller leaves."""


def requested(data: bytes) -> tuple[str, str, list[tuple[bytes, bytes]], bytes]:
    """Method, target, headers and body of a request written as HTTP/1.1 has it; whatever is missing is made up."""
    head, _, body = data.replace(b"\r\n", b"\n").partition(b"\n\n")
    first, *lines = head.split(b"\n")
    method, _, rest = first.decode("latin-1").partition(" ")
    where = rest.partition(" ")[0] or "/"
    headers = []
    for line in lines:
        name, _, value = line.partition(b":")
        if name.strip():
            headers.append((name.strip().lower(), value.strip()))
    return method or "GET", where, headers, body


def ask(application: Application, data: bytes, credentials: bytes = b"") -> int:
    """Sends one request.

    Args:
        application: what answers.
        data: the request as text.
        credentials: the value of ``Authorization`` where the request has none.

    Returns:
        The status; 0 where the caller left first.

    Raises:
        AssertionError: the answer is a fault of ours, none came, or something of us fell through.
    """
    method, where, headers, body = requested(data)
    if credentials and not any(name == b"authorization" for name, _ in headers):
        headers.append((b"authorization", credentials))
    path, _, query = where.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method.upper(),
        "scheme": "http", "path": unquote(path), "raw_path": path.encode("latin-1"), "root_path": "",
        "query_string": query.encode("latin-1"), "headers": headers, "client": ("127.0.0.1", 40000),
        "server": ("127.0.0.1", 8787),
    }  # fmt: skip
    status = _loop().run_until_complete(_answer(application, scope, body))
    if status == 500:
        raise AssertionError(f"{method} {path} is answered by {status}")
    return status


@functools.cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


async def _answer(application: Application, scope: dict[str, Any], body: bytes) -> int:
    statuses: list[int] = []
    pieces = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return pieces.pop() if pieces else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(int(message["status"]))

    endless = scope["path"].startswith(_ENDLESS)
    try:
        await asyncio.wait_for(application(scope, receive, send), 0.05 if endless else _LONGEST_S)
    except TimeoutError:
        if not endless:
            raise AssertionError(f"no answer to {scope['method']} {scope['path']}") from None
    return statuses[0] if statuses else 0
