"""Objects that other members sent, as a lab reads them."""

from __future__ import annotations

import orjson

from stillwatch.sharing.stix.convert import from_stix, to_stix

DESCRIPTION = "STIX objects from other members"


def attempt(data: bytes) -> None:
    """An object that is understood is understood alike when it is written again."""
    try:
        obj = orjson.loads(data)
    except orjson.JSONDecodeError:
        return
    if isinstance(obj, dict):
        thing = from_stix(obj)
        assert from_stix(to_stix(thing)) == thing
