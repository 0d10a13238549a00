"""Times as decisions carry them: RFC 3339 in files and on the wire, seconds since 1970 where they are compared."""

from __future__ import annotations

import datetime
import re
from typing import Final

from stillwatch.errors import StillwatchError

_DURATION: Final = re.compile("".join(rf"(?:(\d{{1,18}}){unit})?" for unit in "dhms"))
_SECONDS: Final = (86_400, 3_600, 60, 1)

LONGEST: Final = 3_650 * 86_400.0
"""Seconds that a decision lasts at most; a date that lies much later cannot be written."""


def seconds_of(moment: str) -> float:
    """Seconds since 1970 of an RFC 3339 time; one without an offset is taken for UTC.

    Raises:
        StillwatchError: it is no such time.
    """
    try:
        parsed = datetime.datetime.fromisoformat(moment)
    except ValueError as error:
        raise StillwatchError(
            f"'{moment}' is no time",
            code="SW-DEC-01",
            hint="write it as 2026-01-31T08:30:00Z",
        ) from error
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=datetime.UTC)
    return parsed.timestamp()


def moment_of(seconds: float) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def duration_of(words: str) -> float:
    """Seconds of a duration such as ``30m``, ``6h`` or ``1d12h``.

    Raises:
        StillwatchError: it is no duration, none that lasts, or longer than ``LONGEST``.
    """
    found = _DURATION.fullmatch(words.strip())
    parts = found.groups() if found and words.strip() else ()
    total = sum(int(part) * unit for part, unit in zip(parts, _SECONDS, strict=False) if part)
    if total <= 0:
        raise StillwatchError(
            f"'{words}' is no duration", code="SW-DEC-02", hint="write it as 30m, 6h, 7d or 1d12h"
        )
    if total > LONGEST:
        raise StillwatchError(
            f"'{words}' is longer than ten years", code="SW-DEC-09", hint="3650d is the longest"
        )
    return float(total)


def in_words(seconds: float) -> str:
    """A duration for a person, in its two largest units: ``1d 12h``; ``now`` where nothing is left."""
    left, parts = max(0, int(seconds)), []
    for unit, letter in zip(_SECONDS, "dhms", strict=True):
        count, left = divmod(left, unit)
        if count:
            parts.append(f"{count}{letter}")
    return " ".join(parts[:2]) or "now"
