"""The key service in figures: what was asked for, what is left, alarms, epochs. Nothing about any item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.keyservice.live import KeyService

MEDIA: Final = "text/plain; version=0.0.4; charset=utf-8"


def exposition(service: KeyService) -> bytes:
    """All figures in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(service))
    return generate_latest(registry)


class _Figures(Collector):
    """Reads the figures off a service."""

    def __init__(self, service: KeyService) -> None:
        self._service = service

    def describe(self) -> list[Metric]:
        """Nothing beforehand: the registry is made for one answer."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every figure."""
        yield from _members(self._service)
        yield from _epochs(self._service)
        yield from _requests(self._service)


def _members(service: KeyService) -> Iterator[Metric]:
    items = CounterMetricFamily(
        "stillwatch_keyservice_items", "items evaluated since the start", labels=["member"]
    )
    spent = GaugeMetricFamily(
        "stillwatch_keyservice_spent_today", "items of today's quota used", labels=["member"]
    )
    quota = GaugeMetricFamily("stillwatch_keyservice_quota", "items a day", labels=["member"])
    for member in service.membership.all():
        items.add_metric([member.name], service.tally["items", member.name])
        spent.add_metric([member.name], service.usage.spent_today(member.name))
        quota.add_metric([member.name], member.quota)
    yield from (items, spent, quota)


def _epochs(service: KeyService) -> Iterator[Metric]:
    now = service.clock()
    left = GaugeMetricFamily(
        "stillwatch_keyservice_epoch_seconds_left", "time until an epoch in use ends", labels=["epoch"]
    )
    for epoch in service.listed.epochs:
        if epoch.current(now):
            left.add_metric([epoch.name], (epoch.ends - now).total_seconds())
    yield left
    yield GaugeMetricFamily(
        "stillwatch_keyservice_keys", "keys in use", value=len(service.listed.evaluated(now))
    )
    alarms = GaugeMetricFamily(
        "stillwatch_keyservice_alarms", "patterns of enumeration in the last seven days", labels=["pattern"]
    )
    patterns = [alarm.pattern for alarm in service.alarms.since(7)]
    for pattern in ("sustained", "surge", "clockwork", "refused", "spread"):
        alarms.add_metric([pattern], patterns.count(pattern))
    yield alarms


def _requests(service: KeyService) -> Iterator[Metric]:
    requests = CounterMetricFamily("stillwatch_keyservice_requests", "requests", labels=["path", "status"])
    for key, count in sorted(service.tally.items()):
        if key[0] == "requests":
            requests.add_metric([key[1], key[2]], count)
    yield requests
