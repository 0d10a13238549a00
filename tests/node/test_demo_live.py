"""The parts of ``stillwatch demo live``, against a real node: middleware, time lapse, callers."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import httpx
import pytest

from stillwatch.cli.demo_commands import gateways
from stillwatch.cli.demo_commands.callers import Callers, call_of
from stillwatch.cli.demo_commands.model_api import key_of
from stillwatch.cli.demo_commands.time_lapse import Clock, TimeLapse

BEGIN = 1_772_400_000.0  # 2026-03-01T21:20:00Z


@pytest.fixture
def clock():
    return Clock(BEGIN, speed=10_000.0)


@pytest.fixture
def gateway(node, clock, tmp_path):
    relay = gateways.free_port()
    TimeLapse(relay, node.port, clock)
    messages = [{"role": "user", "content": "how do tides work"}]
    with contextlib.ExitStack() as ending:
        yield gateways.start_middleware(tmp_path, relay, {key_of(messages): "by the moon"}, ending)


def ask(port, clock, *accounts, times=1):
    record = {"model": "example-large-1", "messages": [{"role": "user", "content": "how do tides work"}]}
    clock.start()
    calls = [
        call_of(
            record | {"account_id": a, "user_agent": "test"}, BEGIN + 100.0 * k, "camp" if a == "bad" else ""
        )
        for k in range(times)
        for a in accounts
    ]
    callers = Callers(calls, port, clock)
    callers.start()
    while callers.busy():
        time.sleep(0.02)
    return callers.outcomes


def test_exchanges_reach_the_node_at_the_worlds_time_and_whom_it_blocks_is_refused(node, gateway, clock):
    before = ask(gateway, clock, "good", "bad", times=5)
    assert (before[""].answered, before["camp"].answered) == (5, 5)
    wanted = {
        "scope": "account",
        "value": "bad",
        "action": "block",
        "reason": "harvest",
        "ttl": "1h",
        "by": "operator",
    }
    assert httpx.post(f"{node.url}/v1/decisions", json=wanted).status_code == 201
    deadline = time.monotonic() + 60
    while ask(gateway, clock, "bad")["camp"].refused == 0:
        assert time.monotonic() < deadline, "the decision did not reach the gateway"
    after = ask(gateway, clock, "good", "bad", times=3)
    assert (after[""].answered, after[""].refused, after["camp"].refused) == (3, 0, 3)
    assert after["camp"].accounts_refused == {"bad"}
    deadline = time.monotonic() + 240
    # A verdict may be read a moment before the worker has said of which window it is.
    found: dict[str, Any] = {}
    while not (found.get("verdicts") and found["judged_from"]):
        assert time.monotonic() < deadline, found
        time.sleep(0.2)
        found = httpx.get(f"{node.url}/v1/verdicts?account=good").json()
    assert found["judged_from"].startswith("2026-03-0")


def test_the_model_answers_what_the_world_says(gateway):
    body = {"model": "example-large-1", "messages": [{"role": "user", "content": "how do tides work"}]}
    url = f"http://127.0.0.1:{gateway}/v1/chat/completions"
    said = httpx.post(url, json=body, headers={"X-Account-Id": "good"}).json()
    assert said["choices"][0]["message"]["content"] == "by the moon"
    assert said["usage"]["total_tokens"] > 0
