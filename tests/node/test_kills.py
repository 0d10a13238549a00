"""Real kills at random moments: what was acknowledged is there, once."""

from __future__ import annotations

import collections
import contextlib
import os
import random
import signal
import threading
import time

import httpx
from tests.node.records import exchange, lines

from stillwatch.node import segments
from stillwatch.node.folder import Folder
from stillwatch.traffic.store import Store

BATCH = 7


class Sender(threading.Thread):
    """Sends batch after batch, each until it is acknowledged or the node is gone; remembers what was acknowledged."""

    def __init__(self, url, first):
        super().__init__(daemon=True)
        self.url, self.first = url, first
        self.acknowledged, self.unsure = [], []
        self.halt = threading.Event()

    def run(self):
        number = self.first
        with httpx.Client(timeout=10) as client:
            while not self.halt.is_set():
                batch = list(range(number, number + BATCH))
                number += BATCH
                try:
                    answer = client.post(f"{self.url}/v1/exchanges", content=lines(map(exchange, batch)))
                except httpx.TransportError:
                    self.unsure += batch
                    return
                if answer.status_code == 200:
                    assert answer.json()["acknowledged"] == BATCH
                    self.acknowledged += batch


def counted(path):
    """How often each request id stands in the store or in what the store does not have yet."""
    folder = Folder(path)
    store = Store.open(folder.store)
    with store.connect(2, 1.0) as con:
        found = [row[0] for row in con.sql("SELECT request_id FROM exchanges").fetchall()]
    for number in segments.numbers(folder.log):
        if number > store.manifest.segment:
            for record in segments.records(segments.path_of(folder.log, number)):
                found += record.rows["request_id"].to_pylist()
    return collections.Counter(found)


def is_current(url):
    """Whether the node is ready and its verdicts are hardly behind the traffic."""
    ready = httpx.get(f"{url}/readyz", timeout=30)
    lag = ready.json()["lag_s"]
    return ready.status_code == 200 and lag is not None and lag < 5


def test_a_node_killed_at_any_moment_loses_nothing_acknowledged_and_counts_nothing_twice(start, tmp_path):
    rng = random.Random()  # another moment every time
    acknowledged, unsure, first = [], [], 0
    for _ in range(2):
        running = start("--every", "1").ready()
        senders = [Sender(running.url, first + k * 1_000_000) for k in range(3)]
        first += 3_000_000
        if unsure:  # a client that does not know whether its batch arrived sends it again
            answer = httpx.post(
                f"{running.url}/v1/exchanges", content=lines(map(exchange, unsure)), timeout=10
            )
            assert answer.json()["acknowledged"] == len(unsure)
            acknowledged += unsure
            unsure = []
        for sender in senders:
            sender.start()
        time.sleep(rng.uniform(0.2, 2.5))
        running.kill()
        for sender in senders:
            sender.join(timeout=15)
            acknowledged += sender.acknowledged
            unsure += sender.unsure
    assert len(acknowledged) > 50
    running = start("--every", "1").ready()
    assert running.stop() == 0
    found = counted(tmp_path / "node")
    assert [k for k in acknowledged if f"r-{k}" not in found] == []
    assert {name: times for name, times in found.items() if times > 1} == {}


def test_a_worker_that_dies_is_started_again_and_moves_everything_once(start, tmp_path):
    running = start("--every", "1").ready()
    sender = Sender(running.url, 0)
    sender.start()
    rng = random.Random(5)
    kills = 0
    deadline = time.monotonic() + 120
    while kills < 2:
        assert time.monotonic() < deadline, "the worker was not started again"
        time.sleep(rng.uniform(0.2, 0.9))
        with contextlib.suppress(ProcessLookupError):
            if worker := running.worker():
                os.kill(worker, signal.SIGKILL)
                kills += 1
    sender.halt.set()  # or the node would be kept busy while it waits to start a worker again
    sender.join(timeout=15)
    while not is_current(running.url):  # a worker that is started again waits longer each time
        assert time.monotonic() < deadline, "the worker did not catch up"
        time.sleep(0.2)
    assert running.stop() == 0
    found = counted(tmp_path / "node")
    assert sorted(found) == sorted(f"r-{k}" for k in sender.acknowledged)
    assert set(found.values()) == {1}
    assert Store.open(Folder(tmp_path / "node").store).rows > 0
