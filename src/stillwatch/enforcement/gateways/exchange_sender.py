"""Exchanges on their way to the node: gathered in memory, sent in batches, bounded, and never on this machine's disk.

While the node is away exchanges wait; when there are too many the oldest are lost, counted and reported.
"""

from __future__ import annotations

import collections
import http.client
import logging
import threading
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.follow.link import Link

_LOG = logging.getLogger(__name__)
_BATCH: Final = 500
_BATCH_BYTES: Final = 4 * 2**20
_GATHER_S: Final = 0.25
_SLOWEST_RETRY_S: Final = 10.0
_TIMEOUT_S: Final = 10.0


class ExchangeSender:
    """A thread that sends lines to the node.

    Args:
        link: the node; its token needs the scope ``ingest``.
        most: lines that may wait.
        most_bytes: the same in bytes.
    """

    def __init__(self, link: Link, *, most: int = 50_000, most_bytes: int = 128 * 2**20) -> None:
        self._link = link
        self._most = most
        self._most_bytes = most_bytes
        self._waiting: collections.deque[bytes] = collections.deque()
        self._bytes = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._send, name="stillwatch-exchanges", daemon=True)
        self.sent = 0
        self.lost = 0
        self.rejected = 0

    def start(self) -> ExchangeSender:
        """Begin."""
        self._thread.start()
        return self

    def take(self, lines: Sequence[bytes]) -> None:
        """Add canonical exchanges, a line of JSON each; never waits."""
        with self._lock:
            for line in lines:
                self._waiting.append(line)
                self._bytes += len(line)
            while self._waiting and (len(self._waiting) > self._most or self._bytes > self._most_bytes):
                self._bytes -= len(self._waiting.popleft())
                self.lost += 1

    def close(self, *, within_s: float = 5.0) -> None:
        """Send what waits, as far as there is time, and end."""
        self._stopping.set()
        self._thread.join(within_s)

    def waiting(self) -> int:
        """Lines that wait."""
        return len(self._waiting)

    def _send(self) -> None:
        retry_s = 0.5
        while True:
            batch = self._batch()
            if not batch:
                if self._stopping.wait(_GATHER_S) and not self._waiting:
                    return
                continue
            key = uuid.uuid4().hex  # the same for every try: the node counts no exchange twice
            while (wait_s := self._post(batch, key, retry_s)) > 0:
                if self._stopping.is_set():
                    return
                self._stopping.wait(wait_s)
                retry_s = min(retry_s * 2, _SLOWEST_RETRY_S)
            retry_s = 0.5

    def _batch(self) -> list[bytes]:
        batch: list[bytes] = []
        size = 0
        with self._lock:
            while self._waiting and len(batch) < _BATCH and size < _BATCH_BYTES:
                line = self._waiting.popleft()
                batch.append(line)
                size += len(line)
            self._bytes -= size
        return batch

    def _post(self, batch: list[bytes], key: str, retry_s: float) -> float:
        """One try; seconds to wait before the next, 0 if none is needed."""
        try:
            status, headers, body = self._link.ask(
                "POST",
                "/v1/exchanges",
                b"\n".join(batch) + b"\n",
                timeout_s=_TIMEOUT_S,
                Content_Type="application/x-ndjson",
                Idempotency_Key=key,
            )
        except (OSError, http.client.HTTPException, StillwatchError):
            return retry_s
        if status == http.client.TOO_MANY_REQUESTS or status >= http.client.INTERNAL_SERVER_ERROR:
            asked = headers.get("retry-after", "")
            return min(float(asked), 60.0) if asked.isdecimal() and int(asked) else retry_s
        if status != http.client.OK:
            _LOG.warning("the node does not take exchanges: it answers %d", status)
            self.lost += len(batch)
            return 0.0
        self.sent += len(batch)
        self.rejected += body.count(b'"line"')
        return 0.0
