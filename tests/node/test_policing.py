from __future__ import annotations

import asyncio

import pytest

from stillwatch.core.verdict import Call, Reason, Verdict
from stillwatch.enforcement.engine import PolicyEngine
from stillwatch.enforcement.facts import Details
from stillwatch.enforcement.policy import Policy
from stillwatch.enforcement.store import DecisionStore
from stillwatch.node.board import Board
from stillwatch.node.policing import Policing
from stillwatch.node.verdicts import HOLD_S, VerdictStore

RULE = "  - {id: stop, when: \"verdict == 'attack'\", action: block, ttl: 7d, reason: it is part of a harvest%s}\n"


def verdict(account, call=Call.CLEAR, score=0.001, exchanges=10):
    reasons = (Reason("novelty", 12.0, "nobody asked this before"),) if call is not Call.CLEAR else ()
    return Verdict(account, call, score, None, None, reasons, exchanges)


@pytest.fixture
def verdicts(tmp_path):
    store = VerdictStore(tmp_path / "verdicts.sqlite", writer=True)
    yield store
    store.close()


def look(verdicts, *found, now=1000.0):
    return verdicts.record(found, [], {}, now, alarm="2026-11-20T00:00:00.000Z")


def test_a_verdict_carries_the_look_that_changed_it(verdicts):
    assert look(verdicts, verdict("a"), verdict("b", Call.WATCH, 0.4)) == 1
    assert look(verdicts, verdict("a"), verdict("b", Call.WATCH, 0.4)) == 2
    assert verdicts.changed_since(1) == []
    look(verdicts, verdict("a"), verdict("b", Call.ATTACK, 0.99))
    (changed,) = verdicts.changed_since(2)
    assert (changed.account_id, changed.verdict, changed.look) == ("b", Call.ATTACK, 3)
    assert changed.first_alarm_ts == "2026-11-20T00:00:00.000Z"
    assert verdicts.counts() == {"clear": 1, "watch": 0, "attack": 1}


def test_an_attack_stands_for_a_while_after_its_evidence_has_left_the_window(verdicts):
    look(verdicts, verdict("a", Call.ATTACK, 0.99), now=1000.0)
    look(verdicts, verdict("a"), now=1000.0 + HOLD_S - 1)
    assert verdicts.of("a").verdict is Call.ATTACK
    look(verdicts, now=1000.0 + 3 * HOLD_S)
    assert verdicts.of("a").verdict is Call.ATTACK  # not in the window: nothing new is known
    look(verdicts, verdict("a"), now=1000.0 + 3 * HOLD_S)
    assert verdicts.of("a").verdict is Call.CLEAR


class Node:
    """What the policy needs of a node, with the real stores."""

    def __init__(self, folder, verdicts):
        self.store = DecisionStore(folder / "decisions.sqlite")
        self.board = Board(self.store)
        self.verdicts = verdicts
        self.problems = {}

    def wait(self, policing):
        asyncio.run(policing.after_look())


@pytest.fixture
def node(tmp_path, verdicts):
    made = Node(tmp_path, verdicts)
    yield made
    made.store.close()


def written(path, more="", brakes="brakes: {accounts: 0.5, traffic: 0.9}\n"):
    path.write_text(f"rules:\n{RULE % more}{brakes}")
    return path


def promoted(path):
    digest = Policy.load(path).rule("stop").digest
    signed = f', mode: enforce, promoted: {{by: analyst-1, at: "2026-11-20T00:00:00Z", digest: {digest}}}'
    return written(path, signed)


def test_a_new_policy_is_in_shadow_and_acts_once_it_was_promoted_while_the_node_runs(
    tmp_path, node, verdicts
):
    path = written(tmp_path / "policy.yaml")
    policing = Policing(node, path, None)
    look(verdicts, verdict("a", Call.ATTACK, 0.99), *(verdict(f"b{k}") for k in range(9)))
    node.wait(policing)
    assert [(d.value, d.mode) for d in node.store.active()] == [("a", "shadow")]
    assert len(node.board.snapshot) == 0
    promoted(path)
    node.wait(policing)
    assert [d.value for d in node.board.snapshot] == ["a"]
    assert node.problems == {}


def test_a_policy_spoilt_while_the_node_runs_leaves_the_old_one_at_work(tmp_path, node, verdicts):
    path = promoted(written(tmp_path / "policy.yaml"))
    policing = Policing(node, path, None)
    path.write_text("rules: [{id: stop, when: \"verdikt == 'attack'\", action: block, ttl: 7d, reason: x}]\n")
    look(verdicts, verdict("a", Call.ATTACK, 0.99), *(verdict(f"b{k}") for k in range(9)))
    node.wait(policing)
    assert "verdikt" in node.problems["policy"]
    assert [d.value for d in node.board.snapshot] == ["a"]
    promoted(written(path))
    look(verdicts, verdict("c", Call.ATTACK, 0.99), *(verdict(f"b{k}") for k in range(9)))
    node.wait(policing)
    assert node.problems == {}
    assert sorted(d.value for d in node.board.snapshot) == ["a", "c"]


def test_the_ownership_of_an_organisation_reaches_the_rules(tmp_path, node, verdicts):
    organizations = tmp_path / "organizations.yaml"
    organizations.write_text(
        "organizations:\n  - {id: org-1, country: DE, owners: [{holder: fund-1, country: KP, share: 0.6}]}\n"
    )
    path = tmp_path / "policy.yaml"
    path.write_text(
        "restricted_regions: [KP]\nbrakes: {accounts: 0.9, traffic: 0.9}\n"
        "rules:\n  - {id: owned, when: \"has(organization.restricted) && organization.restricted && verdict == 'watch'\", "
        "action: verify, ttl: 7d, reason: held from where we do not serve}\n"
    )
    policing = Policing(node, path, organizations)
    verdicts.describe(
        {"a": Details(organization={"id": "org-1"}), "b": Details(organization={"id": "org-2"})}
    )
    look(verdicts, verdict("a", Call.WATCH, 0.4), verdict("b", Call.WATCH, 0.4))
    node.wait(policing)
    assert node.problems == {}
    assert [d.value for d in node.store.active()] == ["a"]


def test_what_was_not_judged_within_the_retention_is_dropped(verdicts):
    look(verdicts, verdict("a"), verdict("b"), now=1000.0)
    verdicts.describe({"a": Details(), "b": Details()})
    verdicts.record([verdict("b", exchanges=100)], [], {}, 5000.0, alarm="", keep_s=3000.0)
    assert verdicts.of("a") is None
    assert list(verdicts.details()) == ["b"]


def test_a_policy_that_fails_as_nobody_foresaw_ends_no_worker_and_is_tried_again(
    tmp_path, node, verdicts, monkeypatch
):
    policing = Policing(node, promoted(written(tmp_path / "policy.yaml")), None)
    look(verdicts, verdict("a", Call.ATTACK, 0.99), *(verdict(f"b{k}") for k in range(9)))

    def failing(*_):
        raise ZeroDivisionError("acct-00001")

    with monkeypatch.context() as spoilt:
        spoilt.setattr(PolicyEngine, "apply", failing)
        node.wait(policing)
    assert node.problems == {"decisions": "ZeroDivisionError"}
    node.wait(policing)
    assert node.problems == {}
    assert [d.value for d in node.board.snapshot] == ["a"]
