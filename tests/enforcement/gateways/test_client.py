from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.small_node import SmallNode, decision
from stillwatch.core.decision import Action, Scope
from stillwatch.enforcement.answers import Subject
from stillwatch.enforcement.gateways.client import GatewayClient, Unknown
from stillwatch.enforcement.gateways.follow.last_known import LastKnown
from stillwatch.enforcement.gateways.follow.link import Link, read_token
from stillwatch.enforcement.gateways.follow.node_clock import NodeClock
from stillwatch.errors import StillwatchError


def until(true: Callable[[], bool], within_s: float = 5.0) -> None:
    ends = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < ends, "it did not come true in time"
        time.sleep(0.01)


@pytest.fixture
def node() -> Iterator[SmallNode]:
    small = SmallNode()
    yield small
    if not small.closing:
        small.close()


def client_of(node: SmallNode, folder: Path | None = None, **more: object) -> GatewayClient:
    return GatewayClient(Link(node.url, "edge", node.token), folder, **more)  # type: ignore[arg-type]


def action(client: GatewayClient, account: str = "acct-1") -> Action:
    return client.decide(Subject(account)).action


def knows(client: GatewayClient, version: int) -> bool:
    return client.state().version == version


def test_a_decision_reaches_the_gateway_and_is_lifted_again(node: SmallNode) -> None:
    client = client_of(node).start(wait_s=5)
    assert action(client) is Action.ALLOW
    blocked = decision("acct-1")
    node.decide(blocked)
    until(lambda: action(client) is Action.BLOCK)
    assert action(client, "acct-2") is Action.ALLOW
    node.decide(lift=(blocked.decision_id,))
    until(lambda: action(client) is Action.ALLOW)
    client.close()


def test_known_decisions_stay_in_force_while_the_node_is_dead_and_after_a_restart(
    node: SmallNode, tmp_path: Path
) -> None:
    node.decide(decision("acct-0"))
    client = client_of(node, tmp_path).start(wait_s=5)
    node.decide(decision("acct-1"))
    until(lambda: action(client) is Action.BLOCK)
    node.close()
    assert action(client) is Action.BLOCK
    client.close()
    again = client_of(node, tmp_path).start()
    assert action(again) is Action.BLOCK
    assert action(again, "acct-0") is Action.BLOCK
    assert action(again, "honest") is Action.ALLOW
    until(lambda: again.state().trouble != "")
    assert not again.state().connected
    again.close()


def test_a_gateway_that_comes_back_gets_what_it_missed_and_not_everything(
    node: SmallNode, tmp_path: Path
) -> None:
    node.decide(decision("acct-0"))
    client = client_of(node, tmp_path).start(wait_s=5)
    until(lambda: client.state().version == 1)
    client.close()
    node.decide(decision("acct-1"))
    full = node.full
    node.full = lambda: pytest.fail("everything was sent again")  # type: ignore[method-assign]
    again = client_of(node, tmp_path).start()
    until(lambda: action(again) is Action.BLOCK)
    node.full = full  # type: ignore[method-assign]
    again.close()


def test_a_store_with_another_life_replaces_everything(node: SmallNode, tmp_path: Path) -> None:
    node.decide(decision("acct-0"))
    first = client_of(node, tmp_path).start(wait_s=5)
    first.close()
    node.epoch, node.held, node.log, node.version = "e2", {}, [], 0
    node.decide(decision("acct-1"))
    again = client_of(node, tmp_path).start(wait_s=5)
    until(lambda: again.state().epoch == "e2")
    assert action(again) is Action.BLOCK
    assert action(again, "acct-0") is Action.ALLOW
    again.close()


def test_a_store_that_went_back_to_a_backup_replaces_everything(node: SmallNode) -> None:
    node.decide(decision("acct-0"))
    node.decide(decision("acct-1"))
    client = client_of(node).start(wait_s=5)
    until(functools.partial(knows, client, 2))
    with node.changed:
        node.version, node.log = 1, node.log[:1]
        node.held = {each.decision_id: each for each in node.log[0][1]}
    until(functools.partial(knows, client, 1))
    assert action(client, "acct-0") is Action.BLOCK
    assert action(client) is Action.ALLOW
    client.close()


def test_without_any_decisions_the_site_chooses_and_each_request_counts_as_a_bypass(node: SmallNode) -> None:
    node.close()
    for unknown, expected in ((Unknown.ALLOW, Action.ALLOW), (Unknown.DENY, Action.BLOCK)):
        client = client_of(node, unknown=unknown)
        assert action(client) is expected
        assert client.tally.taken() == ({}, {"no_decisions": 1})


def test_counts_are_reported_once_the_node_hears_them(node: SmallNode) -> None:
    client = client_of(node).start(wait_s=5)
    node.decide(decision("acct-1"))
    until(lambda: client.state().version == 1)
    client.decide(Subject("acct-1"))
    client.decide(Subject("honest"))
    client.tally.bypassed("error")
    token, node.token = node.token, "another"
    assert not client.report()
    node.token = token
    assert client.report()
    report = node.reports[-1]
    assert report["version"] == 1
    assert report["epoch"] == "e1"
    assert report["bypasses"] == 1
    assert report["actions"] == {"block": 1, "allow": 1}
    client.close()


def test_while_certificates_cannot_be_read_counts_are_kept(node: SmallNode, tmp_path: Path) -> None:
    client = client_of(node)
    client.tally.acted(Action.BLOCK)
    client._link = Link("https://127.0.0.1:9", "edge", ca_file=str(tmp_path / "none"))
    assert not client.report()
    client._link = Link(node.url, "edge", node.token)
    assert client.report()
    assert node.reports[-1]["actions"] == {"block": 1}


@pytest.mark.parametrize("ahead_s", [-7200.0, 7200.0])
def test_decisions_expire_by_the_nodes_clock(ahead_s: float) -> None:
    node = SmallNode(ahead_s=ahead_s, heartbeat_s=0.1)
    node.decide(decision("short", ttl_s=0.5, now=node.now()), decision("long", ttl_s=60, now=node.now()))
    client = client_of(node).start(wait_s=5)
    assert abs(client.state().skew_s - ahead_s) < 1
    assert action(client, "long") is Action.BLOCK
    until(lambda: action(client, "short") is Action.ALLOW)
    assert action(client, "long") is Action.BLOCK
    client.close()
    node.close()


def test_one_absurd_heartbeat_moves_nothing() -> None:
    wall, monotonic = 1000.0, 5.0
    clock = NodeClock(wall=lambda: wall, monotonic=lambda: monotonic)
    for heard in (1000.0, 1000.1, 1000.0):
        clock.heard(heard)
    clock.heard(99_999_999.0)
    assert abs(clock.now() - 1000.0) < 0.2


def test_a_step_of_the_wall_clock_moves_nothing() -> None:
    now = {"wall": 1000.0, "monotonic": 5.0}
    clock = NodeClock(wall=lambda: now["wall"], monotonic=lambda: now["monotonic"])
    clock.heard(1000.0)
    now["wall"] += 86_400
    now["monotonic"] += 1
    assert clock.now() == 1001.0


def test_a_snapshot_that_was_cut_in_half_is_refused_and_the_node_asked_again(
    node: SmallNode, tmp_path: Path
) -> None:
    node.decide(decision("acct-1"), decision("acct-2"))
    client_of(node, tmp_path).start(wait_s=5).close()
    kept = tmp_path / "decisions.jsonl"
    kept.write_bytes(kept.read_bytes()[: kept.stat().st_size // 2])
    with pytest.raises(StillwatchError):
        LastKnown(tmp_path).load()
    again = client_of(node, tmp_path).start(wait_s=5)
    assert action(again) is Action.BLOCK
    again.close()


def test_a_journal_counts_up_to_its_first_broken_line(node: SmallNode, tmp_path: Path) -> None:
    client = client_of(node, tmp_path).start(wait_s=5)
    for number in range(3):
        node.decide(decision(f"acct-{number}"))
        until(functools.partial(knows, client, number + 1))
    client.close()
    journal = tmp_path / "changes.jsonl"
    until(lambda: journal.read_bytes().count(b"\n") == 3)
    journal.write_bytes(journal.read_bytes()[:-40])
    snapshot = LastKnown(tmp_path).load()
    assert snapshot is not None
    assert snapshot.version == 2
    assert len(snapshot) == 2


def test_a_line_that_is_none_costs_the_connection_and_no_decision(node: SmallNode) -> None:
    node.decide(decision("acct-1"))
    client = client_of(node).start(wait_s=5)
    until(lambda: action(client) is Action.BLOCK)
    client._link = Link("http://127.0.0.1:9", "edge")
    with pytest.raises(StillwatchError):
        client._take(node.full().__class__("another", 7, False))
    assert action(client) is Action.BLOCK
    client.close()


def test_decisions_about_networks_and_organisations_are_found(node: SmallNode) -> None:
    node.decide(
        decision("192.0.2.0/24", scope=Scope.ADDRESS),
        decision("org-1", Action.VERIFY, scope=Scope.ORGANIZATION),
    )
    client = client_of(node).start(wait_s=5)
    until(lambda: client.state().version == 1)
    assert client.decide(Subject("a", address="192.0.2.77")).action is Action.BLOCK
    assert client.decide(Subject("a", organization="org-1")).action is Action.VERIFY
    client.close()


def test_a_wrong_address_and_an_empty_token_are_said(tmp_path: Path) -> None:
    with pytest.raises(StillwatchError, match="no address of a node"):
        GatewayClient(Link("ftp://node", "edge"), None)
    (tmp_path / "token").write_text("\n")
    with pytest.raises(StillwatchError, match="empty"):
        read_token(tmp_path / "token")


def test_the_token_is_in_no_picture_of_the_link() -> None:
    assert "secret" not in repr(Link("http://127.0.0.1:1", "edge", "secret"))
