"""The console in figures: how many pages it showed and how long they took, for Prometheus. Nothing about content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from stillwatch.console.sessions import Sessions

MEDIA: Final = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 10.0)


class Figures:
    """Counts of one console.

    Args:
        sessions: those that are open are counted when somebody asks.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._answers = Counter(
            "stillwatch_console_answers",
            "answers by page and status",
            labelnames=["page", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "stillwatch_console_seconds",
            "seconds from a request to its answer, by page",
            labelnames=["page"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        opened = Gauge("stillwatch_console_sessions", "sessions that are open", registry=self._registry)
        opened.set_function(lambda: len(sessions))

    def note(self, page: str, status: int, seconds: float) -> None:
        """An answer was given."""
        self._answers.labels(page, str(status)).inc()
        self._seconds.labels(page).observe(seconds)

    def exposition(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self._registry)
