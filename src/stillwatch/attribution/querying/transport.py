"""One request over HTTP: checked TLS, no redirect, a deadline for the whole answer, and a limit to its length."""

from __future__ import annotations

import dataclasses
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Final

from stillwatch.opener import opener

if TYPE_CHECKING:
    from email.message import Message

    from stillwatch.attribution.querying.endpoint import Endpoint

_LONGEST_BODY: Final = 8 << 20
_LONGEST_COMPLAINT: Final = 1 << 14
_CHUNK: Final = 1 << 14


@dataclasses.dataclass(frozen=True, slots=True)
class Response:
    """What came back, of whatever status; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """Sends requests to one endpoint; may be shared by threads.

    Args:
        endpoint: where to.
        key: sent as a bearer token; empty sends none.
    """

    def __init__(self, endpoint: Endpoint, key: str) -> None:
        self._endpoint = endpoint
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        handlers: list[urllib.request.BaseHandler] = [
            urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        ]
        if endpoint.is_loopback:
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = opener(*handlers)

    def post(self, body: bytes) -> Response:
        """Send one request.

        Raises:
            TimeoutError: the answer takes too long, or never ends.
            OSError: the endpoint cannot be reached.
            http.client.HTTPException: the answer was cut off, or is no HTTP.
        """
        request = urllib.request.Request(self._endpoint.address, body, self._headers)  # noqa: S310 - http(s) was checked
        deadline = time.monotonic() + self._endpoint.timeout_s
        try:
            with self._opener.open(request, timeout=self._endpoint.timeout_s) as answer:
                return Response(answer.status, _lowered(answer.headers), _read(answer, deadline))
        except urllib.error.HTTPError as error:
            with error:
                return Response(error.code, _lowered(error.headers), error.read(_LONGEST_COMPLAINT))
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise TimeoutError("no answer in time") from error
            raise


def _read(answer: IO[bytes], deadline: float) -> bytes:
    """The body, unless it drips or never ends."""
    parts: list[bytes] = []
    size = 0
    while part := answer.read(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > _LONGEST_BODY or time.monotonic() > deadline:
            raise TimeoutError("the answer takes too long or is too long")
    return b"".join(parts)


def _lowered(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
