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

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.node.source_kinds import open_source, open_sources
from stillwatch.node.sources.contract import Taker
from stillwatch.node.submissions import Submission


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
        wait_for(lambda: made.troubles.get(address))
        server.start()
        add(4)
        wait_for(lambda: len(ids(folder)) == 4)
        wait_for(lambda: made.troubles[address] == "")
    add(5)
    with reading(address) as made:
        wait_for(lambda: len(ids(folder)) == 5)
        assert made.tally.duplicates == 0
    assert ids(folder) == ["r-1", "r-2", "r-3", "r-4", "r-5"]


def test_streams_of_one_name_in_two_databases_are_both_read(server, reading, folder):
    import redis

    addresses = [f"redis://127.0.0.1:{server.port}/{database}?stream=exchanges" for database in (0, 1)]
    for database in (1, 0):  # what is read second is older
        client = redis.Redis(port=server.port, db=database)
        client.xadd("exchanges", {"exchange": orjson.dumps(exchange(database))})
        time.sleep(0.01)
    for number, address in enumerate(addresses, 1):
        with reading(address):
            wait_for(lambda number=number: len(ids(folder)) == number)


def test_a_position_kept_by_an_earlier_version_counts_once(server, reading, folder, intake):
    import redis

    client = redis.Redis(port=server.port)
    known, _ = (client.xadd("exchanges", {"exchange": orjson.dumps(exchange(n))}) for n in (1, 2))
    made = intake()
    made.submit(Submission(b"", "redis:exchanges", positions={"redis:exchanges": known.decode()})).result()
    made.close()
    address = f"redis://127.0.0.1:{server.port}/0?stream=exchanges"
    with reading(address) as made:
        wait_for(lambda: made.position(address))
        assert ids(folder) == ["r-2"]
        assert made.position("redis:exchanges") is None
    with reading(address) as made:
        client.xadd("exchanges", {"exchange": orjson.dumps(exchange(3))})
        wait_for(lambda: ids(folder) == ["r-2", "r-3"])


def broker():
    """A producer at a broker of its own, and where that is."""
    import confluent_kafka

    producer = confluent_kafka.Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "unused"})
    brokers = producer.list_topics(timeout=10).brokers
    return producer, next(f"{b.host}:{b.port}" for b in brokers.values())


def test_an_offset_kept_by_an_earlier_version_counts_once(reading, folder, intake):
    producer, place = broker()
    for number in range(3):
        producer.produce("exchanges", orjson.dumps(exchange(number)), partition=0)
    producer.flush(10)
    made = intake()
    made.submit(Submission(b"", "kafka:exchanges", positions={"kafka:exchanges:0": 0})).result()
    made.close()
    with reading(f"kafka://{place}/exchanges") as made:
        wait_for(lambda: made.position(f"kafka://{place}/exchanges:0") == 2)
        assert ids(folder) == ["r-1", "r-2"]
        assert made.position("kafka:exchanges:0") is None


def test_a_topic_is_read_from_every_partition_and_on_after_a_restart(reading, folder):
    producer, place = broker()
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
        ("redis://127.0.0.1:many/0?stream=x", "SW-NODE-32"),
        ("kafka://127.0.0.1:9092", "SW-NODE-32"),
        ("kafka:///topic", "SW-NODE-32"),
    ],
)
def test_an_address_that_means_nothing_is_refused_when_the_node_starts(address, code):
    with pytest.raises(StillwatchError) as caught:
        open_source(address)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("redis://user:secret@Lab:6380/2?stream=x&field=y", "redis://lab:6380/2?stream=x"),
        ("redis://lab?stream=x", "redis://lab:6379/0?stream=x"),
        ("redis://[::1]/?stream=x", "redis://[::1]:6379/0?stream=x"),
        ("kafka://user:secret@b:9093,A/topic", "kafka://a:9092,b:9093/topic"),
        ("kafka://[::1],a:9092/topic", "kafka://[::1]:9092,a:9092/topic"),
    ],
)
def test_a_source_is_known_by_where_it_is_and_not_by_secrets(address, name):
    assert open_source(address).name == name


def test_a_source_that_is_named_twice_is_refused():
    first, second = "redis://lab/0?stream=x", "redis://lab:6379?stream=x"
    assert [each.name[-1] for each in open_sources([first, "redis://lab/0?stream=y"])] == ["x", "y"]
    with pytest.raises(StillwatchError) as caught:
        open_sources([first, second])
    assert caught.value.code == "SW-NODE-34"


def test_settings_for_kafka_in_another_encoding_are_refused_in_words(tmp_path):
    settings = tmp_path / "kafka.properties"
    settings.write_bytes("client.id=Z\xfcrich\n".encode("latin-1"))
    with pytest.raises(StillwatchError) as caught:
        open_source(f"kafka://127.0.0.1:9092/exchanges?config={settings}")
    assert caught.value.code == "SW-NODE-32"
    assert str(settings) in caught.value.where


@pytest.mark.parametrize(
    "address",
    [
        "redis://127.0.0.1:6379/0?stream=x&password_file={file}",
        "kafka://127.0.0.1:9092/exchanges?config={file}",
    ],
)
def test_a_file_that_an_address_names_and_nobody_can_read_is_told_in_words(tmp_path, address):
    file = tmp_path / "none"
    with pytest.raises(StillwatchError) as caught:
        open_source(address.format(file=file))
    assert caught.value.code == "SW-NODE-33"
    assert caught.value.where == str(file)
    assert caught.value.exit_code is ExitCode.UNREADABLE
    file.write_bytes("Zürich".encode("latin-1"))
    with pytest.raises(StillwatchError, match="UTF-8"):
        open_source(address.format(file=file))
