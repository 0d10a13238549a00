"""Identities: the project's, which answers for definitions, and members', which the hub publishes under fixed names."""

from __future__ import annotations

from typing import Final

from stillwatch.sharing.stix.moments import midnight
from stillwatch.sharing.stix.names import PROJECT, PUBLISHED, StixObject

_CLASS: Final = "organization"


def project_identity() -> StixObject:
    """Who answers for the extension definitions and for the techniques' objects."""
    return identity(PROJECT, "Stillwatch", PUBLISHED)


def identity(identifier: str, name: str, day: str) -> StixObject:
    """An organisation as a STIX identity.

    Args:
        identifier: ``identity--`` and a version 4 UUID.
        name: given by whoever runs the hub; members do not choose it.
        day: since when, ``YYYY-MM-DD``.
    """
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": identifier,
        "created": midnight(day),
        "modified": midnight(day),
        "name": name,
        "identity_class": _CLASS,
    }
