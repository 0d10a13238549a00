"""Times as TAXII writes them, and as the hub counts them: microseconds since 1970.

Source: RFC 3339; TAXII 2.1 wants microseconds, STIX 2.1 at least milliseconds.
"""

from __future__ import annotations

import datetime
import re
from typing import Final

_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_US: Final = datetime.timedelta(microseconds=1)
_FORM: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,20}))?Z", re.ASCII)


def micros(moment: datetime.datetime) -> int:
    """An aware moment as microseconds since 1970."""
    return (moment - _EPOCH) // _US


def added_text(count: int) -> str:
    """Microseconds since 1970 as TAXII writes them, ``…T12:00:00.000001Z``."""
    return (_EPOCH + count * _US).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def version_text(count: int) -> str:
    """Microseconds since 1970 as the hub's objects have them, to the millisecond."""
    return added_text(count)[:-4] + "Z"


def parse(text: str) -> int:
    """Microseconds since 1970; what is finer is cut off.

    Raises:
        ValueError: it is no RFC 3339 time in UTC.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(text)
    whole = datetime.datetime.fromisoformat(found[1]).replace(tzinfo=datetime.UTC)
    return micros(whole) + int((found[2] or "0")[:6].ljust(6, "0"))
