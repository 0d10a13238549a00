"""The clock of the node's machine jumps, a year ahead or a day back: what is decided stays decided."""

from __future__ import annotations

import time

import httpx
import pytest
from tests.faults.inside import Inside
from tests.node.records import exchange, lines

from benchmarks.gateways_running import until
from stillwatch.clock import Steady
from stillwatch.core.decision import Action
from stillwatch.enforcement.answers import Subject
from stillwatch.enforcement.gateways.client import GatewayClient
from stillwatch.enforcement.gateways.follow.link import Link

YEAR, DAY = 365 * 86_400.0, 86_400.0
BLOCK = {
    "scope": "account",
    "value": "acct-bad",
    "action": "block",
    "ttl": "1h",
    "mode": "enforce",
    "reason": "works off one list with others",
    "by": "person",
}


class Hands:
    """Two clocks that are set by hand."""

    def __init__(self):
        self.wall, self.running = 1_000_000.0, 50.0

    def pass_by(self, seconds):
        self.wall += seconds
        self.running += seconds

    def steady(self):
        return Steady(wall=lambda: self.wall, running=lambda: self.running)


@pytest.mark.parametrize("jump", [YEAR, DAY, 5.0, -5.0, -DAY, -YEAR])
def test_time_goes_on_as_before_while_the_clock_is_wrong_for_a_moment(jump):
    hands = Hands()
    steady = hands.steady()
    begun = steady()
    hands.wall += jump
    for _ in range(800):
        hands.pass_by(1)
        steady()
    assert steady() - begun == pytest.approx(800)
    assert steady.jumped_s == pytest.approx(jump)
    hands.wall -= jump
    assert steady.jumped_s == 0
    assert steady() - begun == pytest.approx(800)


def test_a_clock_that_stands_by_its_new_time_is_believed_after_a_quarter_of_an_hour():
    hands = Hands()
    steady = hands.steady()
    hands.wall += YEAR
    steady()
    hands.pass_by(899)
    assert steady() < hands.wall - DAY
    hands.pass_by(2)
    assert steady() == pytest.approx(hands.wall)


def test_a_second_jump_begins_its_quarter_of_an_hour_anew():
    hands = Hands()
    steady = hands.steady()
    hands.wall += DAY
    steady()
    hands.pass_by(899)
    hands.wall += YEAR
    steady()
    hands.pass_by(100)
    assert steady() < hands.wall - YEAR


def test_a_clock_that_is_drawn_slowly_is_followed():
    hands = Hands()
    steady = hands.steady()
    for _ in range(600):
        hands.pass_by(1)
        hands.wall += 0.5
        steady()
    assert steady() == hands.wall


@pytest.mark.parametrize("jump", [YEAR, -DAY])
def test_a_block_outlives_a_jump_of_the_nodes_clock_at_the_node_and_at_its_gateways(
    start, tmp_path, monkeypatch, jump
):
    inside = Inside(tmp_path, monkeypatch)
    running = start("--every", "1").ready()
    httpx.post(f"{running.url}/v1/decisions", json=BLOCK).raise_for_status()
    client = GatewayClient(Link(running.url, "edge"), tmp_path / "edge").start(wait_s=20)
    until(lambda: client.decide(Subject("acct-bad")).action is Action.BLOCK)
    inside.jump(jump)
    until(lambda: "clock" in httpx.get(f"{running.url}/readyz").json()["sources"], 20)
    time.sleep(1.5)  # a round of housekeeping, which ends what is over
    said = httpx.get(f"{running.url}/v1/decide", params={"account": "acct-bad"}).json()
    assert said["action"] == "block"
    assert httpx.get(f"{running.url}/v1/decide", params={"account": "honest"}).json()["action"] == "allow"
    taken = httpx.post(f"{running.url}/v1/exchanges", content=lines([exchange(1)])).json()
    assert taken["acknowledged"] == 1
    fresh = GatewayClient(Link(running.url, "edge-2"), tmp_path / "edge-2").start(wait_s=20)
    for each in (client, fresh):
        assert each.decide(Subject("acct-bad")).action is Action.BLOCK
        assert each.decide(Subject("honest")).action is Action.ALLOW
    inside.jump(0)
    until(lambda: "clock" not in httpx.get(f"{running.url}/readyz").json()["sources"], 20)
    for each in (client, fresh):
        assert each.decide(Subject("acct-bad")).action is Action.BLOCK
        each.close()
    assert running.stop() == 0
