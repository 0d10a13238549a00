"""How large and how deep a body may be, and how its objects are got out of it."""

from __future__ import annotations

from typing import Any, Final

import orjson

from stillwatch.errors import StillwatchError
from stillwatch.hub.taxii.forms import STIX_ID

MOST_BYTES: Final = 10_000_000
"""Bytes of a body; the API root says so."""
MOST_OBJECTS: Final = 5_000
MOST_OBJECT_BYTES: Final = 64_000
DEEPEST: Final = 12
_MOST_BRACKETS: Final = 400_000
"""A body of brackets alone takes fifty times its size in memory."""


def envelope(body: bytes) -> list[Any]:
    """The objects of an envelope, or of a STIX bundle, which some clients send in its place.

    Raises:
        StillwatchError: it is no JSON, no envelope, or holds too many objects or brackets.
    """
    if body.count(b"[") + body.count(b"{") > _MOST_BRACKETS:
        raise _unfit(f"it has more than {_MOST_BRACKETS} brackets")
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise StillwatchError(
            "the body is no JSON", code="SW-HUB-07", hint='send an envelope: {"objects": […]}'
        ) from None
    objects = found.get("objects") if isinstance(found, dict) else None
    if not isinstance(objects, list) or not objects:
        raise _unfit("it is no envelope with objects")
    if len(objects) > MOST_OBJECTS:
        raise _unfit(f"it holds more than {MOST_OBJECTS} objects")
    return objects


def canonical(obj: Any) -> bytes:
    """An object's bytes with sorted keys: what its size and its digest are taken of; empty where it is too deep."""
    try:
        return orjson.dumps(obj, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        return b""


def shape(obj: Any, content: bytes) -> str:
    """What is wrong with an object before anybody looks at what it says; empty where nothing is.

    Args:
        obj: one member of the list.
        content: its canonical bytes.
    """
    if not isinstance(obj, dict):
        return "it is no JSON object"
    identifier, kind = obj.get("id"), obj.get("type")
    if not isinstance(identifier, str) or not isinstance(kind, str):
        return "it needs a type and an id"
    found = STIX_ID.fullmatch(identifier)
    if found is None or found[1] != kind:
        return "its id is not its type, two hyphens and a UUID in small letters"
    if len(content) > MOST_OBJECT_BYTES:
        return f"it is larger than {MOST_OBJECT_BYTES} bytes"
    if not content:
        return f"it is nested more than {DEEPEST} deep"
    if content.count(b"[") + content.count(b"{") > DEEPEST and _deep(obj):
        return f"it is nested more than {DEEPEST} deep"
    return ""


def _deep(value: Any) -> bool:
    """Whether something is nested deeper than allowed; looked at level by level, so that it costs no stack."""
    level = [value]
    for _ in range(DEEPEST):
        below: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                below += each.values()
            elif isinstance(each, list):
                below += each
        if not below:
            return False
        level = below
    return any(isinstance(each, dict | list) for each in level)


def _unfit(why: str) -> StillwatchError:
    return StillwatchError(
        f"the body cannot be processed: {why}", code="SW-HUB-10", hint='send an envelope: {"objects": […]}'
    )
