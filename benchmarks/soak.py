"""Everything at once for half an hour: does any process grow?

A node takes 500 exchanges a second in and judges them, a policy acts, accounts are asked about, decisions are taken and
lifted by hand and followed by a gateway; a member publishes to a hub and polls it. The memory of each process (pages
resident, as the kernel counts them) is sampled every two seconds. After the first third, in which caches fill, a
straight line is fitted to twenty means (a minute each): the slope in MiB a minute with its 95 % interval. What
has not levelled off by then is growing.

``SOAK_SECONDS`` sets another length.
"""

from __future__ import annotations

import datetime
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
from scipy import stats

from benchmarks.hub_objects import indicators
from benchmarks.hub_running import DETECTOR, OBJECTS, RunningHub, running
from benchmarks.ingest_live import Sent, lines_of, send
from benchmarks.live_node import LiveNode, live_node
from stillwatch.enforcement.gateways.client import GatewayClient
from stillwatch.enforcement.gateways.follow.link import Link

DESCRIPTION = (
    "half an hour of everything at once: memory of every process, its slope after warm-up with interval"
)

_RATE: Final = 500
_FULL_S: Final = 1800.0
_SMALL_S: Final = 36.0
_SAMPLED_S: Final = 2.0
_POINTS: Final = 20  # of the line; each is a mean, since neighbouring samples say the same
_WARM: Final = 1 / 3
_OBJECTS: Final = 20
_POLICY: Final = """version: 1
rules:
  - id: stop-attack
    when: verdict == 'attack'
    action: block
    ttl: 1h
    reason: Member of a confirmed campaign.
  - id: slow-suspects
    when: verdict == 'watch'
    action: throttle
    limits: {rate_per_minute: 6}
    ttl: 1h
    reason: Near a campaign that is not confirmed.
"""


def run(small: bool) -> dict[str, float]:
    """Load everything, sample memory, fit lines."""
    seconds = float(os.environ.get("SOAK_SECONDS", _SMALL_S if small else _FULL_S))
    lines = lines_of(4_000 if small else 40_000)
    with tempfile.TemporaryDirectory() as scratch:
        policy = Path(scratch) / "policy.yaml"
        policy.write_text(_POLICY, encoding="utf-8")
        with (
            live_node("--policy", str(policy), "--every", "10") as node,
            running(Path(scratch) / "hub") as hub,
        ):
            memory, sent, busy = _under_load(node, hub, lines, seconds, Path(scratch) / "edge")
    figures = {
        "seconds": seconds,
        "acknowledged_per_s": sent.acknowledged / seconds,
        "refused_batches": float(sent.refused),
        **{name: float(count) for name, count in busy.items()},
    }
    for name, samples in memory.items():
        figures |= _line(name, samples)
    return figures


def _under_load(
    node: LiveNode, hub: RunningHub, lines: list[Any], seconds: float, edge: Path
) -> tuple[dict[str, list[tuple[float, float]]], Sent, dict[str, int]]:
    """Memory by process as (seconds, MiB), what the node acknowledged, and how often all else was done."""
    ends = time.monotonic() + seconds
    busy = {"decide_calls": 0, "decisions_by_hand": 0, "hub_objects": 0, "hub_polls": 0}
    failures: list[BaseException] = []

    def again(every_s: float, work: Iterator[None]) -> Callable[[], None]:
        def loop() -> None:
            try:
                while time.monotonic() < ends:
                    next(work)
                    time.sleep(every_s)
            except BaseException as error:  # told by the main thread
                failures.append(error)

        return loop

    follower = GatewayClient(Link(node.url, "edge"), edge).start(wait_s=10)
    memory: dict[str, list[tuple[float, float]]] = {}
    loops = [
        again(0.02, _asking(node, busy)),
        again(2.0, _deciding(node, busy)),
        again(2.0, _publishing(hub, busy)),
        again(2.0, _polling(hub.another(), busy)),
        again(_SAMPLED_S, _sampling({"serve": node.process.pid, "hub": hub.pid}, memory)),
    ]
    threads = [threading.Thread(target=each) for each in loops]
    for each in threads:
        each.start()
    sent = send(node, lines, _RATE, seconds, "soak")
    for each in threads:
        each.join()
    follower.close()
    if failures:
        raise failures[0]
    return memory, sent, busy


def _asking(node: LiveNode, busy: dict[str, int]) -> Iterator[None]:
    """What may this account do?"""
    connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=60)
    while True:
        connection.request("GET", f"/v1/decide?account=acct-{busy['decide_calls'] % 1000}")
        connection.getresponse().read()
        busy["decide_calls"] += 1
        yield


def _deciding(node: LiveNode, busy: dict[str, int]) -> Iterator[None]:
    """A person decides and takes it back."""
    connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=60)

    def post(path: str, body: dict[str, str]) -> Any:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{path} answers {answer.status}: {content[:200]!r}")
        return json.loads(content)

    why = {"by": "analyst-1", "reason": "tried during the soak"}
    while True:
        about = {"scope": "account", "value": f"by-hand-{busy['decisions_by_hand']}", "mode": "enforce"}
        taken = post("/v1/decisions", about | why | {"action": "block", "ttl": "1h"})
        yield
        post(f"/v1/decisions/{taken['decision']['decision_id']}/lift", why)
        busy["decisions_by_hand"] += 1


def _publishing(hub: RunningHub, busy: dict[str, int]) -> Iterator[None]:
    """A member hands indicators in."""
    today = datetime.datetime.now(datetime.UTC).date()
    objects = indicators(10**9, hub.identity, DETECTOR, today)
    while True:
        body = b'{"objects":[' + b",".join(orjson.dumps(each) for each in islice(objects, _OBJECTS)) + b"]}"
        hub.post(body)
        busy["hub_objects"] += _OBJECTS
        yield


def _polling(hub: RunningHub, busy: dict[str, int]) -> Iterator[None]:
    """A member asks for what is new, page by page."""
    after, token = "", ""
    while True:
        query = "limit=100" + (f"&next={token}" if token else f"&added_after={after}" if after else "")
        _, content, head = hub.ask("GET", f"{OBJECTS}?{query}")
        page = orjson.loads(content)
        after = head.getheader("X-TAXII-Date-Added-Last") or after
        token = page.get("next", "") if page.get("more") else ""
        busy["hub_polls"] += 1
        yield


def _sampling(programs: dict[str, int], memory: dict[str, list[tuple[float, float]]]) -> Iterator[None]:
    """What each process holds; the worker is the node's only child."""
    begun = time.monotonic()
    while True:
        found = dict(programs)
        if worker := _child_of(programs["serve"]):
            found["worker"] = worker
        at = time.monotonic() - begun
        for name, pid in found.items():
            memory.setdefault(name, []).append((at, _resident_mib(pid)))
        yield


def _child_of(pid: int) -> int:
    """The first process that this one started; 0 for none."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return int(found.stdout.split()[0]) if found.stdout.split() else 0


def _resident_mib(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _line(name: str, samples: list[tuple[float, float]]) -> dict[str, float]:
    """Slope of a process's memory after warm-up in MiB a minute, its interval, and where it stood."""
    kept = np.array(samples[int(len(samples) * _WARM) :])
    mean_of = max(1, len(kept) // _POINTS)
    whole = len(kept) // mean_of * mean_of
    points = kept[len(kept) - whole :].reshape(-1, mean_of, 2).mean(axis=1)
    fit = stats.linregress(points[:, 0] / 60, points[:, 1])
    half = float(fit.stderr * stats.t.ppf(0.975, max(1, len(points) - 2)))
    course = " ".join(f"{size:.0f}" for _, size in samples[:: max(1, len(samples) // 20)])
    print(f"{name}: MiB {course}; {fit.slope:+.3f} ± {half:.3f} a minute", file=sys.stderr)
    return {
        f"{name}_mib": float(points[-1, 1]),
        f"{name}_highest_mib": float(max(size for _, size in samples)),
        f"{name}_mib_per_minute": float(fit.slope),
        f"{name}_mib_per_minute_low": float(fit.slope) - half,
        f"{name}_mib_per_minute_high": float(fit.slope) + half,
    }
