from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.gateways_running import until
from benchmarks.small_node import SmallNode
from stillwatch.enforcement.gateways.exchange_sender import ExchangeSender
from stillwatch.enforcement.gateways.follow.link import Link


@pytest.fixture
def node() -> Iterator[SmallNode]:
    small = SmallNode(token="right")
    yield small
    if not small.closing:
        small.close()


def lines(count: int, first: int = 0) -> list[bytes]:
    return [json.dumps({"request_id": f"r{number}"}).encode() for number in range(first, first + count)]


def ids(node: SmallNode) -> list[str]:
    return [each["request_id"] for each in node.exchanges]


def test_exchanges_arrive_once_and_in_order(node: SmallNode) -> None:
    sender = ExchangeSender(Link(node.url, "g", "right")).start()
    sender.take(lines(1200))
    until(lambda: len(node.exchanges) == 1200)
    assert ids(node) == [f"r{number}" for number in range(1200)]
    sender.close()
    assert (sender.sent, sender.lost) == (1200, 0)


def test_a_node_that_is_full_is_asked_again_when_it_said(node: SmallNode) -> None:
    node.refuse_exchanges = 1
    sender = ExchangeSender(Link(node.url, "g", "right")).start()
    sender.take(lines(3))
    took = until(lambda: len(node.exchanges) == 3)
    assert took > 0.9
    assert ids(node) == ["r0", "r1", "r2"]
    sender.close()


def test_while_the_node_is_away_the_oldest_are_lost_and_counted() -> None:
    sender = ExchangeSender(Link("http://127.0.0.1:9", "g"), most=10)
    sender.take(lines(25))
    assert sender.waiting() == 10
    assert sender.lost == 15
    small = ExchangeSender(Link("http://127.0.0.1:9", "g"), most_bytes=100)
    small.take(lines(100))
    assert small.waiting() * 20 <= 100


def test_a_token_without_the_right_costs_exchanges_and_not_the_gateway(node: SmallNode) -> None:
    sender = ExchangeSender(Link(node.url, "g", "wrong")).start()
    sender.take(lines(2))
    until(lambda: sender.lost == 2)
    assert node.exchanges == []
    sender.close()


def test_closing_sends_what_waits(node: SmallNode) -> None:
    sender = ExchangeSender(Link(node.url, "g", "right"))
    sender.take(lines(700))
    sender.start().close()
    assert len(node.exchanges) == 700


def test_while_certificates_cannot_be_read_exchanges_wait(node: SmallNode, tmp_path: Path) -> None:
    sender = ExchangeSender(Link("https://127.0.0.1:9", "g", ca_file=str(tmp_path / "none"))).start()
    sender.take(lines(2))
    until(lambda: sender.waiting() == 0)  # the first try is under way
    sender._link = Link(node.url, "g", "right")
    until(lambda: len(node.exchanges) == 2)
    sender.close()
    assert (sender.sent, sender.lost) == (2, 0)
