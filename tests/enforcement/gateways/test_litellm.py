"""The plugin inside a real LiteLLM proxy, in front of a model API that writes reasoning into every answer."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.gateways_running import until
from benchmarks.litellm_running import CALLS, STREAMING, RunningLiteLLM, program
from benchmarks.model_api import OPAQUE, SAID, SECRET, ModelApi
from benchmarks.small_node import SmallNode, decision
from stillwatch.core.decision import Action, Limits

LESS = Limits(max_tokens=20, hide_reasoning=True, hide_logprobs=True, hide_models=("large",), profile="dull")
EVERY = [(kind, stream) for kind in CALLS for stream in (False, True) if not stream or kind in STREAMING]


@dataclasses.dataclass
class Place:
    node: SmallNode
    api: ModelApi
    proxy: RunningLiteLLM


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    if program() is None:
        if os.environ.get("STILLWATCH_REQUIRE_SERVICES") == "1":
            pytest.fail("LiteLLM is not installed: run `make litellm`")
        pytest.skip("LiteLLM is not installed: run `make litellm`")
    node, api = SmallNode(), ModelApi()
    node.decide(
        decision("bad"),
        decision("who", Action.VERIFY),
        decision("slow", Action.THROTTLE, limits=Limits(rate_per_minute=1)),
        decision("less", Action.DEGRADE, limits=LESS),
    )
    proxy = RunningLiteLLM(tmp_path_factory.mktemp("litellm"), node.url, api.address)
    try:
        assert proxy.process.poll() is None, proxy.log.read_text()[-2000:]
        yield Place(node, api, proxy)
    finally:
        proxy.close()
        if not node.closing:
            node.close()
        api.close()


@pytest.mark.parametrize(("kind", "stream"), EVERY)
def test_honest_calls_pass_with_their_reasoning_and_degraded_ones_without(
    place: Place, kind: str, stream: bool
) -> None:
    honest = place.proxy.call("honest", kind, stream=stream)
    less = place.proxy.call("less", kind, stream=stream)
    assert honest.status == less.status == 200
    assert SECRET.encode() not in less.body
    assert less.body.count(OPAQUE.encode()) == honest.body.count(OPAQUE.encode())
    if kind not in ("embeddings", "completions"):
        assert SECRET.encode() in honest.body
    if kind != "embeddings" and not stream:
        assert SAID.encode() in less.body
    asked = place.api.requests[-1][3]
    caps = [
        asked[name] for name in ("max_tokens", "max_output_tokens", "max_completion_tokens") if name in asked
    ]
    assert caps == ([] if kind == "embeddings" else [20])


@pytest.mark.parametrize(("kind", "stream"), EVERY)
def test_every_call_type_of_a_blocked_account_gets_403_and_reaches_no_model(
    place: Place, kind: str, stream: bool
) -> None:
    before = len(place.api.requests)
    refused = place.proxy.call("bad", kind, stream=stream)
    assert refused.status == 403
    assert len(place.api.requests) == before
    assert refused.headers["x-stillwatch-decision"].startswith("dec-")
    error = json.loads(refused.body)["error"]
    assert error["type"] == "permission_error"
    assert "Traceback" not in refused.body.decode()


def test_a_throttled_account_gets_429_with_retry_after(place: Place) -> None:
    answers = [place.proxy.call("slow", "chat") for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 429]
    assert 1 <= int(answers[1].headers["retry-after"]) <= 60


def test_an_account_to_be_verified_is_told_so(place: Place) -> None:
    refused = place.proxy.call("who", "chat")
    assert refused.status == 403
    assert json.loads(refused.body)["error"]["code"] == "verification_required"


def test_hidden_models_are_neither_listed_nor_to_be_had(place: Place) -> None:
    assert "large" in place.proxy.models("honest")
    assert "large" not in place.proxy.models("less")
    assert place.proxy.call("less", "chat", model="large").status == 404
    assert place.proxy.call("honest", "chat", model="large").status == 200


def test_the_inference_server_is_told_the_sampling_profile(place: Place) -> None:
    place.proxy.call("less", "chat")
    assert place.api.requests[-1][2]["x-stillwatch-profile"] == "dull"
    place.proxy.call("honest", "chat")
    assert "x-stillwatch-profile" not in place.api.requests[-1][2]


def test_exchanges_reach_the_node_refused_ones_too_and_without_addresses_a_client_can_claim(
    place: Place,
) -> None:
    until(lambda: {"honest", "less", "bad"} <= {each["account_id"] for each in place.node.exchanges})
    answered = next(
        each for each in place.node.exchanges if each["account_id"] == "honest" and each["messages"]
    )
    assert answered["messages"] == [{"role": "user", "content": "hi"}]
    assert answered["status"] == 200
    assert {each["status"] for each in place.node.exchanges if each["account_id"] == "bad"} == {403}
    assert all(each["messages"] for each in place.node.exchanges if each["account_id"] == "bad")
    assert not any("ip" in each for each in place.node.exchanges)


def test_a_lifted_block_lets_the_account_in_and_a_new_one_shuts_it_out_within_seconds(
    place: Place,
) -> None:
    blocked = decision("acct-late")
    place.node.decide(blocked)
    until(lambda: place.proxy.call("acct-late", "chat").status == 403)
    place.node.decide(lift=(blocked.decision_id,))
    until(lambda: place.proxy.call("acct-late", "chat").status == 200)


def test_when_the_node_dies_known_accounts_stay_blocked_and_honest_ones_pass(place: Place) -> None:
    place.node.close()
    assert place.proxy.call("bad", "chat").status == 403
    assert place.proxy.call("honest", "chat").status == 200
    assert SECRET.encode() not in place.proxy.call("less", "messages", stream=True).body


def test_the_plugins_parts_need_nothing_heavy() -> None:
    code = (
        "import sys, stillwatch.enforcement.gateways.litellm_parts.layer, stillwatch.logs.reading, "
        "stillwatch.enforcement.gateways.exchange_sender, stillwatch.enforcement.gateways.site; "
        "print([n for n in ('duckdb', 'numpy', 'pyarrow', 'click', 'sqlalchemy', 'zstandard') if n in sys.modules])"
    )
    source = str(Path(__file__).parents[3] / "src")
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": source}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
