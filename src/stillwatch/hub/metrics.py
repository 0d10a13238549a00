"""The hub in figures: requests, objects in and out, refusals by rule, what waits. Nothing names a member."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from stillwatch.hub.rights import COLLECTIONS
from stillwatch.hub.tables.objects import OBJECTS

if TYPE_CHECKING:
    from stillwatch.hub.live import LiveHub

MEDIA: Final = "text/plain; version=0.0.4; charset=utf-8"
_PAGE: Final = resource.getpagesize()
_BY_COLLECTION: Final = (
    ("taken in", "stillwatch_hub_objects_stored", "objects stored"),
    ("here already", "stillwatch_hub_objects_known", "objects sent that were here already"),
    ("given out", "stillwatch_hub_objects_read", "objects, manifest entries and versions given out"),
)


def exposition(hub: LiveHub) -> bytes:
    """All figures in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Hub(hub))
    return generate_latest(registry)


class _Hub(Collector):
    """Reads the figures off a hub when somebody asks."""

    def __init__(self, hub: LiveHub) -> None:
        self._hub = hub

    def describe(self) -> list[Metric]:
        """Nothing beforehand: the registry is made for one answer."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every figure."""
        tally = dict(self._hub.tally)
        requests = CounterMetricFamily("stillwatch_hub_requests", "requests", labels=["endpoint", "status"])
        for (what, label), count in sorted(tally.items()):
            if what == "requests":
                requests.add_metric(label.split(" "), count)
        yield requests
        seconds = CounterMetricFamily(
            "stillwatch_hub_request_seconds", "time spent answering", labels=["endpoint"]
        )
        for endpoint, spent in sorted(dict(self._hub.seconds).items()):
            seconds.add_metric([endpoint], spent)
        yield seconds
        for what, name, about in _BY_COLLECTION:
            counted = CounterMetricFamily(name, about, labels=["collection"])
            for each in COLLECTIONS:
                counted.add_metric([each.alias], tally.get((what, each.alias), 0))
            yield counted
        refused = CounterMetricFamily("stillwatch_hub_objects_refused", "objects refused", labels=["rule"])
        for (what, rule), count in sorted(tally.items()):
            if what == "refused by":
                refused.add_metric([rule], count)
        yield refused
        yield from self._state()

    def _state(self) -> Iterator[Metric]:
        hub = self._hub
        held = GaugeMetricFamily("stillwatch_hub_objects", "latest versions there are", labels=["collection"])
        count = sa.select(OBJECTS.c.collection, sa.func.count()).where(OBJECTS.c.latest)
        with hub.database.read() as connection:
            counts = {
                int(number): int(found)
                for number, found in connection.execute(count.group_by(OBJECTS.c.collection))
            }
        for each in COLLECTIONS:
            held.add_metric([each.alias], counts.get(each.number, 0))
        yield held
        yield GaugeMetricFamily("stillwatch_hub_log_entries", "entries of the log", value=hub.ledger.size())
        members = [each for each in hub.directory.members if each.suspended is None]
        yield GaugeMetricFamily(
            "stillwatch_hub_members", "members that are not suspended", value=len(members)
        )
        yield GaugeMetricFamily(
            "stillwatch_hub_submissions_waiting", "read in, not stored yet", value=hub.waiting
        )
        resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE
        yield GaugeMetricFamily("stillwatch_hub_resident_bytes", "memory of the process", value=resident)
