"""The published definitions of the property extensions, so that any STIX program can find out what they mean."""

from __future__ import annotations

import functools
import importlib.resources
from typing import Any, Final

import orjson

from stillwatch.sharing.stix.moments import midnight
from stillwatch.sharing.stix.names import EXTENSION_OF, PROJECT, PUBLISHED, SCHEMAS_AT, StixObject

VERSION: Final = "1.0.0"


@functools.cache
def schemas() -> dict[str, dict[str, Any]]:
    """The JSON schema of each extension, by the type that carries it."""
    folder = importlib.resources.files("stillwatch.sharing.stix") / "schemas"
    return {kind: orjson.loads((folder / f"{kind}.json").read_bytes()) for kind in EXTENSION_OF}


@functools.cache
def extension_definitions() -> tuple[StixObject, ...]:
    """An ``extension-definition`` for each extension."""
    return tuple(
        {
            "type": "extension-definition",
            "spec_version": "2.1",
            "id": EXTENSION_OF[kind],
            "created_by_ref": PROJECT,
            "created": midnight(PUBLISHED),
            "modified": midnight(PUBLISHED),
            "name": schema["title"],
            "description": schema["description"],
            "schema": f"{SCHEMAS_AT}{kind}.json",
            "version": VERSION,
            "extension_types": ["property-extension"],
        }
        for kind, schema in schemas().items()
    )
