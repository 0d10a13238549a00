"""A key service, asked over HTTP: its list of epochs checked against a known key, batches sent until they arrive.

A batch that got no answer is sent again byte for byte, which the service counts only once. Errors of the other side are
put into our own words: nothing it says is shown.
"""

from __future__ import annotations

import dataclasses
import http.client
import json
import random
import ssl
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.serving.ports import is_own
from stillwatch.sharing.matching import wire

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from stillwatch.sharing.matching.voprf import Evaluation

MOST_ITEMS: Final = 500
"""Items a request: half of what a service takes, so that one request takes about a tenth of a second."""

_TRIES: Final = 6
_LONGEST_WAIT_S: Final = 20.0
_MOST_BYTES: Final = 4 * 2**20
_AGAIN: Final = frozenset({500, 502, 503, 504})


@dataclasses.dataclass(frozen=True, slots=True)
class Address:
    """Where a key service is and how to prove who asks.

    Attributes:
        url: ``https://…``; ``http://…`` on this machine only.
        token: the member's token.
        ca: certificates to trust (PEM); the system's unless given.
        certificate: client certificate with its key (PEM), where the service wants one.
    """

    url: str
    token: str
    ca: Path | None = None
    certificate: Path | None = None


class KeyClient:
    """Asks one key service.

    Args:
        address: where it is.
        wait: how to wait so many seconds between tries.
        timeout_s: how long to wait for an answer.

    Raises:
        StillwatchError: SW-MATCH-14 where the address is none, or would send the token in the clear.
    """

    def __init__(
        self, address: Address, *, wait: Callable[[float], None] = time.sleep, timeout_s: float = 30.0
    ) -> None:
        parts = urlsplit(address.url)
        self._host, self._port, self._secure = parts.hostname or "", parts.port, parts.scheme == "https"
        if parts.scheme not in ("http", "https") or not self._host:
            raise _address_refused(
                "the key service's address is none", "write it as https://keys.example.com"
            )
        if not self._secure and not is_own(self._host):
            raise _address_refused(
                "the token would be sent to another machine in the clear", "use an https:// address"
            )
        self._path = parts.path.rstrip("/")
        self._address = address
        self._wait = wait
        self._timeout_s = timeout_s
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """Close the connection; it is opened again when needed."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def epoch_list(self) -> bytes:
        """The signed list of epochs, not checked yet.

        Raises:
            StillwatchError: the service cannot be reached or does not answer.
        """
        return self._asked("GET", "/v1/epochs", b"")

    def evaluate(self, epoch: str, blinded: Sequence[bytes]) -> Evaluation:
        """Have a batch evaluated; the proof has not been checked yet.

        Raises:
            StillwatchError: SW-MATCH-10 where the quota does not suffice; others where the service cannot be
                reached, refuses, or its answer cannot be used.
        """
        answer = self._asked("POST", "/v1/evaluate", wire.request(epoch, blinded))
        return wire.read_answer(answer, epoch, len(blinded))

    def _asked(self, method: str, path: str, body: bytes) -> bytes:
        """The body of a good answer, tried again while the service is away."""
        pause = 0.25
        for attempt in range(1, _TRIES + 1):
            try:
                status, content = self._once(method, path, body)
            except (OSError, http.client.HTTPException) as error:
                self.close()
                if isinstance(error, ssl.SSLCertVerificationError) or attempt == _TRIES:
                    raise _unreachable(self._address.url, error) from error
            else:
                if status == 200:
                    return content
                if not (status in _AGAIN or _busy(status, content)) or attempt == _TRIES:
                    raise _refused(status, content)
            self._wait(pause * random.uniform(0.5, 1.5))  # noqa: S311 - only spreads the tries
            pause = min(2 * pause, _LONGEST_WAIT_S)
        raise AssertionError("the last try returns or raises")

    def _once(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        connection = self._connection or self._connected()
        self._connection = connection
        headers = {"Authorization": f"Bearer {self._address.token}", "Content-Type": "application/json"}
        connection.request(method, self._path + path, body, headers)
        answer = connection.getresponse()
        content = answer.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise http.client.HTTPException("the answer is too large")
        return answer.status, content

    def _connected(self) -> http.client.HTTPConnection:
        if not self._secure:
            return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_s)
        context = ssl.create_default_context(cafile=self._address.ca)
        if self._address.certificate is not None:
            context.load_cert_chain(self._address.certificate)
        return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout_s, context=context)


def _code(content: bytes) -> str:
    """The code in an error answer; empty where there is none."""
    try:
        return str(json.loads(content)["error"]["code"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def _busy(status: int, content: bytes) -> bool:
    """Whether the member only has too many batches under way."""
    return status == 429 and _code(content) == "SW-KEY-27"


def _refused(status: int, content: bytes) -> StillwatchError:
    """What a refusal means, in our own words."""
    match status:
        case 401 | 403:
            message, hint = "the key service does not accept this token", "ask its operator for a new one"
        case 404 | 410:
            message, hint = (
                "the key service does not evaluate in this epoch",
                "fetch the list of epochs again",
            )
        case 429:
            return StillwatchError(
                "the day's quota at the key service is used up",
                code="SW-MATCH-10",
                hint="what was blinded is kept; go on after midnight UTC, and blind suspicious accounts only",
                exit_code=ExitCode.REMOTE_FAILED,
            )
        case _:
            message, hint = f"the key service answers with status {status}", "tell its operator"
    return StillwatchError(
        message, code="SW-MATCH-19", where=_code(content)[:20], hint=hint, exit_code=ExitCode.REMOTE_FAILED
    )


def _unreachable(url: str, error: Exception) -> StillwatchError:
    return StillwatchError(
        f"the key service cannot be reached: {getattr(error, 'strerror', None) or type(error).__name__}",
        code="SW-MATCH-20",
        where=url,
        hint="what was blinded before can be matched without it; try again later",
        exit_code=ExitCode.REMOTE_FAILED,
    )


def _address_refused(message: str, hint: str) -> StillwatchError:
    return StillwatchError(message, code="SW-MATCH-14", where="key service", hint=hint)
