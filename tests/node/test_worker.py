"""What the worker says in a turn."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.casework.authorisations.test_form import PARTNER
from tests.storage.received.test_store import page, received

from stillwatch.node import worker as workers
from stillwatch.node.folder import Folder
from stillwatch.node.orders import Orders
from stillwatch.node.worker import Worker
from stillwatch.settings import load
from stillwatch.storage.received.store import ReceivedStore, open_sharing
from stillwatch.traffic.pseudonyms import load_or_create
from stillwatch.traffic.store import Store


class Ears:
    """What the worker is answered, some time after it asked."""

    def __init__(self) -> None:
        self.answer: dict[str, Any] = {"complete": 0}
        self.answered_at = 0.0

    def readline(self) -> bytes:
        time.sleep(0.05)
        self.answered_at = time.time()
        return orjson.dumps(self.answer)


class Talk:
    """A worker and what passes between it and the serving process."""

    def __init__(self, orders: Orders) -> None:
        self.ears, self.mouth = Ears(), io.BytesIO()
        ears: Any = self.ears
        self.worker = Worker(orders, ears, self.mouth)

    def turn(self, **answer: Any) -> list[dict[str, Any]]:
        """What it says in a turn in which it is answered that."""
        self.ears.answer = answer or {"complete": 0}
        self.mouth.seek(0)
        self.mouth.truncate()
        assert self.worker.turn()
        return [orjson.loads(line) for line in self.mouth.getvalue().splitlines()]


def troubles(words: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(each["part"], each["trouble"]) for each in words if "trouble" in each]


@pytest.fixture
def talk(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Talk]]:
    """Begins a worker on a node that has no traffic yet."""
    monkeypatch.setenv("STILLWATCH_KEY_FILE", str(folder.path / "pseudonym.key"))
    monkeypatch.setenv("STILLWATCH_LEDGER_KEY", str(folder.path / "ledger.key"))
    key = load_or_create(load(None).key_file)
    Store.create_or_open(folder.store, key.fingerprint(), 1.0)
    begun: list[Talk] = []

    def begin(**orders: Any) -> Talk:
        begun.append(Talk(Orders(str(folder.path), **orders)))
        return begun[-1]

    yield begin
    for each in begun:
        each.worker._verdicts.close()


def test_verdicts_are_current_as_of_the_moment_before_it_asked(talk: Callable[..., Talk]) -> None:
    node = talk()
    begin = time.time()
    (current,) = [each["current"] for each in node.turn() if "current" in each]
    assert begin <= current < node.ears.answered_at - 0.04


def test_while_the_log_cannot_be_rotated_nothing_is_called_current(talk: Callable[..., Talk]) -> None:
    node = talk()
    said = node.turn(failed="the disk is full")
    assert not [each for each in said if "current" in each or "judged" in each]
    assert troubles(said) == []  # the serving process knows
    assert [each for each in node.turn() if "current" in each]


def test_received_marks_that_cannot_be_read_are_told_apart_from_the_turn(
    talk: Callable[..., Talk], tmp_path: Path
) -> None:
    place = tmp_path / "sharing.sqlite"
    node = talk(intel=str(place))
    ((part, words),) = troubles(node.turn())
    assert part == "received"
    assert "is as it last was" in words
    database = open_sharing(place)
    ReceivedStore(database).apply(page(received()))
    database.close()
    assert troubles(node.turn()) == [("received", "")]


def test_authorisations_that_cannot_be_read_are_told_apart_from_the_turn(
    talk: Callable[..., Talk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Looker:
        def __init__(self, *parts: Any) -> None:
            self.authorisations = parts[-1]

        def look(self, *_: object) -> None:
            self.authorisations()

    monkeypatch.setattr(workers, "Looker", Looker)
    place = tmp_path / "authorisations.toml"
    place.write_text(PARTNER)
    node = talk(authorisations=(str(place),))
    assert troubles(node.turn()) == [("authorisations", "")]
    place.write_text("[[")
    node.worker._unjudged = True
    ((part, words),) = troubles(node.turn())
    assert part == "authorisations"
    assert "as they last were" in words


def test_a_turn_that_fails_is_trouble_of_the_worker_itself(talk: Callable[..., Talk], folder: Folder) -> None:
    node = talk()
    (folder.store / "manifest.json").write_text("{")
    ((part, _),) = troubles(node.turn())
    assert part == "worker"
