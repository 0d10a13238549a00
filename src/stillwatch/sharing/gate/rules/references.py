"""A reference leads to something that is known; ids of one's own making lead nowhere and can carry 122 bits."""

from __future__ import annotations

from typing import Final

from stillwatch.sharing.gate.rules.contract import EVERYTHING, Asked, Part, Rule
from stillwatch.sharing.stix.techniques import TECHNIQUE_IDS

_RELATIONS: Final = frozenset(
    {
        ("indicator", "indicates", "campaign"),
        ("indicator", "indicates", "infrastructure"),
        ("campaign", "uses", "infrastructure"),
        ("campaign", "uses", "attack-pattern"),
    }
)


def _check(asked: Asked) -> str | None:
    obj, member = asked.obj, asked.situation.member
    if member and obj["created_by_ref"] != member:
        return "created_by_ref"
    if asked.kind == "relationship":
        return _relation(asked)
    if asked.kind == "sighting":
        if obj["where_sighted_refs"] != [obj["created_by_ref"]]:
            return "where_sighted_refs"
        return None if _known(asked, "sighting_of_ref") else "sighting_of_ref"
    return None


def _relation(asked: Asked) -> str | None:
    obj = asked.obj
    source, target = _type(obj["source_ref"]), _type(obj["target_ref"])
    if (source, obj["relationship_type"], target) not in _RELATIONS:
        return "relationship_type"
    if not _known(asked, "source_ref"):
        return "source_ref"
    if target == "attack-pattern":
        return None if obj["target_ref"] in TECHNIQUE_IDS else "target_ref"
    return None if _known(asked, "target_ref") else "target_ref"


def _type(identifier: str) -> str:
    return identifier[: identifier.index("--")]


def _known(asked: Asked, field: str) -> bool:
    knows = asked.situation.knows
    return knows is None or knows(asked.obj[field])


RULE = Rule(
    "known-references",
    EVERYTHING,
    "it does not lead to the sender or to an object that the hub holds",
    "An id is 122 bits of the sender's choice unless it is one that others know.",
    _check,
    Part.ANYTHING,
)
