"""One hub over TAXII 2.1: reads with a token, writes signed as well; trouble on the way is told apart from a refusal.

What did not arrive, or whose answer was lost, may be sent again as it is: the hub knows an object that it has by what
it says. Sources: TAXII 2.1 (OASIS, 2021), RFC 9421.
"""

from __future__ import annotations

import dataclasses
import email.message
import http.client
import json
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from stillwatch import clock
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.opener import opener
from stillwatch.sharing.keys import read_private
from stillwatch.sharing.signing import sign

if TYPE_CHECKING:
    from stillwatch.sharing.client.membership import Membership

TAXII: Final = "application/taxii+json;version=2.1"
_SECONDS: Final = 60.0
_MOST_BYTES: Final = 64 * 2**20
_TRIES: Final = 4
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 20.0
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What the hub answered.

    Attributes:
        body: the JSON document.
        headers: by name in lower case.
    """

    body: dict[str, Any]
    headers: Mapping[str, str]


class HubConnection:
    """A member at its hub.

    Args:
        membership: who and where.
        tries: how often a request is sent when it does not get through.

    Raises:
        StillwatchError: the token or a certificate cannot be used.
    """

    def __init__(self, membership: Membership, *, tries: int = _TRIES) -> None:
        self._membership = membership
        self._token = membership.token()
        self._tries = tries
        handlers: list[urllib.request.BaseHandler] = []
        if membership.url.startswith("https:"):
            handlers.append(urllib.request.HTTPSHandler(context=_context(membership)))
        self._opener = opener(*handlers)

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        """Read something; ``path`` is relative to the API root.

        Raises:
            StillwatchError: SW-SHARE-10 the hub does not answer; SW-SHARE-11 it says no; SW-SHARE-12 it answers
                something that is no TAXII.
        """
        url = urllib.parse.urljoin(self._membership.url, path)
        if query:
            url = f"{url}?{urllib.parse.urlencode(query)}"
        return self._tried("GET", url, None)

    def post(self, path: str, body: bytes, *, content_type: str = TAXII) -> Answer:
        """Write something, signed anew for each try.

        Raises:
            StillwatchError: as `get`; or the signing key cannot be used.
        """
        return self._tried("POST", urllib.parse.urljoin(self._membership.url, path), body, content_type)

    def _tried(self, method: str, url: str, body: bytes | None, content_type: str = TAXII) -> Answer:
        pause = _FIRST_PAUSE_S
        for left in range(self._tries - 1, -1, -1):
            try:
                return self._once(method, url, body, content_type)
            except urllib.error.HTTPError as error:
                if error.code not in _AGAIN or not left:
                    raise _refused(error, url) from error
                pause = min(_asked_pause(error.headers) or pause, _LONGEST_PAUSE_S)
            except (OSError, http.client.HTTPException) as error:
                if not left:
                    raise _silent(error, url) from error
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)
        raise AssertionError("there is at least one try")

    def _once(self, method: str, url: str, body: bytes | None, content_type: str) -> Answer:
        headers = {"Accept": TAXII, "Authorization": f"Bearer {self._token}", "User-Agent": "stillwatch"}
        if body is not None:
            key = read_private(self._membership.signing_key)
            headers |= sign(method, url, body, content_type, key, clock.now())
        request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310 - http(s) was checked
        with self._opener.open(request, timeout=_SECONDS) as response:
            data = response.read(_MOST_BYTES + 1)
            found = {name.lower(): value for name, value in response.headers.items()}
        try:
            if len(data) > _MOST_BYTES:
                raise ValueError("too long")
            document = json.loads(data)
            if not isinstance(document, dict):
                raise ValueError("no object")
        except (ValueError, RecursionError) as error:
            raise StillwatchError(
                "the hub's answer is no TAXII document",
                code="SW-SHARE-12",
                where=url,
                hint="check that `url` in the membership file is the API root of a hub",
                exit_code=ExitCode.REMOTE_FAILED,
            ) from error
        return Answer(document, found)


def _context(membership: Membership) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=membership.ca_file)
        if membership.client_cert is not None:
            context.load_cert_chain(membership.client_cert, membership.client_key)
    except (OSError, ssl.SSLError) as error:
        raise StillwatchError(
            "a certificate cannot be used",
            code="SW-SHARE-04",
            where=str(membership.client_cert or membership.ca_file),
            hint=str(error),
            exit_code=ExitCode.UNREADABLE,
        ) from error
    return context


def _asked_pause(headers: email.message.Message) -> float:
    """Seconds that the hub asks to wait; 0 where it does not say."""
    said = headers.get("Retry-After", "")
    return float(said) if said.isdigit() else 0.0


def _silent(error: Exception, url: str) -> StillwatchError:
    return StillwatchError(
        f"the hub does not answer: {getattr(error, 'reason', None) or error or type(error).__name__}",
        code="SW-SHARE-10",
        where=url,
        hint="nothing is lost: run the same command again when the hub can be reached",
        exit_code=ExitCode.REMOTE_FAILED,
    )


def _refused(error: urllib.error.HTTPError, url: str) -> StillwatchError:
    """What the hub said, in its words (TAXII 2.1, section 3.6.1)."""
    try:
        said = json.loads(error.read(2**16))
        message = str(said.get("title") or said.get("description") or "")
        hint = str(said.get("description") or "") if said.get("title") else ""
    except (OSError, ValueError, AttributeError, RecursionError):
        message = hint = ""
    return StillwatchError(
        f"the hub says no ({error.code}): {message[:300] or error.reason}",
        code="SW-SHARE-11",
        where=url,
        hint=hint[:500],
        exit_code=ExitCode.REMOTE_FAILED,
    )
