"""How much a member may ask for: requests by a bucket that refills, objects by the day.

Callers without credentials share one bucket for each address, so that guessing tokens is slow.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.hub.members import Member

_STRANGERS_PER_MINUTE: Final = 120
_MOST_STRANGERS: Final = 10_000


class Quotas:
    """Counts what was asked for."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[int | str, tuple[float, float]] = OrderedDict()
        self._day = -1
        self._taken: dict[int, int] = {}

    def request(self, member: Member) -> None:
        """Count a request.

        Raises:
            StillwatchError: there were too many within a minute.
        """
        self._draw(member.number, member.quota.requests_per_minute)

    def stranger(self, address: str) -> None:
        """Count a request without valid credentials.

        Raises:
            StillwatchError: there were too many from that address within a minute.
        """
        self._draw(address, _STRANGERS_PER_MINUTE)

    def objects(self, member: Member, count: int) -> None:
        """Count objects that are about to be taken in.

        Raises:
            StillwatchError: they are more than are left of the day; none is counted then.
        """
        today = int(time.time()) // 86_400
        if today != self._day:
            self._day, self._taken = today, {}
        taken = self._taken.get(member.number, 0)
        if taken + count > member.quota.objects_per_day:
            raise StillwatchError(
                f"that would be more than {member.quota.objects_per_day} objects a day; {taken} were sent today",
                code="SW-HUB-12",
                hint="send the rest tomorrow, or ask the hub's operator for more",
            )
        self._taken[member.number] = taken + count

    def restore(self, taken: dict[int, int], day: int) -> None:
        """Begin with what was taken in before a restart.

        Args:
            taken: objects of a day by member's number.
            day: the day, counted from 1970.
        """
        self._day, self._taken = day, dict(taken)

    def _draw(self, who: int | str, per_minute: int) -> None:
        now = time.monotonic()
        left, since = self._buckets.pop(who, (float(per_minute), now))
        left = min(float(per_minute), left + (now - since) * per_minute / 60)
        self._buckets[who] = (max(0.0, left - 1), now)
        while len(self._buckets) > _MOST_STRANGERS:
            self._buckets.popitem(last=False)
        if left < 1:
            raise StillwatchError(
                f"more than {per_minute} requests a minute",
                code="SW-HUB-12",
                hint="wait; the Retry-After header says how long",
            )
