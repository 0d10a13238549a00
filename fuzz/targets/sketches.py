"""The compiled pass over canonical lines, which has no bounds checks but its own."""

from __future__ import annotations

import datetime

from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.sketch import Sketcher

DESCRIPTION = "the compiled pass over canonical lines"


_NOW = datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)
_SKETCHER = Sketcher(
    Pseudonymiser(bytes(32)), sample=1.0, background=None, latest=int(_NOW.timestamp() * 1e6) + 86_400_000_000
)


def attempt(data: bytes) -> None:
    """A line is sketched, or set aside."""
    _SKETCHER.sketch(data)
