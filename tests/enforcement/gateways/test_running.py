"""The gateways as programs, with their sidecars, in front of a model API."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator

import pytest
from tests.enforcement.gateways.services import needed

from benchmarks.gateways_running import PROGRAMS, RunningGateway, until
from benchmarks.model_api import BEGUN, ENDED, ModelApi
from benchmarks.small_node import SmallNode, decision
from stillwatch.core.decision import Action, Limits, Scope


@pytest.fixture(scope="module")
def api() -> Iterator[ModelApi]:
    model = ModelApi()
    yield model
    model.close()


@pytest.fixture(scope="module", params=PROGRAMS)
def standing(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, api: ModelApi
) -> Iterator[RunningGateway]:
    """One gateway of each kind for the whole module: starting it takes longer than most tests."""
    needed(request.param)
    node = SmallNode()
    folder = tmp_path_factory.mktemp(request.param)
    running = RunningGateway(request.param, folder, node.url, api.address, node=node)
    try:
        yield running.start()
    finally:
        running.close()
        if not running.node.closing:
            running.node.close()


@pytest.fixture
def gateway(standing: RunningGateway) -> RunningGateway:
    """The gateway with its sidecar, whatever the test before did to them, and a node that has decided nothing."""
    node: SmallNode = standing.node
    if node.closing:
        standing.kill_sidecar()  # it would try again only after a while
        standing.node = SmallNode(node.port, epoch=f"{node.epoch}-new")
    elif node.held:
        node.decide(lift=tuple(node.held))
    if not standing.sidecar_runs():
        standing.start_sidecar()
    until(standing.follows_its_node)
    return standing


def test_each_action_is_carried_out_and_a_client_cannot_pretend(
    gateway: RunningGateway, api: ModelApi
) -> None:
    node = gateway.node
    assert gateway.status("honest") == 200
    limits = Limits(max_tokens=5, hide_reasoning=True, profile="dull")
    blocked = decision("bad")
    node.decide(
        blocked,
        decision("slow", Action.THROTTLE, limits=Limits(rate_per_minute=2)),
        decision("brief", Action.THROTTLE, limits=Limits(rate_per_minute=0.2), ttl_s=30),
        decision("who", Action.VERIFY),
        decision("less", Action.DEGRADE, limits=limits),
    )
    until(lambda: gateway.status("bad") == 403)

    # On a busy machine a gateway's own fallback may refuse, which names no decision: the sidecar's refusal is meant.
    refused = gateway.ask("bad", path="/v1/chat/completions")
    for _ in range(100):
        if "x-stillwatch-decision" in refused.headers:
            break
        refused = gateway.ask("bad", path="/v1/chat/completions")
    assert b"account_blocked" in refused.body
    assert refused.headers["x-stillwatch-decision"] == blocked.decision_id
    until(lambda: b"verification_required" in gateway.ask("who").body)
    until(lambda: gateway.status("brief") == 429)
    assert {gateway.status("brief") for _ in range(3)} == {429}  # seldom asks, and is slowed all the same
    paced = [gateway.ask("slow") for _ in range(4)][-1]
    assert paced.status == 429
    assert int(paced.headers["retry-after"]) >= 1
    assert gateway.status("less") == 200
    told = api.requests[-1][2]
    assert told["x-stillwatch-action"] == "degrade"
    assert '"hide_reasoning":true' in told["x-stillwatch-limits"]

    assert gateway.ask("honest", X_Stillwatch_Action="block", X_Stillwatch_Account="bad").status == 200
    assert gateway.ask("bad", X_Stillwatch_Action="allow", X_Stillwatch_Account="honest").status == 403
    assert api.requests[-1][2].get("x-stillwatch-action", "allow") == "allow"

    node.decide(lift=(blocked.decision_id,))
    until(lambda: gateway.status("bad") == 200)


def test_an_answer_under_way_arrives_whole_while_decisions_change(
    gateway: RunningGateway, api: ModelApi
) -> None:
    api.go_on.clear()
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60)
    connection.request("GET", "/slow", headers={"X-Account-Id": "honest"})
    answer = connection.getresponse()
    assert answer.read(len(BEGUN)) == BEGUN
    gateway.node.decide(decision("bad"), decision("192.0.2.0/24", scope=Scope.ADDRESS))
    until(gateway.follows_its_node)
    assert gateway.status("bad") == 403
    api.go_on.set()
    assert answer.read() == ENDED
    connection.close()


def test_a_piece_of_an_answer_arrives_while_the_next_is_being_made(
    gateway: RunningGateway, api: ModelApi
) -> None:
    waited = []
    for _ in range(5):  # on a busy machine anything may come late: the best counts
        api.go_on.clear()
        connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60)
        begins = time.monotonic()
        connection.request("GET", "/slow", headers={"X-Account-Id": "honest"})
        answer = connection.getresponse()
        assert answer.read(len(BEGUN)) == BEGUN
        waited.append(time.monotonic() - begins)
        api.go_on.set()
        assert answer.read() == ENDED
        connection.close()
    assert min(waited) < 0.1


def test_known_accounts_stay_blocked_and_honest_ones_pass_when_node_and_sidecar_die(
    gateway: RunningGateway,
) -> None:
    gateway.node.decide(
        decision("bad"), decision("who", Action.VERIFY), decision("127.0.0.9", scope=Scope.ADDRESS)
    )
    until(lambda: gateway.status("bad") == 403)
    gateway.node.close()
    assert [gateway.status(each) for each in ("bad", "who", "honest")] == [403, 403, 200]
    until(gateway.tables_are_current)
    gateway.kill_sidecar()
    assert [gateway.status(each) for each in ("bad", "who", "honest")] == [403, 403, 200]
    gateway.start_sidecar()  # it knows nothing but what it kept
    assert [gateway.status(each) for each in ("bad", "who", "honest")] == [403, 403, 200]


def test_a_decision_ends_in_time_while_the_node_is_dead(gateway: RunningGateway) -> None:
    gateway.node.decide(decision("bad", ttl_s=1.5))
    until(lambda: gateway.status("bad") == 403)
    gateway.node.close()
    until(lambda: gateway.status("bad") == 200)


def test_odd_names_break_nothing(gateway: RunningGateway) -> None:
    odd = ["o'neil;x", 'say"this"', "back\\slash", "{brace}", "~tilde", "default", "$host", "a|block", "<<"]
    gateway.node.decide(*(decision(name) for name in odd))
    names = odd if gateway.kind != "haproxy" else [name for name in odd if name != "<<"]
    for name in names:
        until(lambda name=name: gateway.status(name) == 403)  # type: ignore[misc]
    until(gateway.tables_are_current)
    assert [gateway.status(name) for name in ("honest", "slash", "x", "tilde", "brace")] == [200] * 5
    gateway.kill_sidecar()
    assert [gateway.status(name) for name in ("o'neil;x", 'say"this"', "$host", "a|block")] == [403] * 4
    assert [gateway.status(name) for name in ("honest", "slash", "x", "tilde", "brace")] == [200] * 5


def test_a_change_of_thousands_is_taken_up_at_once(gateway: RunningGateway) -> None:
    gateway.node.decide(*(decision(f"acct-{number:05d}") for number in range(3000)))
    until(lambda: gateway.status("acct-02999") == 403)
    assert gateway.status("acct-00000") == 403
    assert gateway.status("honest") == 200


def test_a_program_that_is_started_anew_acts_on_what_is_in_force(gateway: RunningGateway) -> None:
    until(gateway.tables_are_current)
    gateway.node.decide(decision("bad"))
    until(lambda: gateway.status("bad") == 403)
    gateway.restart_program()
    until(lambda: gateway.status("bad") == 403)
    assert gateway.status("honest") == 200


def test_apply_rollback_and_status_of_a_running_gateway(gateway: RunningGateway, api: ModelApi) -> None:
    gateway.node.decide(decision("bad"))
    until(lambda: gateway.status("bad") == 403)
    status = json.loads(gateway.command("status", "--json").stdout)
    assert status["sidecar"]["connected"]
    assert status["sidecar"]["decisions"] == 1

    before = gateway.files()
    gateway.say("unknown = 'deny'\nupstream = '127.0.0.1:9'")
    dry = gateway.command("apply", "--dry-run")
    assert "+" in dry.stdout
    assert gateway.files() == before
    assert gateway.command("apply").returncode == 0
    assert gateway.files() != before
    done = gateway.command("rollback")
    assert done.returncode == 0, done.stderr
    assert gateway.files() == before
    gateway.say(f"unknown = 'allow'\nupstream = '{api.address}'")
    until(lambda: gateway.status("honest") == 200)
