"""The properties that every shared object has, written in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.sharing.stix.markings import marking_refs
from stillwatch.sharing.stix.moments import midnight
from stillwatch.sharing.stix.names import EXTENSION_OF, StixObject

if TYPE_CHECKING:
    from stillwatch.core.indicator import Marking


def framed(
    identifier: str, author: str, day: str, marking: Marking, revoked: bool, properties: dict[str, Any]
) -> StixObject:
    """A STIX object with what is common to all: who made it, on which day, how far it may travel.

    Args:
        identifier: its STIX id, whose beginning is its type.
        author: id of the identity that answers for it.
        day: on which it was made, ``YYYY-MM-DD``.
        marking: how far it may travel.
        revoked: it is taken back.
        properties: what is its own.
    """
    made = midnight(day)
    obj: StixObject = {
        "type": identifier.partition("--")[0],
        "spec_version": "2.1",
        "id": identifier,
        "created_by_ref": author,
        "created": made,
        "modified": made,
        **properties,
        "object_marking_refs": marking_refs(marking),
    }
    if revoked:
        obj["revoked"] = True
    return obj


def extended(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    """The ``extensions`` of an object of a type."""
    return {EXTENSION_OF[kind]: {"extension_type": "property-extension", **properties}}
