"""Bundles that stand alone: every marking, extension and technique that an object names lies beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.core.indicator import Marking
from stillwatch.sharing.stix.extensions import extension_definitions
from stillwatch.sharing.stix.identities import project_identity
from stillwatch.sharing.stix.ids import NewId, random_id
from stillwatch.sharing.stix.markings import definitions, tlp_2_extension
from stillwatch.sharing.stix.techniques import mitigation_objects, technique_objects

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stillwatch.sharing.stix.names import StixObject


def bundle(objects: Iterable[Mapping[str, Any]], new_id: NewId = random_id) -> StixObject:
    """A bundle of objects and of all fixed objects that they refer to.

    Args:
        objects: what it is about; each id once.
        new_id: gives the bundle's own id; repeatable in tests.
    """
    kept = {obj["id"]: dict(obj) for obj in objects}
    fixed = fixed_objects()
    waiting = list(kept.values())
    while waiting:
        for ref in references(waiting.pop()):
            if ref in fixed and ref not in kept:
                kept[ref] = dict(fixed[ref])
                waiting.append(kept[ref])
    return {"type": "bundle", "id": new_id("bundle"), "objects": list(kept.values())}


def fixed_objects() -> dict[str, StixObject]:
    """Every object that is the same everywhere, by id."""
    markings = [each for marking in Marking for each in definitions(marking)]
    everything = [
        project_identity(),
        *markings,
        *tlp_2_extension(),
        *extension_definitions(),
        *technique_objects(),
        *mitigation_objects(),
    ]
    return {obj["id"]: obj for obj in everything}


def references(obj: Mapping[str, Any]) -> list[str]:
    """Ids that an object names, its extensions' among them."""
    found = [value for field, value in obj.items() if field.endswith("_ref")]
    for field, value in obj.items():
        if field.endswith("_refs"):
            found.extend(value)
    return [*found, *obj.get("extensions", {})]
