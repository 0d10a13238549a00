"""A Redis stream: entries whose field ``exchange`` holds one record as JSON, read on from the last one that is durable.

The node keeps its own position together with what it took, so an entry is taken once whatever dies when. Address:
``redis://HOST:PORT/DB?stream=NAME``; ``field=NAME`` for another field, ``password_file=FILE`` for a secret.
"""

from __future__ import annotations

import urllib.parse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch.errors import StillwatchError
from stillwatch.node.sources.contract import Patience
from stillwatch.node.sources.named_files import text_of
from stillwatch.node.submissions import Submission

if TYPE_CHECKING:
    from stillwatch.node.sources.contract import Taker

_AT_ONCE: Final = 1000
_WAIT_MS: Final = 500
_TIMEOUT_S: Final = 5.0
_PORT: Final = 6379


class RedisStream:
    """One stream.

    Args:
        url: of the database, without the parameters that are ours.
        stream: its key.
        field: the field of an entry that holds the record.
        password: empty for none.

    Raises:
        StillwatchError: the address has a port that is none.
    """

    def __init__(self, url: str, stream: str, field: str, password: str) -> None:
        self.name = f"redis://{_place(url)}?stream={stream}"
        self._name_before = f"redis:{stream}"  # earlier versions kept positions under it
        self._url = url
        self._stream = stream
        self._field = field.encode()
        self._password = password

    def run(self, taker: Taker) -> None:
        """Read on until the node stops."""
        import redis

        patience = Patience(taker, self.name)
        client = redis.Redis.from_url(
            self._url,
            password=self._password or None,
            socket_timeout=_TIMEOUT_S,
            socket_connect_timeout=_TIMEOUT_S,
        )
        while not taker.stopping.is_set():
            last = taker.position(self.name) or taker.position(self._name_before) or "0-0"
            try:
                answer = client.xread({self._stream: last}, _AT_ONCE, _WAIT_MS)
            except redis.RedisError as error:
                patience.failed(f"the stream cannot be read ({type(error).__name__})")
                continue
            patience.worked()
            entries = _entries(answer)
            if entries:
                taker.take(self._submission(entries))
        client.close()

    def _submission(self, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> Submission:
        """Entries as lines; one without the field becomes a line that is set aside with its reason."""
        lines = [fields.get(self._field, b"null").replace(b"\n", b" ") for _, fields in entries]
        last = entries[-1][0].decode()
        # The position of before goes: it must not count for a stream of that name somewhere else.
        positions = {self.name: last, self._name_before: None}
        return Submission(b"\n".join(lines) + b"\n", self.name, positions=positions)


def _place(url: str) -> str:
    """Host, port and database, without who asks; what is left out is what Redis takes for it."""
    parts = urllib.parse.urlsplit(url)
    try:
        port = parts.port or _PORT
    except ValueError as error:
        raise StillwatchError(
            "the port of Redis is no number",
            code="SW-NODE-32",
            where="--source",
            hint="write it as redis://127.0.0.1:6379/0?stream=exchanges",
        ) from error
    host = parts.hostname or "localhost"
    return f"{f'[{host}]' if ':' in host else host}:{port}/{parts.path.strip('/') or '0'}"


def _entries(answer: Any) -> list[tuple[bytes, dict[bytes, bytes]]]:
    """The entries of an answer for one stream, as either version of the protocol gives them."""
    if not answer:
        return []
    found = next(iter(answer.values()))[0] if isinstance(answer, dict) else answer[0][1]
    return list(found)


class _Kind:
    """Redis streams."""

    name = "redis"
    title = "a Redis stream"

    def open(self, address: str) -> RedisStream:
        """The stream at ``redis://HOST:PORT/DB?stream=NAME``.

        Raises:
            StillwatchError: no stream is named, a file cannot be read, or the library is missing.
        """
        try:
            import redis  # noqa: F401 -- so that its lack is told when the node starts
        except ImportError as error:
            raise StillwatchError(
                "Redis streams need a library that is not installed",
                code="SW-NODE-31",
                where="--source",
                hint="install stillwatch[redis]",
            ) from error
        parts = urllib.parse.urlsplit(address)
        given = dict(urllib.parse.parse_qsl(parts.query))
        unknown = set(given) - {"stream", "field", "password_file"}
        if "stream" not in given or unknown:
            raise StillwatchError(
                f"{sorted(unknown)[0]} means nothing for a stream" if unknown else "the stream is not named",
                code="SW-NODE-32",
                where="--source",
                hint="write it as redis://127.0.0.1:6379/0?stream=exchanges",
            )
        secret = given.get("password_file")
        password = text_of(Path(secret), "the password for Redis").strip() if secret else ""
        url = urllib.parse.urlunsplit(parts._replace(query=""))
        return RedisStream(url, given["stream"], given.get("field", "exchange"), password)


SOURCE = _Kind()
