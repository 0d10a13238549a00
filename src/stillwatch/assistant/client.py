"""The client of an OpenAI-compatible endpoint: one request at a time, with deadlines, retries and checked TLS."""

from __future__ import annotations

import dataclasses
import ipaddress
import json
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import IO, TYPE_CHECKING, Any, Final

from stillwatch.assistant.questionnaire import REPLY_TOKENS, Inquiry, schema
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.opener import opener

if TYPE_CHECKING:
    from stillwatch.assistant.budget import Budget

TRIES: Final = 4
_FIRST_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 30.0
_LONGEST_REPLY: Final = 1 << 20
_CHUNK: Final = 1 << 14
_AGAIN: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504})


@dataclasses.dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the model is.

    Attributes:
        url: base address, to which ``/chat/completions`` is added.
        model: the model's name there.
        key: sent as a bearer token; empty sends none.
        timeout_s: seconds a reply may take in all.
    """

    url: str
    model: str
    key: str = dataclasses.field(repr=False)
    timeout_s: float

    def __post_init__(self) -> None:
        """Refuse what cannot be asked safely.

        Raises:
            StillwatchError: the address is none, or would send texts in the clear to another machine.
        """
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise StillwatchError(
                "the assistant's address is no address of an endpoint",
                code="SW-AST-01",
                where="assist_url",
                hint="set assist_url, for instance https://models.example.com/v1, without user and password",
            )
        if parts.scheme == "http" and not _is_loopback(parts.hostname):
            raise StillwatchError(
                "the assistant's address would send customers' texts unencrypted",
                code="SW-AST-02",
                where="assist_url",
                hint="use https; http is for this machine alone",
            )


class Client:
    """Asks an endpoint within a budget.

    Args:
        endpoint: where to.
        budget: what may be spent; every try is booked.
        sleep: how to wait between tries.
    """

    def __init__(
        self, endpoint: Endpoint, budget: Budget, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._endpoint = endpoint
        self._budget = budget
        self._sleep = sleep
        self._constrained = True
        handlers: list[urllib.request.BaseHandler] = [
            urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        ]
        if _is_loopback(urllib.parse.urlsplit(endpoint.url).hostname or ""):
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = opener(*handlers)

    def reply(self, inquiry: Inquiry) -> str | None:
        """What the model writes, or None where its reply is none of an endpoint's.

        Raises:
            StillwatchError: the endpoint refuses, or fails again and again.
            OverBudgetError: the next try would cost more than there is left.
        """
        for attempt in range(TRIES):
            self._budget.book_request(inquiry)
            try:
                body = self._post(inquiry)
            except urllib.error.HTTPError as error:
                with error:
                    pause = self._pause(attempt, error)
            except (OSError, HTTPException) as error:
                if isinstance(error, urllib.error.URLError) and isinstance(error.reason, ssl.SSLError):
                    raise _failed("its certificate is not trusted", self._endpoint.url) from error
                pause = _backoff(attempt)
            else:
                return self._content(body, inquiry)
            if attempt + 1 < TRIES:
                self._sleep(pause)
        raise _failed(f"it failed {TRIES} times in a row", self._endpoint.url)

    def _pause(self, attempt: int, error: urllib.error.HTTPError) -> float:
        """Seconds to wait after an error status; an endpoint that knows no schema is asked without one."""
        if error.code == 400 and self._constrained:
            self._constrained = False
            return 0.0
        if error.code not in _AGAIN:
            raise _failed(f"it answered with status {error.code}", self._endpoint.url)
        wanted = error.headers.get("Retry-After", "")
        return min(float(wanted), _LONGEST_PAUSE_S) if wanted.isdecimal() else _backoff(attempt)

    def _post(self, inquiry: Inquiry) -> bytes:
        """One try: the reply's bytes, cut off at the deadline and at `_LONGEST_REPLY`."""
        asked: dict[str, Any] = {
            "model": self._endpoint.model,
            "messages": list(inquiry.messages),
            "temperature": 0,
            "max_tokens": REPLY_TOKENS,
        }
        if self._constrained:
            shape = {"name": "answers", "strict": True, "schema": schema()}
            asked["response_format"] = {"type": "json_schema", "json_schema": shape}
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._endpoint.key:
            headers["Authorization"] = f"Bearer {self._endpoint.key}"
        address = self._endpoint.url.rstrip("/") + "/chat/completions"
        request = urllib.request.Request(address, json.dumps(asked).encode(), headers)  # noqa: S310 - http(s) only
        deadline = time.monotonic() + self._endpoint.timeout_s
        with self._opener.open(request, timeout=self._endpoint.timeout_s) as response:
            return _read(response, deadline)

    def _content(self, body: bytes, inquiry: Inquiry) -> str | None:
        """The text of the first choice; what it cost is booked."""
        try:
            found = json.loads(body)
            content = found["choices"][0]["message"]["content"]
        except (ValueError, KeyError, IndexError, TypeError, RecursionError):
            return None
        usage = found.get("usage")
        total = usage.get("total_tokens") if isinstance(usage, dict) else None
        self._budget.book_usage(inquiry, total if type(total) is int and total >= 0 else None)
        return content if isinstance(content, str) else None


def _read(response: IO[bytes], deadline: float) -> bytes:
    """The body, unless it drips or never ends."""
    parts: list[bytes] = []
    size = 0
    read = getattr(response, "read1", response.read)
    while part := read(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > _LONGEST_REPLY or time.monotonic() > deadline:
            raise TimeoutError("the reply takes too long or is too long")
    return b"".join(parts)


def _backoff(attempt: int) -> float:
    return float(min(_FIRST_PAUSE_S * 2**attempt, _LONGEST_PAUSE_S))


def _is_loopback(host: str) -> bool:
    """Whether a host is this machine by its written address or as ``localhost``."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _failed(why: str, url: str) -> StillwatchError:
    return StillwatchError(
        f"the assistant's endpoint cannot be used: {why}",
        code="SW-AST-03",
        where=url,
        hint="check assist_url, assist_model and the key, and that the endpoint is up",
        exit_code=ExitCode.REMOTE_FAILED,
    )
