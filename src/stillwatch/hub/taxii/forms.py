"""Forms of ids: what has another form names nothing, and is never handed to the database."""

from __future__ import annotations

import re
from typing import Final

STIX_ID: Final = re.compile(
    r"([a-z0-9][a-z0-9-]{1,60}?[a-z0-9])--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII
)
"""A type, two hyphens and a UUID; the type is its first group. Source: STIX 2.1, section 2.9."""

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z", re.ASCII
)


def stix_id(text: object) -> str:
    """The text, if it is a STIX id; else nothing."""
    return text if isinstance(text, str) and STIX_ID.fullmatch(text) else ""


def uuid_text(text: str) -> str:
    """The text, if it is a UUID in small letters; else nothing."""
    return text if _UUID.fullmatch(text) else ""


def time_text(text: object) -> str:
    """The text, if it has the form of a STIX timestamp; else nothing."""
    return text if isinstance(text, str) and _TIME.fullmatch(text) else ""
