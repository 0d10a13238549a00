"""How a source hands over what it read, and what is said of it meanwhile."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Any

import pytest

from stillwatch.errors import StillwatchError
from stillwatch.node.sources.contract import Taker
from stillwatch.node.submissions import Receipt, Submission

FULL = StillwatchError("the node takes in more than it can store", code="SW-NODE-05")
NO_SPACE = StillwatchError("the disk is full", code="SW-STORE-07")


class Intake:
    """Fails as often as it is told to, then takes what comes."""

    def __init__(self, *failures: StillwatchError) -> None:
        self.failures = list(failures)

    def submit(self, _submission: Submission) -> Future[Receipt]:
        future: Future[Receipt] = Future()
        if self.failures:
            future.set_exception(self.failures.pop(0))
        else:
            future.set_result(Receipt(1, 0, ()))
        return future


class Hurried(threading.Event):
    """Nobody waits for the next try."""

    def wait(self, timeout: float | None = None) -> bool:
        return self.is_set()


def told_while_taking(intake: Any) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    taker = Taker(intake, Hurried(), lambda *words: told.append(words))
    assert taker.take(Submission(b"", "redis:exchanges")) is not None
    return told


@pytest.mark.parametrize(
    ("failures", "said"),
    [
        ((), []),
        ((NO_SPACE, NO_SPACE), ["the disk is full", "the disk is full", ""]),
        ((NO_SPACE, FULL), ["the disk is full", ""]),
    ],
)
def test_trouble_with_the_disk_is_taken_back_once_something_is_durable_again(
    failures: tuple[StillwatchError, ...], said: list[str]
) -> None:
    assert told_while_taking(Intake(*failures)) == [("redis:exchanges", words) for words in said]


def test_a_node_that_is_merely_full_is_no_trouble_of_the_source() -> None:
    assert not [words for _, words in told_while_taking(Intake(FULL)) if words]
