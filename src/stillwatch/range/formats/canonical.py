"""Writes canonical exchanges as they are: one JSON object a line with every field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from stillwatch.core.exchange import CanonicalRecord

LOSES: Final = "nothing"


def payload(record: CanonicalRecord) -> dict[str, Any]:
    """The record itself."""
    return record
