"""A running node under steady traffic: what it takes in, what its memory does, how far its verdicts are behind.

First 2,000 exchanges a second, each of about 2.5 kB, for ten minutes (twenty seconds in the small version): every batch
must be acknowledged, which means flushed to disk, and memory must not grow. Memory is that of the serving process, its
slope a straight line fitted to the second half. Then 500 a second: the lag of the verdicts at its worst.
"""

from __future__ import annotations

import dataclasses
import datetime
import http.client
import re
import sys
import threading
import time
from typing import Any, Final

import numpy as np

from benchmarks import corpus
from benchmarks.live_node import LiveNode, live_node

DESCRIPTION = (
    "a live node under 2,000 exchanges a second: acknowledged rate, memory slope; verdict lag at 500 a second"
)

TARGETS = (
    ("sustained_per_s", "exchanges acknowledged, ten minutes", ">=", 2_000, "/s"),
    ("refused_batches", "batches refused meanwhile", "<=", 0),
    ("verdict_lag_worst_s", "verdict's age at 500 exchanges/s, worst", "<=", 30, "s"),
)

_BATCH: Final = 100
_SENDERS: Final = 4
_STAMP: Final = re.compile(rb'"ts":\s*"[^"]*"')
_ID: Final = re.compile(rb'"request_id":\s*"[^"]*"')


@dataclasses.dataclass(slots=True)
class Sent:
    """What the senders met; written under a lock."""

    acknowledged: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    waits: list[float] = dataclasses.field(default_factory=list)


def run(small: bool) -> dict[str, float]:
    """Load a node, then judge what it says of itself."""
    lines = lines_of(4_000 if small else 40_000)
    figures: dict[str, float] = {}
    with live_node() as node:
        send(node, lines, 200, 3.0, "warm")
        sent, memory = _under(node, lines, 2_000, 20 if small else 600, "fast")
        figures |= {
            "sustained_per_s": sent.acknowledged / memory[-1][0],
            "refused_batches": sent.refused,
            "ack_p50_ms": float(np.percentile(sent.waits, 50)) * 1e3,
            "ack_p99_ms": float(np.percentile(sent.waits, 99)) * 1e3,
            "resident_mib": memory[-1][1] / 2**20,
            "memory_slope_mib_per_hour": _slope(memory) * 3600 / 2**20,
        }
        lag, look = _lag(node, lines, 500, 24 if small else 180)
        figures |= {"verdict_lag_worst_s": lag, "look_s": look["stillwatch_look_seconds"]}
        figures["window_exchanges"] = look["stillwatch_window_exchanges"]
    return figures


def lines_of(count: int) -> list[tuple[bytes, bytes, bytes]]:
    """Exchanges cut where time and id stand."""
    cut = []
    for line in corpus.make(count).read_bytes().splitlines():
        stamp, name = _STAMP.search(line), _ID.search(line)
        if stamp is None or name is None or stamp.start() > name.start():
            raise RuntimeError("the corpus is not what it should be")
        cut.append((line[: stamp.start()], line[stamp.end() : name.start()], line[name.end() :]))
    return cut


def _under(
    node: LiveNode, lines: list[tuple[bytes, bytes, bytes]], rate: int, seconds: float, name: str
) -> tuple[Sent, list[tuple[float, float]]]:
    """Send, and note time and resident bytes meanwhile."""
    memory: list[tuple[float, float]] = []
    done = threading.Event()
    begin = time.monotonic()

    def watch() -> None:
        while not done.wait(1.0):
            memory.append((time.monotonic() - begin, node.figures()["stillwatch_resident_bytes"]))

    watcher = threading.Thread(target=watch)
    watcher.start()
    sent = send(node, lines, rate, seconds, name)
    took = time.monotonic() - begin
    done.set()
    watcher.join()
    memory.append((took, node.figures()["stillwatch_resident_bytes"]))
    print(
        f"{name}: {sent.acknowledged:,} acknowledged in {took:.1f} s, {sent.refused} refused", file=sys.stderr
    )
    return sent, memory


def _lag(node: LiveNode, lines: list[Any], rate: int, seconds: float) -> tuple[float, dict[str, float]]:
    """The worst lag of the verdicts under load, from when the load has lasted for a third of the time."""
    worst: list[float] = []
    done = threading.Event()
    begin = time.monotonic()

    def watch() -> None:
        while not done.wait(0.5):
            lag = node.get("/readyz")["lag_s"]
            if time.monotonic() - begin > seconds / 3 and lag is not None:
                worst.append(float(lag))

    watcher = threading.Thread(target=watch)
    watcher.start()
    send(node, lines, rate, seconds, "slow")
    done.set()
    watcher.join()
    return max(worst), node.figures()


def send(node: LiveNode, lines: list[Any], rate: int, seconds: float, name: str) -> Sent:
    """Batches at a steady rate from several connections; what is refused is sent again."""
    sent, lock = Sent(), threading.Lock()
    begin = time.monotonic() + 0.1
    batches = int(rate * seconds / _BATCH)

    def work(sender: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=60)
        for batch in range(sender, batches, _SENDERS):
            time.sleep(max(0.0, begin + batch * _BATCH / rate - time.monotonic()))
            body = _body(lines, batch, name)
            started = time.monotonic()
            while not _accepted(connection, body):
                with lock:
                    sent.refused += 1
                time.sleep(0.5)
            with lock:
                sent.acknowledged += _BATCH
                sent.waits.append(time.monotonic() - started)
        connection.close()

    threads = [threading.Thread(target=work, args=(k,)) for k in range(_SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sent


def _body(lines: list[Any], batch: int, name: str) -> bytes:
    """A batch of exchanges of this moment, each with an id of its own."""
    now = datetime.datetime.now(datetime.UTC).isoformat().encode()
    first = batch * _BATCH
    made = []
    for k in range(first, first + _BATCH):
        begin, middle, end = lines[k % len(lines)]
        made.append(b'%b"ts":"%b"%b"request_id":"%b-%d"%b\n' % (begin, now, middle, name.encode(), k, end))
    return b"".join(made)


def _accepted(connection: http.client.HTTPConnection, body: bytes) -> bool:
    connection.request("POST", "/v1/exchanges", body)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status not in (200, 429):
        raise RuntimeError(f"the node answers {answer.status}: {content[:200]!r}")
    return answer.status == 200


def _slope(memory: list[tuple[float, float]]) -> float:
    """Bytes a second over the second half."""
    half = memory[len(memory) // 2 :]
    at, size = np.array(half).T
    return float(np.polyfit(at, size, 1)[0])
