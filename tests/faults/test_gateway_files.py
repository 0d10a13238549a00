"""What a gateway keeps on disk is cut, or its disk fills up: who was known to be blocked stays blocked."""

from __future__ import annotations

import random

import pytest
from tests.faults.disk import small_disk

from benchmarks.gateways_running import until
from benchmarks.small_node import SmallNode, decision
from stillwatch.core.decision import Action
from stillwatch.enforcement.answers import Subject
from stillwatch.enforcement.gateways.client import GatewayClient
from stillwatch.enforcement.gateways.follow.last_known import LastKnown
from stillwatch.enforcement.gateways.follow.link import Link
from stillwatch.enforcement.snapshot import Snapshot
from stillwatch.enforcement.wire import Change
from stillwatch.errors import StillwatchError


@pytest.fixture
def node():
    small = SmallNode()
    yield small
    if not small.closing:
        small.close()


def following(node, folder):
    return GatewayClient(Link(node.url, "edge", node.token), folder).start(wait_s=10)


def blocked(client, account):
    return client.decide(Subject(account)).action is Action.BLOCK


def in_the_files(folder, account):
    """Whether a gateway that starts now, without a node, would refuse the account."""
    known = LastKnown(folder).load()
    return known is not None and known.decide(Subject(account), 0.0).action is Action.BLOCK


def test_what_follows_a_line_that_a_power_cut_tore_is_in_force_after_the_next_start(node, tmp_path):
    node.decide(decision("acct-0"))
    client = following(node, tmp_path)
    for k in (1, 2):
        node.decide(decision(f"acct-{k}"))
        until(lambda k=k: in_the_files(tmp_path, f"acct-{k}"))
    client.close()
    journal = tmp_path / "changes.jsonl"
    whole = journal.read_bytes()
    journal.write_bytes(whole[: random.Random(7).randrange(len(whole) // 2 + 2, len(whole))])
    again = following(node, tmp_path)
    node.decide(decision("acct-3"))
    until(lambda: blocked(again, "acct-3"))
    until(lambda: in_the_files(tmp_path, "acct-3"))
    node.close()
    again.close()
    assert all(in_the_files(tmp_path, f"acct-{k}") for k in range(4))
    assert not in_the_files(tmp_path, "honest")


def test_what_a_full_disk_did_not_take_is_written_with_the_next_change(node, tmp_path):
    with small_disk(tmp_path / "disk", mib=1) as disk:
        if not disk.mounted:
            pytest.skip(
                "a small file system can be mounted by root only, and a limit would stop the tests themselves"
            )
        folder = disk.path / "edge"
        client = following(node, folder)
        node.decide(decision("acct-0"))
        until(lambda: in_the_files(folder, "acct-0"))
        disk.fill()
        many = [decision(f"acct-{k}") for k in range(1, 40)]  # more than fits into the journal's last page
        node.decide(*many)
        until(lambda: blocked(client, "acct-39"))
        until(lambda: "cannot be kept" in client.state().trouble or "written" in client.state().trouble)
        assert client.state().connected
        disk.free()
        node.decide(decision("acct-40"))
        until(lambda: in_the_files(folder, "acct-40"))
        client.close()
        assert all(in_the_files(folder, f"acct-{k}") for k in range(41))


def test_files_cut_anywhere_give_what_was_whole_or_nothing_and_never_another_decision(tmp_path):
    known = LastKnown(tmp_path)
    snapshot = Snapshot.build(1, [decision("acct-0"), decision("acct-1")], "e")
    known.keep(snapshot)
    known.add(Change("e", 2, False, (decision("acct-2"),)), snapshot)
    known.add(Change("e", 3, False, (decision("acct-3"),)), snapshot)
    dice = random.Random(11)
    for name in ("decisions.jsonl", "changes.jsonl"):
        path = tmp_path / name
        whole = path.read_bytes()
        for cut in [0, 1, len(whole) - 1, *(dice.randrange(len(whole)) for _ in range(30))]:
            path.write_bytes(whole[:cut])
            try:
                found = LastKnown(tmp_path).load()
            except StillwatchError as error:
                refused_whole = error.code == "SW-DEC-06"
                assert refused_whole
                continue
            assert found is not None
            refused = {
                f"acct-{k}"
                for k in range(5)
                if found.decide(Subject(f"acct-{k}"), 0.0).action is Action.BLOCK
            }
            assert {"acct-0", "acct-1"} <= refused <= {f"acct-{k}" for k in range(4)}
        path.write_bytes(whole)
