"""A topic of Kafka or anything that speaks its protocol: messages that hold one record as JSON each.

The node keeps the offset of every partition together with what it took, so a message is taken once whatever dies when;
offsets are committed to the broker as well, for its own figures only. Address: ``kafka://HOST:PORT,HOST:PORT/TOPIC``;
``config=FILE`` names a file with further settings of librdkafka, a ``name=value`` a line.
"""

from __future__ import annotations

import logging
import time
import urllib.parse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch.errors import StillwatchError
from stillwatch.node.sources.contract import Patience
from stillwatch.node.submissions import Submission

if TYPE_CHECKING:
    from stillwatch.node.sources.contract import Taker

_LOG = logging.getLogger(__name__)
_AT_ONCE: Final = 1000
_WAIT_S: Final = 0.3
_LOOK_FOR_PARTITIONS_S: Final = 60.0
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
        self.name = f"kafka:{topic}"
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
                    confluent_kafka.TopicPartition(
                        self._topic, number, _next(taker.position(f"{self.name}:{number}"))
                    )
                    for number in sorted(partitions)
                ]
            )
        return partitions

    def _submission(self, messages: list[Any]) -> Submission:
        """Messages as lines, and the last offset of each partition among them."""
        lines = [(message.value() or b"null").replace(b"\n", b" ") for message in messages]
        positions = {f"{self.name}:{m.partition()}": m.offset() for m in messages}
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


def _next(position: Any) -> int:
    """The offset to read next; the beginning where nothing was taken yet."""
    import confluent_kafka

    return confluent_kafka.OFFSET_BEGINNING if position is None else int(position) + 1


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
    """Settings of librdkafka from a file."""
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except UnicodeDecodeError as error:
        raise StillwatchError(
            "the settings for Kafka are no text in UTF-8",
            code="SW-NODE-32",
            where=str(path),
            hint="write `name=value` lines",
        ) from error
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name.strip(): value.strip() for name, _, value in pairs}


SOURCE = _Kind()
