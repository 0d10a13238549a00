"""Objects that other members sent, as a lab reads them."""

from __future__ import annotations

import orjson

from stillwatch.sharing.stix.convert import from_stix, to_stix

DESCRIPTION = "STIX objects from other members"


def attempt(data: bytes) -> None:
    """What is understood of an object is written in one order, and from then on is understood alike."""
    try:
        obj = orjson.loads(data)
    except orjson.JSONDecodeError:
        return
    if isinstance(obj, dict):
        thing = from_stix(to_stix(from_stix(obj)))
        assert from_stix(to_stix(thing)) == thing
