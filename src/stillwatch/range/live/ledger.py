"""Everything that happened in a live world besides exchanges, in order of time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def iso(milliseconds: int) -> str:
    """A time as the logs write it."""
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"


class Ledger:
    """Events as ``events.jsonl`` has them.

    Kinds: ``banned``, ``slowed``, ``challenged``, ``degraded``, ``lifted`` (decisions), ``replaced``, ``reworded``,
    ``paused``, ``resumed``, ``paid`` (campaigns), ``complained``, ``left`` (honest people), ``verified``.
    """

    def __init__(self) -> None:
        self._events: list[tuple[int, int, dict[str, Any]]] = []

    def note(
        self,
        when: int,
        event: str,
        account_id: str | None = None,
        campaign_id: str | None = None,
        **details: float | str,
    ) -> None:
        """Write an event down."""
        entry: dict[str, Any] = {
            "ts": iso(when),
            "event": event,
            "account_id": account_id,
            "campaign_id": campaign_id,
            **details,
        }
        self._events.append((when, len(self._events), entry))

    @property
    def events(self) -> list[dict[str, Any]]:
        """All events, oldest first."""
        return [entry for _, _, entry in sorted(self._events, key=lambda event: event[:2])]

    def count(self, event: str) -> int:
        """How many there were of a kind."""
        return sum(entry["event"] == event for _, _, entry in self._events)
