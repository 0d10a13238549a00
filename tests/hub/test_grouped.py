"""Submissions that wait share a transaction, and what one does wrong undoes that one alone."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from tests.hub import stix

from stillwatch.errors import StillwatchError
from stillwatch.hub.folder import Folder
from stillwatch.hub.grouped import MOST_TOGETHER, Storing
from stillwatch.hub.opening import init
from stillwatch.hub.tables.members import STATE


@pytest.fixture
def database(tmp_path):
    made = init(Folder(tmp_path / "hub")).database
    yield made
    made.close()


def stored(database):
    with database.read() as connection:
        return {row.name for row in connection.execute(sa.select(STATE.c.name)) if row.name.startswith("s")}


def run(database, names, store):
    """What becomes of submissions that come while the first one keeps the writer busy."""
    begun, go_on = threading.Event(), threading.Event()
    connections = []

    def keep(connection, name):
        connections.append((name, connection))
        connection.execute(sa.insert(STATE).values(name=name, value=1))
        if name == names[0]:
            begun.set()
            assert go_on.wait(20)
        return store(name)

    async def send():
        with ThreadPoolExecutor(1) as writer:
            storing = Storing(writer, database, keep)
            first = asyncio.create_task(storing.store(names[0]))
            await asyncio.to_thread(begun.wait, 20)
            rest = [asyncio.create_task(storing.store(name)) for name in names[1:]]
            await asyncio.sleep(0)
            go_on.set()
            return await asyncio.gather(first, *rest, return_exceptions=True)

    return asyncio.run(send()), connections


def test_those_that_wait_are_stored_in_one_transaction_each_with_its_own_answer(database):
    names = [f"s{k}" for k in range(MOST_TOGETHER + 3)]
    answers, connections = run(database, names, str.encode)
    assert answers == [name.encode() for name in names]
    assert [name for name, _ in connections] == names, "in the order in which they came"
    groups = {id(connection) for _, connection in connections}
    assert len(groups) <= 3
    assert len({id(connection) for _, connection in connections[1 : 1 + MOST_TOGETHER]}) == 1
    assert stored(database) == set(names)


def test_one_that_is_refused_leaves_nothing_and_hurts_nobody(database):
    def store(name):
        if name == "s2":
            raise StillwatchError("sent before", code="SW-HUB-16")
        if name == "s3":
            raise ZeroDivisionError
        return name.encode()

    answers, _ = run(database, ["s0", "s1", "s2", "s3", "s4"], store)
    assert [answer for answer in answers if isinstance(answer, bytes)] == [b"s0", b"s1", b"s4"]
    assert answers[2].code == "SW-HUB-16"
    assert isinstance(answers[3], ZeroDivisionError)
    assert stored(database) == {"s0", "s1", "s4"}


def test_where_the_database_refuses_each_hears_of_it_and_the_next_are_stored(database):
    answers, _ = run(database, ["s0", "s1", "s1", "s2"], str.encode)
    assert answers[0] == b"s0"
    assert all(isinstance(answer, StillwatchError) for answer in answers[1:])
    assert stored(database) == {"s0"}
    assert run(database, ["s3", "s4"], str.encode)[0] == [b"s3", b"s4"]


def test_many_at_once_each_get_what_is_theirs(any_hub):
    hub = any_hub
    sent = [[stix.indicator(hub.members["lab-1"]) for _ in range(3)] for _ in range(12)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda objects: hub.post("lab-1", objects), sent))
    for objects, answer in zip(sent, answers, strict=True):
        assert answer.status_code == 202, answer.text
        status = answer.json()
        assert {each["id"] for each in status["successes"]} == {each["id"] for each in objects}
    everything = {each["x_stored_as"] for answer in answers for each in answer.json()["successes"]}
    assert len(everything) == 36
    assert everything <= {each["id"] for each in hub.pages("lab-1")}
