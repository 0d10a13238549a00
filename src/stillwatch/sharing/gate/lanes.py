"""The closed schemas of the automatic lane, one a type, compiled once."""

from __future__ import annotations

import functools
import importlib.resources
from typing import Any, Final

import jsonschema_rs
import orjson

TYPES: Final = ("campaign", "indicator", "infrastructure", "relationship", "sighting")
"""What a member may send in the automatic lane."""


@functools.cache
def extension_schemas() -> dict[str, dict[str, Any]]:
    """The published schema of each extension, by the type that carries it."""
    folder = importlib.resources.files("stillwatch.sharing.stix") / "schemas"
    names = [name for name in TYPES if name != "relationship"]
    return {name: orjson.loads((folder / f"{name}.json").read_bytes()) for name in names}


@functools.cache
def lane_schemas() -> dict[str, dict[str, Any]]:
    """The closed schema of each type."""
    folder = importlib.resources.files("stillwatch.sharing.gate") / "schemas"
    return {name: orjson.loads((folder / f"{name}.json").read_bytes()) for name in TYPES}


@functools.cache
def validators() -> dict[str, Any]:
    """A compiled validator for each type; regular expressions run in linear time."""
    registry = jsonschema_rs.Registry([(schema["$id"], schema) for schema in extension_schemas().values()])
    options = jsonschema_rs.RegexOptions()
    return {
        name: jsonschema_rs.validator_for(schema, registry=registry, pattern_options=options)
        for name, schema in lane_schemas().items()
    }


@functools.cache
def field_names() -> frozenset[str]:
    """Every name that any schema knows; others came from a sender."""
    found: set[str] = set()

    def walk(schema: object) -> None:
        if isinstance(schema, dict):
            found.update(schema.get("properties", {}))
            for below in schema.values():
                walk(below)
        elif isinstance(schema, list):
            for below in schema:
                walk(below)

    for schema in (*lane_schemas().values(), *extension_schemas().values()):
        walk(schema)
    return frozenset(found)
