"""A topic of Kafka or anything that speaks its protocol: messages that hold one record as JSON each.

The node keeps the offset of every partition together with what it took, so a message is taken once whatever dies when;
offsets are committed to the broker as well, for its own figures only. Address: ``kafka://HOST:PORT,HOST:PORT/TOPIC``;
``config=FILE`` names a file with further settings of librdkafka, a ``name=value`` a line.
"""

from __future__ import annotations

import logging
import re
import time
import urllib.parse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch.errors import StillwatchError
from stillwatch.node.sources.contract import Patience
from stillwatch.node.sources.named_files import text_of
from stillwatch.node.submissions import Submission

if TYPE_CHECKING:
    from stillwatch.node.sources.contract import Taker

_LOG = logging.getLogger(__name__)
_AT_ONCE: Final = 1000
_WAIT_S: Final = 0.3
_LOOK_FOR_PARTITIONS_S: Final = 60.0
_PORT: Final = 9092
_OURS: Final = {
    "enable.auto.commit": False,
    "auto.offset.reset": "earliest",
    "enable.auto.offset.store": False,
}


class KafkaTopic:
    """One topic, all of its partitions.

    Args:
        brokers: ``HOST:PORT,HOST:PORT``.
        topic: its name.
        settings: further ones of librdkafka.
    """

    def __init__(self, brokers: str, topic: str, settings: dict[str, str]) -> None:
        self.name = f"kafka://{_place(brokers)}/{topic}"
        self._name_before = f"kafka:{topic}"  # earlier versions kept positions under it
        self._topic = topic
        self._settings = {"bootstrap.servers": brokers, "group.id": "stillwatch"} | settings | _OURS

    def run(self, taker: Taker) -> None:
        """Read on until the node stops."""
        import confluent_kafka

        patience = Patience(taker, self.name)
        consumer = confluent_kafka.Consumer(self._settings, logger=_LOG)
        assigned: set[int] = set()
        looked = -_LOOK_FOR_PARTITIONS_S
        while not taker.stopping.is_set():
            try:
                if time.monotonic() - looked > _LOOK_FOR_PARTITIONS_S or not assigned:
                    assigned = self._assign(consumer, taker, assigned)
                    looked = time.monotonic()
                messages = consumer.consume(_AT_ONCE, _WAIT_S)
                failed = next((m.error() for m in messages if m.error()), None)
            except confluent_kafka.KafkaException as error:
                patience.failed(f"the topic cannot be read ({error.args[0].name()})")
                continue
            good = [message for message in messages if not message.error()]
            if good and taker.take(self._submission(good)) is not None:
                self._tell_broker(consumer, good)
            if failed is not None:
                patience.failed(f"the topic cannot be read ({failed.name()})")
            elif assigned:
                patience.worked()
        consumer.close()

    def _assign(self, consumer: Any, taker: Taker, assigned: set[int]) -> set[int]:
        """Read every partition, each from where it was durable last."""
        import confluent_kafka

        found = consumer.list_topics(self._topic, timeout=5).topics[self._topic]
        if found.error is not None:
            raise confluent_kafka.KafkaException(found.error)
        partitions = set(found.partitions)
        if partitions != assigned:
            consumer.assign(
                [
                    confluent_kafka.TopicPartition(self._topic, number, self._next(taker, number))
                    for number in sorted(partitions)
                ]
            )
        return partitions

    def _next(self, taker: Taker, partition: int) -> int:
        """The offset to read next; the beginning where nothing was taken yet."""
        import confluent_kafka

        kept = (taker.position(f"{name}:{partition}") for name in (self.name, self._name_before))
        position = next((each for each in kept if each is not None), None)
        return confluent_kafka.OFFSET_BEGINNING if position is None else int(position) + 1

    def _submission(self, messages: list[Any]) -> Submission:
        """Messages as lines, and the last offset of each partition among them."""
        lines = [(message.value() or b"null").replace(b"\n", b" ") for message in messages]
        positions: dict[str, int | None] = {f"{self.name}:{m.partition()}": m.offset() for m in messages}
        # The positions of before go: they must not count for a topic of that name somewhere else.
        positions |= {f"{self._name_before}:{m.partition()}": None for m in messages}
        return Submission(b"\n".join(lines) + b"\n", self.name, positions=positions)

    def _tell_broker(self, consumer: Any, messages: list[Any]) -> None:
        """Let the broker's own figures show how far the node is; nothing hangs on it."""
        import confluent_kafka

        last = {m.partition(): m.offset() for m in messages}
        offsets = [confluent_kafka.TopicPartition(self._topic, p, o + 1) for p, o in last.items()]
        try:
            consumer.commit(offsets=offsets, asynchronous=True)
        except confluent_kafka.KafkaException as error:
            _LOG.info("%s: the broker did not take the offsets: %s", self.name, error.args[0].name())


def _place(brokers: str) -> str:
    """The brokers in one order and each with its port, without who asks."""
    found = (each.rpartition("@")[2].lower() for each in brokers.split(","))
    return ",".join(sorted(each if re.search(r":\d+$", each) else f"{each}:{_PORT}" for each in found))


class _Kind:
    """Topics."""

    name = "kafka"
    title = "a topic of Kafka, or of what speaks its protocol"

    def open(self, address: str) -> KafkaTopic:
        """The topic at ``kafka://HOST:PORT/TOPIC``.

        Raises:
            StillwatchError: no topic is named, a file cannot be read, or the library is missing.
        """
        try:
            import confluent_kafka  # noqa: F401 -- so that its lack is told when the node starts
        except ImportError as error:
            raise StillwatchError(
                "Kafka needs a library that is not installed",
                code="SW-NODE-31",
                where="--source",
                hint="install stillwatch[kafka]",
            ) from error
        parts = urllib.parse.urlsplit(address)
        given = dict(urllib.parse.parse_qsl(parts.query))
        topic = parts.path.strip("/")
        unknown = set(given) - {"config"}
        if not topic or "/" in topic or not parts.netloc or unknown:
            raise StillwatchError(
                f"{sorted(unknown)[0]} means nothing for a topic" if unknown else "the topic is not named",
                code="SW-NODE-32",
                where="--source",
                hint="write it as kafka://127.0.0.1:9092/exchanges",
            )
        settings = _settings(Path(given["config"])) if "config" in given else {}
        return KafkaTopic(parts.netloc, topic, settings)


def _settings(path: Path) -> dict[str, str]:
    """Settings of librdkafka from a file of ``name=value`` lines."""
    lines = [line.strip() for line in text_of(path, "the settings for Kafka").splitlines()]
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name.strip(): value.strip() for name, _, value in pairs}


SOURCE = _Kind()
