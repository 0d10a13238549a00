"""A node that runs, asked over its HTTP API."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, Final

import msgspec

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.opener import opener

_SECONDS: Final = 30.0


class RemoteNode:
    """A node.

    Args:
        url: such as ``http://127.0.0.1:8440``.
        token_file: a file with the token; None where the node asks for none.

    Raises:
        StillwatchError: the address or the file is no such thing.
    """

    def __init__(self, url: str, token_file: Path | None) -> None:
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise StillwatchError(
                f"'{url}' is no address of a node", code="SW-DEC-60", hint="write it as https://host:8440"
            )
        self._url = url.rstrip("/")
        self._opener = opener()
        self._headers = {"Content-Type": "application/json"}
        if token_file is not None:
            self._headers["Authorization"] = f"Bearer {_token(token_file)}"

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """The node's answer.

        Raises:
            StillwatchError: the node cannot be reached, or says no.
        """
        data = None if body is None else msgspec.json.encode(body)
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            self._url + path, data, self._headers, method=method
        )
        try:
            with self._opener.open(request, timeout=_SECONDS) as response:
                answer = json.loads(response.read())
        except urllib.error.HTTPError as error:
            raise _refusal(error, self._url + path) from error
        except (OSError, ValueError, RecursionError) as error:
            raise StillwatchError(
                f"the node does not answer: {getattr(error, 'reason', error)}",
                code="SW-DEC-61",
                where=self._url,
                hint="check the address, and that the node runs",
                exit_code=ExitCode.REMOTE_FAILED,
            ) from error
        return dict(answer)


def _token(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StillwatchError(
            "the token cannot be read",
            code="SW-DEC-62",
            where=str(path),
            exit_code=ExitCode.UNREADABLE,
        ) from error


def _refusal(error: urllib.error.HTTPError, where: str) -> StillwatchError:
    """What the node said, as it said it."""
    exit_code = ExitCode.REMOTE_FAILED if error.code >= 500 else ExitCode.USAGE
    try:
        said = json.loads(error.read())["error"]
        message, code, hint = str(said["message"]), str(said["code"]), str(said.get("hint", ""))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return StillwatchError(
            f"the node answered with status {error.code}",
            code="SW-DEC-63",
            where=where,
            hint="no redirect is followed: name the node's own address" if 300 <= error.code < 400 else "",
            exit_code=exit_code,
        )
    return StillwatchError(message, code=code, where=where, hint=hint, exit_code=exit_code)
