"""The network between two programs is cut, stands still, or loses answers: nothing is lost, nothing counts twice."""

from __future__ import annotations

import httpx
import pytest
from tests.faults.publisher import ROOT, prepared, send
from tests.faults.wire import Wire, line_to
from tests.hub import stix
from tests.keyservice.conftest import Running as KeyService
from tests.keyservice.conftest import stillwatch
from tests.node.records import exchange, lines
from tests.node.test_kills import counted

from benchmarks.gateways_running import until
from stillwatch import clock
from stillwatch.core.decision import Action
from stillwatch.enforcement.answers import Subject
from stillwatch.enforcement.gateways.client import GatewayClient
from stillwatch.enforcement.gateways.follow.link import Link
from stillwatch.errors import StillwatchError
from stillwatch.keyservice.folder import Folder
from stillwatch.keyservice.key_files import signing_key
from stillwatch.sharing.client.journal import ShipmentState
from stillwatch.sharing.matching.blinder import Blinder, Identifier
from stillwatch.sharing.matching.cache import Cache
from stillwatch.sharing.matching.key_client import Address, KeyClient
from stillwatch.sharing.matching.values import What

WHY = {"reason": "works off one list with others", "by": "person"}


def test_a_gateway_behind_a_dead_wire_keeps_who_is_blocked_and_hears_the_rest_when_it_is_whole(
    start, tmp_path
):
    running = start("--every", "1").ready()

    def decide(account):
        about = {"scope": "account", "value": account, "action": "block", "ttl": "1h", "mode": "enforce"}
        said = httpx.post(f"{running.url}/v1/decisions", json=about | WHY, timeout=60)
        return said.raise_for_status().json()["decision"]["decision_id"]

    with line_to(running.port) as line:
        known = decide("acct-1")
        client = GatewayClient(Link(line.url, "edge"), tmp_path / "edge").start(wait_s=30)

        def blocked(account):
            return client.decide(Subject(account)).action is Action.BLOCK

        until(lambda: blocked("acct-1"))
        for k, wire in enumerate((Wire.CUT, Wire.HELD)):
            line.be(wire)
            missed = decide(f"missed-{k}")
            assert blocked("acct-1")
            assert not blocked("honest")
            assert not blocked(f"missed-{k}")
            httpx.post(f"{running.url}/v1/decisions/{missed}/lift", json=WHY, timeout=60).raise_for_status()
            decide(f"kept-{k}")
            line.be(Wire.WHOLE)
            until(lambda k=k: blocked(f"kept-{k}"))
            assert not blocked(f"missed-{k}")
            assert blocked("acct-1")
        httpx.post(f"{running.url}/v1/decisions/{known}/lift", json=WHY, timeout=60).raise_for_status()
        until(lambda: not blocked("acct-1"))
        client.close()

        line.be(Wire.ANSWERS_LOST)
        batch = lines(map(exchange, range(50)))
        for key in ("", "once"):
            with pytest.raises(httpx.TransportError):
                httpx.post(
                    f"{line.url}/v1/exchanges", content=batch, headers={"Idempotency-Key": key}, timeout=60
                )
        assert line.lost >= 2
        line.be(Wire.WHOLE)
        again = httpx.post(f"{line.url}/v1/exchanges", content=batch, timeout=60).json()
        assert again == {"acknowledged": 50, "duplicates": 50, "rejected": []}
    assert running.stop() == 0
    assert counted(tmp_path / "node") == {f"r-{k}": 1 for k in range(50)}


def test_what_the_hub_took_while_its_answer_was_lost_is_not_taken_twice(make_hub, tmp_path):
    hub = make_hub()
    objects = [stix.indicator(hub.members["lab-2"]) for _ in range(5)]
    place = prepared(tmp_path / "member", hub.members["lab-2"], objects)
    with line_to(hub.port) as line:
        hub.start("--url", line.url)
        for wire in (Wire.CUT, Wire.ANSWERS_LOST):
            line.be(wire)
            sent = send(place, line.url + ROOT)
            assert sent.trouble is not None
            assert sent.trouble.code.startswith("SW-SHARE")
            assert {each.state for each in sent.shipments} == {ShipmentState.QUEUED}
        line.be(Wire.WHOLE)
        sent = send(place, line.url + ROOT)
        assert sent.trouble is None
        assert {each.state for each in sent.shipments} == {ShipmentState.ACCEPTED}
    found = [each["id"] for each in hub.pages("lab-1")]
    assert sorted(found) == sorted({each.hub_id for each in sent.shipments})
    hub.stop()


def test_a_question_whose_answer_was_lost_is_answered_again_and_counted_once(tmp_path):
    folder = tmp_path / "keys"
    token = stillwatch(
        "keyservice", "members", "add", "lab-1", "--dir", folder, "--quota", "2"
    ).stdout.strip()
    running = KeyService(folder).ready()
    public = signing_key(Folder(folder)).public_key().public_bytes_raw()
    asked = [Identifier(What.PAYMENT, f"lab-1x9K4mZ7qT2vB8pL{k}") for k in range(2)]
    try:
        with line_to(running.port) as line, Cache(tmp_path / "lab") as cache:
            blinder = Blinder(KeyClient(Address(line.url, token)), public, cache, clock.now)
            for wire in (Wire.CUT, Wire.ANSWERS_LOST):
                line.be(wire)
                with pytest.raises(StillwatchError) as refused:
                    blinder.blind(asked)
                assert refused.value.code.startswith("SW-MATCH")
            line.be(Wire.WHOLE)
            assert all(each.blinded is not None for each in blinder.blind(asked))
    finally:
        running.stop()
