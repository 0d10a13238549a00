"""The formats that can be read: those of this folder and those that other distributions register."""

from __future__ import annotations

import difflib
import functools
from typing import TYPE_CHECKING, Any, Final, cast

from stillwatch.errors import StillwatchError
from stillwatch.plugins import Discovery, discover

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.logs.contract import LogFormat

ENTRY_POINT_GROUP: Final = "stillwatch.logs"

SURE: Final = 0.95
"""From here on no other format is asked whether it knows the record better."""

_DOUBT: Final = 0.3


def discovery() -> Discovery:
    """What was found and what is broken, for ``stillwatch formats`` to show."""
    return discover("stillwatch.logs", "FORMAT", ENTRY_POINT_GROUP)


@functools.cache
def formats() -> dict[str, LogFormat]:
    """Every usable format by its name."""
    return {
        name: cast("LogFormat", part)
        for name, part in discovery().found.items()
        if hasattr(part, "exchanges")
    }


def get(name: str) -> LogFormat:
    """The format of a name.

    Raises:
        StillwatchError: there is none; the hint names the nearest.
    """
    known = formats()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known formats are {', '.join(sorted(known))}"
    raise StillwatchError(
        f"there is no log format called {name!r}", code="SW-LOG-05", where="--format", hint=hint
    )


def sniff(record: Mapping[str, Any]) -> LogFormat | None:
    """The format that knows a decoded record best, or None where none does."""
    best, surest = None, _DOUBT
    for candidate in formats().values():
        confidence = candidate.sniff(record)
        if confidence > surest:
            best, surest = candidate, confidence
            if confidence == 1.0:
                break
    return best
