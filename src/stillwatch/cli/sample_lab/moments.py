"""The sample's clock: its people act at set times in the last three days, in order."""

from __future__ import annotations

import datetime


class Hours:
    """A clock that stands until it is told to go on.

    Args:
        end: the present; nothing happens after it.
        before: hours before the present at which it begins.
    """

    def __init__(self, end: datetime.datetime, before: float) -> None:
        self.end = end
        self._now = end - datetime.timedelta(hours=before)

    def __call__(self) -> datetime.datetime:
        """The moment at which it stands."""
        return self._now

    def at(self, before: float) -> None:
        """Go on to so many hours before the present; never back."""
        self._now = max(
            self._now + datetime.timedelta(seconds=1), self.end - datetime.timedelta(hours=before)
        )
