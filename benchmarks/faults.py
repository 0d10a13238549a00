"""Kills at random moments, again and again: is anything acknowledged lost, counted twice, or anybody wrongly let in?

Each round a node is started on the folder that the last kill left, takes exchanges in from two senders and a decision
from a person, and is killed: itself, or its worker and a moment later itself. A gateway follows through all rounds. In
the end everything is counted. The seed is printed; ``FAULTS_SEED`` sets it, ``FAULTS_ROUNDS`` how often.
"""

from __future__ import annotations

import collections
import contextlib
import http.client
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

from benchmarks.gateways_running import until
from benchmarks.real_node import RealNode
from stillwatch.core.decision import Action
from stillwatch.enforcement.answers import Subject
from stillwatch.enforcement.gateways.client import GatewayClient
from stillwatch.enforcement.gateways.follow.link import Link
from stillwatch.node import segments
from stillwatch.node.folder import Folder
from stillwatch.traffic.store import Store

DESCRIPTION = (
    "a node killed at random moments: exchanges lost or counted twice, answers of a gateway that were wrong"
)

_FULL: Final = 60
_SMALL: Final = 3
_BATCH: Final = 7
_SENDERS: Final = 2


class _Sender(threading.Thread):
    """Sends batch after batch until the node is gone; remembers what was acknowledged."""

    def __init__(self, node: RealNode, name: str) -> None:
        super().__init__(daemon=True)
        self._node, self._prefix = node, name
        self.acknowledged: list[str] = []

    def run(self) -> None:
        """Send."""
        connection = http.client.HTTPConnection("127.0.0.1", self._node.port, timeout=120)
        headers = {"Authorization": f"Bearer {self._node.token}"}
        number = 0
        with contextlib.suppress(OSError, http.client.HTTPException):
            while True:
                ids = [f"{self._prefix}-{number + k}" for k in range(_BATCH)]
                number += _BATCH
                connection.request("POST", "/v1/exchanges", b"".join(map(_exchange, ids)), headers)
                answer = connection.getresponse()
                answer.read()
                if answer.status == http.client.OK:
                    self.acknowledged += ids


def run(small: bool) -> dict[str, float]:
    """Kill, count, compare."""
    seed = int(os.environ.get("FAULTS_SEED") or secrets.randbelow(10**9))
    rounds = int(os.environ.get("FAULTS_ROUNDS") or (_SMALL if small else _FULL))
    print(f"seed {seed}, {rounds} rounds", file=sys.stderr)
    dice = random.Random(seed)
    acknowledged: list[str] = []
    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        node = RealNode(Path(scratch)).start()
        client = GatewayClient(Link(node.url, "edge", node.token), Path(scratch) / "edge").start(wait_s=30)
        blocked: list[str] = []
        for number in range(rounds):
            senders = [_Sender(node, f"{number}-{k}") for k in range(_SENDERS)]
            for each in senders:
                each.start()
            node.decide(f"bad-{number}", ttl="30d")
            until(lambda k=number: _action(client, f"bad-{k}") is Action.BLOCK)  # type: ignore[misc]
            blocked.append(f"bad-{number}")
            until(lambda: any(each.acknowledged for each in senders), 240)  # noqa: B023 -- of this round
            time.sleep(dice.uniform(0, 2.5))
            if dice.random() < 0.5:
                _kill_worker(node)
                time.sleep(dice.uniform(0, 1.5))
            node.kill()
            for each in senders:
                each.join()
                acknowledged += each.acknowledged
            wrong += sum(_action(client, each) is not Action.BLOCK for each in blocked)
            wrong += _action(client, "honest") is not Action.ALLOW
            node.start()
        wrong += sum(_action(client, each) is not Action.BLOCK for each in blocked)
        client.close()
        node.close()
        found = _counted(Path(scratch) / "node")
    return {
        "seed": seed,
        "rounds": rounds,
        "acknowledged": len(acknowledged),
        "lost": sum(each not in found for each in acknowledged),
        "counted_twice": sum(times > 1 for times in found.values()),
        "wrong_answers": wrong,
    }


def _exchange(name: str) -> bytes:
    record = {
        "ts": "2026-11-20T12:00:00Z",
        "request_id": name,
        "account_id": f"acct-{hash(name) % 7}",
        "model": "example-large-1",
        "messages": [{"role": "user", "content": f"please explain how tides come about in case {name}"}],
    }
    return json.dumps(record).encode() + b"\n"


def _action(client: GatewayClient, account: str) -> Action:
    return client.decide(Subject(account)).action


def _kill_worker(node: RealNode) -> None:
    """End the node's worker, if there is one at the moment."""
    assert node.process is not None
    found = subprocess.run(
        ["pgrep", "-P", str(node.process.pid)], capture_output=True, text=True, check=False
    )
    for each in found.stdout.split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(each), signal.SIGKILL)


def _counted(path: Path) -> collections.Counter[str]:
    """How often each exchange stands in the store, or in what the store does not have yet."""
    folder = Folder(path)
    store = Store.open(folder.store)
    with store.connect(1, 1.0) as con:
        found = [row[0] for row in con.sql("SELECT request_id FROM exchanges").fetchall()]
    for number in segments.numbers(folder.log):
        if number > store.manifest.segment:
            for record in segments.records(segments.path_of(folder.log, number)):
                found += record.rows["request_id"].to_pylist()
    return collections.Counter(found)
