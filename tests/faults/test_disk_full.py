"""The disk fills up under a running program: it says so, takes nothing it cannot keep, and goes on when there is space."""

from __future__ import annotations

import base64

import httpx
import pytest
from tests.faults.disk import small_disk
from tests.hub import stix
from tests.keyservice.conftest import Running as KeyService
from tests.keyservice.conftest import stillwatch
from tests.node.conftest import Running
from tests.node.records import exchange, lines
from tests.node.test_kills import counted

from benchmarks.gateways_running import until
from stillwatch.sharing.matching.voprf import BlindedBatch


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk") as made:
        yield made


def send(node, numbers):
    return httpx.post(f"{node.url}/v1/exchanges", content=lines(map(exchange, numbers)), timeout=30)


def troubles(node):
    return httpx.get(f"{node.url}/readyz", timeout=30).json()


def test_a_node_takes_nothing_on_a_full_disk_still_decides_and_goes_on_by_itself(disk, key_file):
    running = Running(disk.path / "node", key_file, "--every", "1").ready()
    try:
        decided = {"scope": "account", "value": "acct-bad", "action": "block", "ttl": "1h", "mode": "enforce"}
        said = {"reason": "works off one list with others", "by": "person"}
        httpx.post(f"{running.url}/v1/decisions", json=decided | said).raise_for_status()
        assert send(running, range(100)).json()["acknowledged"] == 100
        disk.fill(running.process.pid)
        refused = send(running, range(100, 300))
        assert refused.status_code == 507
        assert refused.json()["error"]["code"] in ("SW-STORE-07", "SW-STORE-08")
        until(
            lambda: troubles(running)["problems"], 30
        )  # the worker has tried to begin a segment, or to move one
        asked = {
            each: httpx.get(f"{running.url}/v1/decide", params={"account": each}).json()["action"]
            for each in ("acct-bad", "honest")
        }
        assert asked == {"acct-bad": "block", "honest": "allow"}
        again = httpx.post(
            f"{running.url}/v1/decisions", json=decided | said | {"value": "acct-worse"}, timeout=60
        )
        disk.free(running.process.pid)
        assert send(running, range(100, 300)).json() == {"acknowledged": 200, "duplicates": 0, "rejected": []}
        until(lambda: troubles(running)["status"] == "ready", 60)
        held = httpx.get(f"{running.url}/v1/decide", params={"account": "acct-worse"}).json()["action"]
        assert held == ("block" if again.status_code < 300 else "allow")
        assert "decision" in again.json() or "error" in again.json()
    finally:
        running.kill()
    assert counted(disk.path / "node") == {f"r-{k}": 1 for k in range(300)}


def test_a_hub_on_a_full_disk_refuses_in_words_and_takes_the_same_objects_later(disk, make_hub):
    hub = make_hub("disk/hub").start()
    first = [stix.indicator(hub.members["lab-1"]) for _ in range(3)]
    later = [stix.indicator(hub.members["lab-1"]) for _ in range(60)]
    assert hub.post("lab-1", first).json()["success_count"] == 3
    disk.fill(hub.process.pid)
    refused = hub.post("lab-1", later)
    assert refused.status_code >= 500
    assert "SW-SQL" in refused.text
    assert len(hub.pages("lab-1")) == 3
    disk.free(hub.process.pid)
    assert hub.post("lab-1", later).json()["success_count"] == 60
    hub.kill()
    hub.start()
    assert len({each["id"] for each in hub.pages("lab-1")}) == 63
    hub.stop()


def test_a_key_service_that_cannot_count_answers_nothing_and_counts_once_there_is_space(disk):
    folder = disk.path / "keys"
    token = stillwatch(
        "keyservice", "members", "add", "lab-1", "--dir", folder, "--quota", "1000"
    ).stdout.strip()
    running = KeyService(folder).ready()
    try:
        batch = BlindedBatch([b"payment-%d" % k for k in range(300)])
        body = {"epoch": "e1", "blinded": [base64.b64encode(each).decode() for each in batch.blinded]}

        def evaluate():
            return httpx.post(
                f"{running.url}/v1/evaluate",
                json=body,
                headers={"Authorization": f"Bearer {token}"},
                timeout=30,
            )

        disk.fill(running.process.pid)
        refused = [evaluate() for _ in range(3)]
        assert all("evaluated" not in each.text or each.status_code == 200 for each in refused)
        disk.free(running.process.pid)
        assert evaluate().status_code == 200
    finally:
        running.stop()
