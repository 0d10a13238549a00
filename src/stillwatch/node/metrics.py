"""The node in figures: what came in, what waits, how far verdicts and decisions are behind, what gateways do.

Figures are read when somebody asks; nothing is counted twice and nothing is added to the path of a request.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.node.live import Live

_PAGE: Final = resource.getpagesize()
_STANDING: Final = """
    SELECT CASE rule WHEN '' THEN origin ELSE rule END AS rule_or_origin, mode, action, count(*)
    FROM decisions WHERE ended IS NULL AND expires > ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
MEDIA: Final = "text/plain; version=0.0.4; charset=utf-8"


def exposition(live: Live) -> tuple[bytes, str]:
    """All figures in Prometheus' text format, and its media type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Node(live))
    return generate_latest(registry), MEDIA


class _Node(Collector):
    """Reads the figures off a node."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def describe(self) -> list[Metric]:
        """Nothing beforehand: the registry is made for one answer."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every figure."""
        yield from _intake(self._live)
        yield from _judging(self._live)
        yield from _decisions(self._live)
        yield from _displacement(self._live)
        yield from _appeals(self._live)
        yield from _gateways(self._live)
        yield _gauge("stillwatch_resident_bytes", "memory of the serving process", _resident())


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


def _intake(live: Live) -> Iterator[Metric]:
    tally = live.intake.tally
    taken = CounterMetricFamily(
        "stillwatch_exchanges", "exchanges by what became of them", labels=["outcome"]
    )
    taken.add_metric(["acknowledged"], tally.acknowledged)
    taken.add_metric(["duplicate"], tally.duplicates)
    taken.add_metric(["rejected"], tally.rejected)
    yield taken
    yield CounterMetricFamily("stillwatch_flushes", "flushes to disk", value=tally.flushes)
    yield CounterMetricFamily(
        "stillwatch_refused_batches", "batches refused for lack of room", value=tally.refused
    )
    troubles = GaugeMetricFamily("stillwatch_source_trouble", "1 where a source fails", labels=["source"])
    for source in sorted(live.troubles):
        troubles.add_metric([source], 1)
    yield troubles
    yield _gauge("stillwatch_queue_bytes", "what waits to be taken in", live.intake.queued_bytes)
    yield _gauge("stillwatch_log_bytes", "taken in and not in the store yet", live.intake.backlog)
    yield _gauge(
        "stillwatch_clock_ahead_seconds", "how far the latest exchange lies in the future", tally.ahead_s
    )


def _judging(live: Live) -> Iterator[Metric]:
    judged = live.judged
    if live.lag_s is not None:
        yield _gauge("stillwatch_verdict_lag_seconds", "how far verdicts are behind the traffic", live.lag_s)
    if judged:
        yield _gauge("stillwatch_look_seconds", "how long the last look took", judged.get("seconds", 0.0))
        yield _gauge("stillwatch_window_exchanges", "exchanges in the window", judged.get("exchanges", 0))
        yield _gauge("stillwatch_window_seconds", "time that the window covers", judged.get("window_s", 0.0))
    yield CounterMetricFamily("stillwatch_looks", "times the traffic was judged", value=judged.get("look", 0))
    accounts = GaugeMetricFamily("stillwatch_accounts", "accounts by verdict", labels=["verdict"])
    for call, count in live.verdicts.counts().items():
        accounts.add_metric([call], count)
    yield accounts


def _decisions(live: Live) -> Iterator[Metric]:
    standing = live.board.store.database.rows(_STANDING, (live.board.store.clock(),))
    by_rule = GaugeMetricFamily(
        "stillwatch_decisions", "decisions in force by rule and mode", labels=["rule", "mode", "action"]
    )
    for rule, mode, action, count in standing:
        by_rule.add_metric([rule, mode, action], count)
    yield by_rule
    answers = CounterMetricFamily("stillwatch_answers", "answers to gateways by action", labels=["action"])
    for action, count in sorted(live.answers.items()):
        answers.add_metric([action], count)
    yield answers
    yield _gauge("stillwatch_decisions_version", "version of the decisions", live.board.snapshot.version)
    age = live.board.store.clock() - live.board.changed_at
    yield _gauge("stillwatch_decisions_age_seconds", "time since the decisions last changed", age)


def _displacement(live: Live) -> Iterator[Metric]:
    tests = GaugeMetricFamily(
        "stillwatch_displacements", "displacement tests by where they stand", labels=["state"]
    )
    for state, count in live.displacing.states().items():
        tests.add_metric([state], count)
    yield tests
    yield CounterMetricFamily(
        "stillwatch_displacement_failures", "steps that failed", value=live.displacing.failures
    )


def _appeals(live: Live) -> Iterator[Metric]:
    try:
        office = live.consequences.office()
        standings, asked, open_ = office.appeals.standings(), office.orders.asked(), office.orders.waiting()
        pending = office.confirmations.pending()
    except StillwatchError:
        return  # a casework database that is down is told by /readyz; the other figures stand
    waiting = GaugeMetricFamily(
        "stillwatch_appeals_waiting",
        "appeals that wait, by how they stand with their clock",
        labels=["clock"],
    )
    for standing, count in standings.items():
        waiting.add_metric([standing.value.replace(" ", "_")], count)
    yield waiting
    orders = GaugeMetricFamily(
        "stillwatch_case_orders_open", "orders of cases that are not carried out yet", labels=["state"]
    )
    orders.add_metric(["asked"], len(asked))
    orders.add_metric(["waiting"], len(open_))
    yield orders
    yield _gauge("stillwatch_case_orders_unconfirmed", "confirmations of gateways that are pending", pending)


def _gateways(live: Live) -> Iterator[Metric]:
    if not live.gateways:
        return
    now = time.time()
    version = live.board.snapshot.version
    behind = GaugeMetricFamily("stillwatch_gateway_behind", "versions a gateway lacks", labels=["gateway"])
    silent = GaugeMetricFamily(
        "stillwatch_gateway_silent_seconds", "time since a gateway last reported", labels=["gateway"]
    )
    unknown = GaugeMetricFamily(
        "stillwatch_gateway_version_unknown",
        "1 where a gateway has a version that is none of ours",
        labels=["gateway"],
    )
    bypasses = CounterMetricFamily(
        "stillwatch_gateway_bypasses", "requests let by because nothing could be decided", labels=["gateway"]
    )
    ahead = GaugeMetricFamily(
        "stillwatch_gateway_clock_ahead_seconds",
        "by how much its clock is ahead of the node's",
        labels=["gateway"],
    )
    actions = CounterMetricFamily(
        "stillwatch_gateway_actions", "what a gateway did", labels=["gateway", "action"]
    )
    for name, status in sorted(live.gateways.items()):
        behind.add_metric([name], version - status.version if status.known else version)
        silent.add_metric([name], now - status.seen)
        unknown.add_metric([name], 0 if status.known else 1)
        bypasses.add_metric([name], status.bypasses)
        ahead.add_metric([name], status.ahead_s)
        for action, count in sorted(status.actions.items()):
            actions.add_metric([name, action], count)
    yield from (behind, silent, unknown, bypasses, ahead, actions)


def _resident() -> int:
    """Memory of this process, in bytes."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE
