"""Times that people write, as cases carry them."""

from __future__ import annotations

import datetime

from stillwatch.casework.times import written
from stillwatch.errors import StillwatchError


def moment(words: str) -> str:
    """RFC 3339 in UTC of a time; one without an offset is taken for UTC.

    Raises:
        StillwatchError: SW-CASE-13, it is no time.
    """
    try:
        found = datetime.datetime.fromisoformat(words)
    except ValueError as error:
        raise StillwatchError(
            f"'{words[:40]}' is no time", code="SW-CASE-13", hint="write it as 2026-01-31T08:30:00Z"
        ) from error
    return written(found if found.tzinfo is not None else found.replace(tzinfo=datetime.UTC))
