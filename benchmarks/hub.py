"""Measures a hub over HTTP: signed envelopes in, pages and empty polls out, at two sizes."""

from __future__ import annotations

import datetime
import queue
import sqlite3
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

import orjson

from benchmarks.hub_objects import indicators
from benchmarks.hub_running import DETECTOR, OBJECTS, RunningHub, running

DESCRIPTION = (
    "objects a second into a hub, pages and empty polls out of it, against bare SQLite and a bare request"
)

TARGETS = (
    ("post_per_s", "objects taken in at 20,000 stored", ">=", 10_000, "/s"),
    ("post_per_s_at_upper", "objects taken in at 100,000 stored", ">=", 5_000, "/s"),
    ("page_p50_ms", "page of 1,000 objects, p50", "<=", 20, "ms"),
    ("page_max_ms", "page of 1,000 objects, slowest", "<=", 50, "ms"),
    ("poll_ms", "empty poll, p50", "<=", 2, "ms"),
)

_ENVELOPE = 1_000
_TIMED = 10
_POLLS = 300
_SENDERS = 4
_TOGETHER = 20


def run(small: bool) -> dict[str, float]:
    """Fills a hub, measuring at the lower and at the upper size; then reads it all and polls it."""
    lower, upper = (3_000, 8_000) if small else (20_000, 100_000)
    with tempfile.TemporaryDirectory() as scratch, running(Path(scratch) / "hub") as hub:
        today = datetime.datetime.now(datetime.UTC).date()
        count = upper + 2 * (_TIMED + _TOGETHER) * _ENVELOPE
        objects = indicators(count, hub.identity, DETECTOR, today)
        envelopes = iter(lambda: [orjson.dumps(each) for each in islice(objects, _ENVELOPE)], [])
        bodies = (b'{"objects":[' + b",".join(each) + b"]}" for each in envelopes)
        figures: dict[str, float] = {}
        stored = 0
        for size, name in ((lower, "post_per_s"), (upper, "post_per_s_at_upper")):
            while stored < size:
                hub.post(next(bodies))
                stored += _ENVELOPE
            alone = [hub.post(next(bodies)) for _ in range(_TIMED)]
            figures[f"{name}_one_sender"] = _ENVELOPE / statistics.median(alone)
            figures[name] = _together(hub, [next(bodies) for _ in range(_TOGETHER)])
            stored += (_TIMED + _TOGETHER) * _ENVELOPE
            print(
                f"{size:,} stored: {figures[name]:,.0f} objects/s from {_SENDERS} senders, "
                f"{figures[f'{name}_one_sender']:,.0f} from one that waits for each answer"
            )
        last = _pages(hub, figures)
        _polls(hub, last, figures)
        figures["sqlite_rows_per_s"] = _bare_rows(Path(scratch) / "bare.sqlite")
        figures["post_over_sqlite"] = figures["sqlite_rows_per_s"] / figures["post_per_s_at_upper"]
        figures["stored"] = stored
    return figures


def _together(hub: RunningHub, bodies: list[bytes]) -> float:
    """Objects a second from several senders at once, each of which waits for its answers."""
    senders: queue.SimpleQueue[RunningHub] = queue.SimpleQueue()
    for _ in range(_SENDERS):
        senders.put(hub.another())

    def post(body: bytes) -> None:
        sender = senders.get()
        sender.post(body)
        senders.put(sender)

    begun = time.perf_counter()
    with ThreadPoolExecutor(_SENDERS) as pool:
        list(pool.map(post, bodies))
    return len(bodies) * _ENVELOPE / (time.perf_counter() - begun)


def _pages(hub: RunningHub, figures: dict[str, float]) -> str:
    """Read everything, a thousand objects a page; returns when the last one was added."""
    times, token, count = [], "", 0
    while True:
        query = {"limit": str(_ENVELOPE)} | ({"next": token} if token else {})
        spent, content, response = hub.ask("GET", f"{OBJECTS}?{urlencode(query)}")
        times.append(spent)
        page = orjson.loads(content)
        count += len(page["objects"])
        if not page["more"]:
            break
        token = page["next"]
    figures["page_p50_ms"] = 1e3 * statistics.median(times)
    figures["page_max_ms"] = 1e3 * max(times)
    figures["read_per_s"] = count / sum(times)
    print(f"{count:,} objects read in {len(times)} pages")
    return str(response.headers["X-TAXII-Date-Added-Last"])


def _polls(hub: RunningHub, last: str, figures: dict[str, float]) -> None:
    """Empty polls, and requests that do nothing at all, turn by turn."""
    polls, bare = [], []
    for _ in range(_POLLS):
        spent, content, _ = hub.ask("GET", f"{OBJECTS}?{urlencode({'added_after': last})}")
        assert content == b"{}"
        polls.append(spent)
        bare.append(hub.ask("GET", "/healthz")[0])
    figures["poll_ms"] = 1e3 * statistics.median(polls)
    figures["bare_request_ms"] = 1e3 * statistics.median(bare)


def _bare_rows(path: Path) -> float:
    """Rows of the same size a second into SQLite alone: flushed every thousand, one index on a random key."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE bare (added INTEGER PRIMARY KEY, id TEXT, content BLOB)")
        connection.execute("CREATE INDEX bare_by_id ON bare (id)")
        begun, content = time.perf_counter(), bytes(1_100)
        for part in range(20):
            connection.execute("BEGIN IMMEDIATE")
            rows = [
                (part * 1_000 + n, f"indicator--{hash((part, n)) & (2**63 - 1):x}", content)
                for n in range(1_000)
            ]
            connection.executemany("INSERT INTO bare VALUES (?, ?, ?)", rows)
            connection.execute("COMMIT")
        return 20_000 / (time.perf_counter() - begun)
