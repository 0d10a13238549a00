"""A gateway's client and a real node, with tokens: the contract between the two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.gateways_running import until
from benchmarks.real_node import RealNode
from stillwatch.core.decision import Action
from stillwatch.enforcement.answers import Subject
from stillwatch.enforcement.gateways.client import GatewayClient
from stillwatch.enforcement.gateways.follow.link import Link


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealNode]:
    real = RealNode(tmp_path_factory.mktemp("node")).start()
    yield real
    real.close()


def action(client: GatewayClient, account: str) -> Action:
    return client.decide(Subject(account)).action


def test_a_block_reaches_the_client_within_seconds_is_lifted_and_outlives_a_killed_node(
    node: RealNode, tmp_path: Path
) -> None:
    client = GatewayClient(Link(node.url, "edge", node.token), tmp_path).start(wait_s=10)
    assert action(client, "acct-1") is Action.ALLOW
    decision_id = node.decide("acct-1")
    until(lambda: action(client, "acct-1") is Action.BLOCK)
    node.lift(decision_id)
    until(lambda: action(client, "acct-1") is Action.ALLOW)

    node.decide("acct-2")
    node.decide("acct-3", mode="shadow")
    until(lambda: action(client, "acct-2") is Action.BLOCK)
    assert action(client, "acct-3") is Action.ALLOW
    node.kill()
    assert action(client, "acct-2") is Action.BLOCK
    assert action(client, "honest") is Action.ALLOW
    node.start()
    node.decide("acct-4")
    until(lambda: action(client, "acct-4") is Action.BLOCK)
    assert action(client, "acct-2") is Action.BLOCK
    client.close()


def test_the_node_knows_what_a_gateway_applies_and_lets_by(node: RealNode) -> None:
    client = GatewayClient(Link(node.url, "edge-2", node.token), None).start(wait_s=10)
    action(client, "honest")
    client.tally.bypassed("unidentified")
    assert client.report()
    told = next(each for each in node.read("/v1/gateways")["gateways"] if each["name"] == "edge-2")
    assert told["known"]
    assert told["bypasses_by_reason"] == {"unidentified": 1}
    assert told["actions"]["allow"] == 1
    client.close()


def test_a_gateway_without_the_right_token_is_told_so_and_decides_nothing(node: RealNode) -> None:
    client = GatewayClient(Link(node.url, "edge-3", "wrong"), None).start()
    until(lambda: "401" in client.state().trouble)
    assert client.snapshot is None
    client.close()
