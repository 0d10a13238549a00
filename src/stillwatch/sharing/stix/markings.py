"""TLP 2.0 as STIX markings, each with a TLP 1 fall-back that never widens what the marking allows.

The identifiers are those of FIRST's and OASIS's definitions. TLP 1 has no AMBER+STRICT; its fall-back is RED, because
TLP 1's AMBER lets clients see what AMBER+STRICT keeps within one organisation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.indicator import Marking
from stillwatch.sharing.stix.failures import not_ours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.sharing.stix.names import StixObject

_TLP_2_EXTENSION: Final = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_TLP_2: Final = {
    Marking.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    Marking.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Marking.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Marking.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    Marking.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
_TLP_1: Final = {
    "white": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
    "green": "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
    "amber": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    "red": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}
_FALL_BACK: Final = {
    Marking.CLEAR: "white",
    Marking.GREEN: "green",
    Marking.AMBER: "amber",
    Marking.AMBER_STRICT: "red",
    Marking.RED: "red",
}
_BY_ID: Final = {identifier: marking for marking, identifier in _TLP_2.items()}


_CISA: Final = "identity--b3bca3c2-1f3d-4b54-b44f-dac42c3a8f01"
_TLP_2_SINCE: Final = "2022-10-01T00:00:00.000Z"


def marking_refs(marking: Marking) -> list[str]:
    """What an object's ``object_marking_refs`` hold: the TLP 2.0 marking, then its TLP 1 fall-back."""
    return [_TLP_2[marking], _TLP_1[_FALL_BACK[marking]]]


def marking_of(refs: Sequence[str]) -> Marking:
    """The TLP 2.0 marking among an object's markings.

    Raises:
        StillwatchError: SW-STIX-02 where there is none, or more than one.
    """
    found = [_BY_ID[ref] for ref in refs if ref in _BY_ID]
    if len(found) != 1:
        raise not_ours("it carries no single TLP 2.0 marking", "object_marking_refs")
    return found[0]


def definitions(marking: Marking) -> tuple[StixObject, StixObject]:
    """The definitions of a marking and of its fall-back, as published."""
    colour = _FALL_BACK[marking]
    fall_back = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": _TLP_1[colour],
        "created": "2017-01-20T00:00:00.000Z",
        "definition_type": "tlp",
        "name": f"TLP:{colour.upper()}",
        "definition": {"tlp": colour},
    }
    current = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": _TLP_2[marking],
        "created": _TLP_2_SINCE,
        "name": f"TLP:{marking.value.upper()}",
        "extensions": {_TLP_2_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": marking.value}},
    }
    return current, fall_back


def tlp_2_extension() -> tuple[StixObject, StixObject]:
    """The definition of the extension that TLP 2.0 markings carry, as published, and who answers for it."""
    made = {"spec_version": "2.1", "created": _TLP_2_SINCE, "modified": _TLP_2_SINCE}
    extension = {
        "type": "extension-definition",
        "id": _TLP_2_EXTENSION,
        **made,
        "created_by_ref": _CISA,
        "name": "TLP 2.0",
        "schema": "https://github.com/oasis-open/cti-stix-common-objects/tree/main/"
        "extension-definition-specifications/tlp-2.0",
        "version": "1.0.0",
        "extension_types": ["property-extension"],
    }
    author = {"type": "identity", "id": _CISA, **made, "name": "CISA", "identity_class": "organization"}
    return extension, author
