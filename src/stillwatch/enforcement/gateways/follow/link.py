"""Where the node is and how a gateway speaks to it: plain HTTP of the standard library, nothing to install."""

from __future__ import annotations

import dataclasses
import http.client
import ssl
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stillwatch.enforcement.wire import Change, change_of
from stillwatch.errors import ExitCode, StillwatchError

_CHUNK: Final = 1 << 16
_LONGEST_LINE: Final = 1 << 29  # a full line of two million decisions
_CONNECT_S: Final = 3.0


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """A node, as a gateway knows it.

    Attributes:
        node: its address, such as ``http://127.0.0.1:8440``.
        token: a bearer token with the scopes ``decide`` and, for exchanges, ``ingest``; empty for none.
        name: what this gateway is called in reports.
        ca_file: certificates to trust for ``https`` instead of the system's; empty for the system's. Read once.
    """

    node: str
    name: str
    token: str = dataclasses.field(default="", repr=False)
    ca_file: str = ""
    _trusted: list[ssl.SSLContext] = dataclasses.field(
        default_factory=list, init=False, repr=False, compare=False
    )

    def connect(self, timeout_s: float) -> http.client.HTTPConnection:
        """A connection, not opened yet.

        Raises:
            StillwatchError: the address is none, or the certificates cannot be read.
        """
        parts = urllib.parse.urlsplit(self.node)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise StillwatchError(
                f"'{self.node}' is no address of a node",
                code="SW-GW-01",
                where="node",
                hint="write it as http://127.0.0.1:8440",
            )
        if parts.scheme == "http":
            return http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_s)
        return http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=timeout_s, context=self._context()
        )

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        timeout_s: float = _CONNECT_S,
        **headers: str,
    ) -> tuple[int, dict[str, str], bytes]:
        """One request and its answer: status, headers in lower case, body.

        Args:
            method: of HTTP.
            path: behind the node's own.
            body: JSON or JSON lines.
            timeout_s: for connecting and for each read.
            headers: further ones, ``_`` for ``-``.

        Raises:
            OSError: the node cannot be reached.
            http.client.HTTPException: what it says is no HTTP.
            StillwatchError: as ``connect``.
        """
        connection = self.connect(timeout_s)
        try:
            connection.request(method, self._path(path), body, self._headers(headers))
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def changes(self, version: int, epoch: str, *, silence_s: float) -> Iterator[Change]:
        """The stream of changes since a version, until it ends.

        Args:
            version: the one known here.
            epoch: that it belongs to; empty for none.
            silence_s: how long the node may say nothing; it has a heartbeat.

        Raises:
            OSError: the node cannot be reached, or falls silent.
            http.client.HTTPException: what it says is no HTTP, or it refuses.
            StillwatchError: a line is no change; or as ``connect``.
        """
        connection = self.connect(_CONNECT_S)
        try:
            query = urllib.parse.urlencode({"since": version, "epoch": epoch})
            connection.request("GET", self._path(f"/v1/decisions/stream?{query}"), headers=self._headers({}))
            answer = connection.getresponse()
            if answer.status != http.client.OK:
                raise http.client.HTTPException(f"the node answers {answer.status}")
            if connection.sock is not None:
                connection.sock.settimeout(silence_s)
            for line in _lines(answer):
                yield change_of(line)
        finally:
            connection.close()

    def _context(self) -> ssl.SSLContext:
        """Whom to trust; read once, so that a file that is away for a while costs no connection.

        Raises:
            StillwatchError: the certificates cannot be read.
        """
        if not self._trusted:
            try:
                self._trusted.append(ssl.create_default_context(cafile=self.ca_file or None))
            except OSError as error:
                raise StillwatchError(
                    f"the certificates cannot be read: {error.strerror or error}",
                    code="SW-GW-02",
                    where=self.ca_file,
                    exit_code=ExitCode.UNREADABLE,
                ) from error
        return self._trusted[0]

    def _path(self, path: str) -> str:
        return urllib.parse.urlsplit(self.node).path.rstrip("/") + path

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        headers = {"Accept": "application/x-ndjson, application/json", "User-Agent": "stillwatch-gateway"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return headers | {name.replace("_", "-"): value for name, value in more.items()}


def read_token(path: Path) -> str:
    """The token in a file.

    Raises:
        StillwatchError: it cannot be read, or is empty.
    """
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise StillwatchError(
            f"the token cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}",
            code="SW-GW-03",
            where=str(path),
            exit_code=ExitCode.UNREADABLE,
        ) from error
    if not token:
        raise StillwatchError("the token file is empty", code="SW-GW-03", where=str(path))
    return token


def _lines(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """The lines of an answer as they arrive; one that the end cuts off is not given.

    Raises:
        http.client.HTTPException: a line does not end.
    """
    held = bytearray()
    while chunk := answer.read1(_CHUNK):
        searched = len(held)
        held += chunk
        if len(held) > _LONGEST_LINE:
            raise http.client.HTTPException("a line does not end")
        start = 0
        while (end := held.find(b"\n", max(start, searched))) >= 0:
            line = bytes(held[start:end]).strip()
            start = end + 1
            if line:
                yield line
        del held[:start]
