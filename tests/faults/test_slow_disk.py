"""The disk stands still under a node: nothing is acknowledged before it is on disk, and decisions are still answered."""

from __future__ import annotations

import threading

import httpx
from tests.faults.inside import Inside
from tests.node.records import exchange, lines
from tests.node.test_kills import counted


def test_nothing_is_acknowledged_while_the_disk_stands_still_and_gateways_get_their_answers(
    start, tmp_path, monkeypatch
):
    inside = Inside(tmp_path, monkeypatch)
    running = start("--every", "3600").ready()
    decided = {"scope": "account", "value": "acct-bad", "action": "block", "ttl": "1h", "mode": "enforce"}
    said = {"reason": "works off one list with others", "by": "person"}
    httpx.post(f"{running.url}/v1/decisions", json=decided | said, timeout=60).raise_for_status()
    warm = httpx.post(f"{running.url}/v1/exchanges", content=lines([exchange(0)]), timeout=120)
    assert warm.json()["acknowledged"] == 1
    inside.hold_disk()
    told = []
    sending = threading.Thread(
        target=lambda: told.append(
            httpx.post(f"{running.url}/v1/exchanges", content=lines(map(exchange, range(1, 9))), timeout=240)
        )
    )
    sending.start()
    for _ in range(50):
        for account, action in (("acct-bad", "block"), ("honest", "allow")):
            answer = httpx.get(f"{running.url}/v1/decide", params={"account": account}, timeout=60)
            assert answer.json()["action"] == action
    assert told == []
    inside.release_disk()
    sending.join()
    assert told[0].json()["acknowledged"] == 8
    running.kill()
    assert counted(tmp_path / "node") == {f"r-{k}": 1 for k in range(9)}
