"""Asks a hub over HTTP: what a witness needs, with nothing but the standard library."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, Final

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.opener import opener

_SECONDS: Final = 30.0
_MOST: Final = 2_000_000


class Asking:
    """A hub at an address.

    Args:
        url: such as ``https://hub.example.com``.
        token: of a member.
        ca: certificates that the hub's has to be signed with; the system's unless given.

    Raises:
        StillwatchError: the address is none, or the certificates cannot be used.
    """

    def __init__(self, url: str, token: str, ca: Path | None = None) -> None:
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise StillwatchError(
                f"'{url}' is no address of a hub",
                code="SW-HUB-42",
                hint="write it as https://hub.example.com",
            )
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._opener = opener(urllib.request.HTTPSHandler(context=_trusting(ca)))

    def __call__(self, path: str) -> dict[str, Any]:
        """What the hub answers to a GET.

        Raises:
            StillwatchError: it cannot be reached, or says no.
        """
        request = urllib.request.Request(self._url + path, headers=self._headers)  # noqa: S310 - the scheme was checked
        try:
            with self._opener.open(request, timeout=_SECONDS) as response:
                found = json.loads(response.read(_MOST))
        except urllib.error.HTTPError as error:
            words = f"it answered with status {error.code}"
            raise self._silent(words, _advice(error.code)) from error
        except (OSError, ValueError, RecursionError) as error:
            words = str(getattr(error, "reason", error))
            raise self._silent(words, "check the address, and that the hub runs") from error
        if not isinstance(found, dict):
            raise self._silent("its answer is no JSON object", "is this a hub?")
        return found

    def _silent(self, words: str, hint: str) -> StillwatchError:
        return StillwatchError(
            f"the hub does not answer: {words}",
            code="SW-HUB-43",
            where=self._url,
            hint=hint,
            exit_code=ExitCode.REMOTE_FAILED,
        )


def _trusting(ca: Path | None) -> ssl.SSLContext:
    """TLS that trusts the given certificates, else the system's."""
    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as error:
        raise StillwatchError(
            "the certificates cannot be used",
            code="SW-HUB-48",
            where=str(ca or ""),
            hint=str(error),
            exit_code=ExitCode.UNREADABLE,
        ) from error


def _advice(status: int) -> str:
    """What to do where the hub answers with a status that is no answer."""
    if 300 <= status < 400:
        return "no redirect is followed: name the hub's own address"
    return "is the token valid?" if status in (401, 403) else "try again later"
