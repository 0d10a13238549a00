"""Times as casework writes them: RFC 3339 in UTC to the millisecond, so that they sort as text."""

from __future__ import annotations

import datetime


def written(moment: datetime.datetime) -> str:
    """A moment as it is kept."""
    return moment.astimezone(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
