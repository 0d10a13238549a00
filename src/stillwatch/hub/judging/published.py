"""What objects refer to and no member sends: markings, definitions, techniques, and who answers for an object.

All of it follows from its id, so that serving it tells nothing: an identity's name is the beginning of its id, for the
hub as for a member, and its day is that of the definitions.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any, Final

from stillwatch.sharing.stix.bundles import fixed_objects, references
from stillwatch.sharing.stix.identities import identity
from stillwatch.sharing.stix.names import PUBLISHED, StixObject

_IDENTITY: Final = "identity"
_RELATION: Final = "relationship"


def published(identifier: str, hub: str) -> StixObject | None:
    """The object of that id; None where it is none of these.

    Args:
        identifier: a STIX id.
        hub: id of the hub's own identity; every other one that is not fixed is a member's.
    """
    found = _fixed().get(identifier)
    if found is not None:
        return found
    kind, _, digits = identifier.partition("--")
    if kind != _IDENTITY:
        return None
    return identity(identifier, f"{'hub' if identifier == hub else 'member'} {digits[:8]}", PUBLISHED)


def is_fixed(obj: Mapping[str, Any]) -> bool:
    """Whether it is, to the letter, one of the objects that are the same everywhere."""
    return _fixed().get(obj["id"]) == obj


def needed(objects: Iterable[Mapping[str, Any]], hub: str) -> dict[str, StixObject]:
    """Everything published that objects refer to, and that this refers to in its turn, by id.

    Args:
        objects: as the hub gives them out.
        hub: id of the hub's own identity.
    """
    waiting = _named(objects)
    found: dict[str, StixObject] = {}
    while waiting:
        identifier = waiting.pop()
        obj = None if identifier in found else published(identifier, hub)
        if obj is not None:
            found[identifier] = obj
            waiting.update(references(obj))
    return found


def _named(objects: Iterable[Mapping[str, Any]]) -> set[str]:
    """Ids that objects name; those of one type, author and marking name the same but for the ends of relations."""
    seen: set[tuple[Any, ...]] = set()
    found: set[str] = set()
    for obj in objects:
        alike = (obj["type"], obj.get("created_by_ref"), *obj.get("object_marking_refs", ()))
        if alike not in seen:
            seen.add(alike)
            found.update(references(obj))
        elif obj["type"] == _RELATION:
            found.update((obj["source_ref"], obj["target_ref"]))
    return found


@functools.cache
def _fixed() -> dict[str, StixObject]:
    return fixed_objects()
