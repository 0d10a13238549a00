"""Redis streams against a real Redis, topics against the broker that librdkafka brings for tests."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import threading
import time

import orjson
import pytest
from tests.node.records import exchange
from tests.node.sources.test_follow import ids, wait_for

from stillwatch.errors import StillwatchError
from stillwatch.node.source_kinds import open_source
from stillwatch.node.sources.contract import Taker


@pytest.fixture
def reading(intake):
    """Reads a source while the block runs, with an intake of its own."""

    @contextlib.contextmanager
    def run(address):
        stopping, troubles = threading.Event(), {}
        made = intake()
        thread = threading.Thread(
            target=open_source(address).run, args=(Taker(made, stopping, troubles.__setitem__),)
        )
        thread.start()
        made.troubles = troubles
        yield made
        stopping.set()
        thread.join(timeout=15)
        made.close()

    return run


class Server:
    """A Redis of our own."""

    def __init__(self, folder):
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = None

    def start(self):
        words = [
            "--port",
            self.port,
            "--bind",
            "127.0.0.1",
            "--dir",
            self.folder,
            "--appendonly",
            "yes",
            "--save",
            "",
        ]
        self.process = subprocess.Popen(["redis-server", *map(str, words)], stdout=subprocess.DEVNULL)
        wait_for(self._answers)

    def _answers(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def stop(self):
        self.process.terminate()
        self.process.wait()


@pytest.fixture
def server(tmp_path):
    if shutil.which("redis-server") is None:
        if os.environ.get("STILLWATCH_REQUIRE_SERVICES"):
            pytest.fail("redis-server is not installed: apt-get install redis-server")
        pytest.skip("redis-server is not installed")
    made = Server(tmp_path)
    made.start()
    yield made
    made.stop()


def test_a_redis_stream_is_read_on_through_restarts_of_either_side_each_entry_once(server, reading, folder):
    import redis

    client = redis.Redis(port=server.port)

    def add(*numbers):
        for number in numbers:
            client.xadd("exchanges", {"exchange": orjson.dumps(exchange(number))})

    address = f"redis://127.0.0.1:{server.port}/0?stream=exchanges"
    add(1, 2)
    with reading(address) as made:
        wait_for(lambda: len(ids(folder)) == 2)
        client.xadd("exchanges", {"other": b"x"})
        add(3)
        wait_for(lambda: len(ids(folder)) == 3)
        assert made.tally.rejected == 1
        server.stop()
        wait_for(lambda: made.troubles.get("redis:exchanges"))
        server.start()
        add(4)
        wait_for(lambda: len(ids(folder)) == 4)
        wait_for(lambda: made.troubles["redis:exchanges"] == "")
    add(5)
    with reading(address) as made:
        wait_for(lambda: len(ids(folder)) == 5)
        assert made.tally.duplicates == 0
    assert ids(folder) == ["r-1", "r-2", "r-3", "r-4", "r-5"]


def test_a_topic_is_read_from_every_partition_and_on_after_a_restart(reading, folder):
    import confluent_kafka

    producer = confluent_kafka.Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "unused"})
    brokers = producer.list_topics(timeout=10).brokers
    place = next(f"{b.host}:{b.port}" for b in brokers.values())
    for number in range(8):
        producer.produce("exchanges", orjson.dumps(exchange(number)), partition=number % 2)
    producer.produce("exchanges", b"no json", partition=0)
    producer.flush(10)
    address = f"kafka://{place}/exchanges"
    with reading(address) as made:
        wait_for(lambda: len(ids(folder)) == 8)
        wait_for(lambda: made.tally.rejected == 1)
    producer.produce("exchanges", orjson.dumps(exchange(8)), partition=1)
    producer.flush(10)
    with reading(address) as made:
        wait_for(lambda: len(ids(folder)) == 9)
        time.sleep(0.5)
        assert made.tally.duplicates == 0
    assert sorted(ids(folder)) == sorted(f"r-{number}" for number in range(9))


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("reddis://127.0.0.1:6379/0?stream=x", "SW-NODE-30"),
        ("redis://127.0.0.1:6379/0", "SW-NODE-32"),
        ("redis://127.0.0.1:6379/0?stream=x&strean=y", "SW-NODE-32"),
        ("kafka://127.0.0.1:9092", "SW-NODE-32"),
        ("kafka:///topic", "SW-NODE-32"),
    ],
)
def test_an_address_that_means_nothing_is_refused_when_the_node_starts(address, code):
    with pytest.raises(StillwatchError) as caught:
        open_source(address)
    assert caught.value.code == code


def test_settings_for_kafka_in_another_encoding_are_refused_in_words(tmp_path):
    settings = tmp_path / "kafka.properties"
    settings.write_bytes("client.id=Z\xfcrich\n".encode("latin-1"))
    with pytest.raises(StillwatchError) as caught:
        open_source(f"kafka://127.0.0.1:9092/exchanges?config={settings}")
    assert caught.value.code == "SW-NODE-32"
    assert str(settings) in caught.value.where
