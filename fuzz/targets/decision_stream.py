"""Lines of the stream that tells gateways what is decided."""

from __future__ import annotations

import contextlib

from stillwatch.enforcement.wire import change_of, decision_of, to_line
from stillwatch.errors import StillwatchError

DESCRIPTION = "lines of the decision stream"


def attempt(data: bytes) -> None:
    """A change that is understood is understood alike when it is written again."""
    for line in data.split(b"\n"):
        for read in (change_of, decision_of):
            with contextlib.suppress(StillwatchError):
                taken = read(line)
                assert read(to_line(taken)) == taken
