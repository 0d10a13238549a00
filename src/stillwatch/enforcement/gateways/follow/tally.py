"""What a gateway did, counted for its report to the node."""

from __future__ import annotations

import collections
import threading


class Tally:
    """Counts since the last report that arrived.

    A *bypass* is a request that was let through, or refused, without its decision being known: there are no decisions
    yet, nobody can tell whose request it is, or something failed.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._actions: collections.Counter[str] = collections.Counter()
        self._bypasses: collections.Counter[str] = collections.Counter()

    def acted(self, action: str) -> None:
        """A request was answered by its decision."""
        with self._lock:
            self._actions[action] += 1

    def bypassed(self, why: str) -> None:
        """A request was answered without its decision."""
        with self._lock:
            self._bypasses[why] += 1

    def taken(self) -> tuple[dict[str, int], dict[str, int]]:
        """Actions and bypasses so far; counting begins anew."""
        with self._lock:
            taken = dict(self._actions), dict(self._bypasses)
            self._actions.clear()
            self._bypasses.clear()
        return taken

    def give_back(self, actions: dict[str, int], bypasses: dict[str, int]) -> None:
        """Add what was taken and could not be reported."""
        with self._lock:
            self._actions.update(actions)
            self._bypasses.update(bypasses)
