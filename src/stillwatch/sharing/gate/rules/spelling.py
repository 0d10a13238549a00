"""Whatever follows from something else is spelt in the one way that follows."""

from __future__ import annotations

from collections.abc import Sequence

from stillwatch.sharing.gate.rules.contract import EVERYTHING, Asked, Rule
from stillwatch.sharing.stix.campaigns import given_name
from stillwatch.sharing.stix.values import pattern


def _check(asked: Asked) -> str | None:
    own = asked.own
    if "techniques" in own and not _rising(own["techniques"]):
        return "extension.techniques"
    if asked.kind == "indicator":
        return _indicator(asked)
    if asked.kind == "sighting":
        return _sighting(asked)
    if "name" in asked.obj and asked.obj["name"] != given_name(asked.obj["id"]):
        return "name"
    if own and asked.obj["first_seen"][:10] != own["first_week"]:
        return "first_seen"
    if own and asked.obj["last_seen"][:10] != own["last_week"]:
        return "last_seen"
    return None


def _indicator(asked: Asked) -> str | None:
    own = asked.own
    if asked.obj["pattern"] != pattern(own["kind"], own["value"]):
        return "pattern"
    if asked.obj["valid_from"][:10] != own["first_week"]:
        return "valid_from"
    detectors = own["detectors"]
    if len(detectors) > 1 and not _rising([each["name"] for each in detectors]):
        return "extension.detectors"
    return None


def _sighting(asked: Asked) -> str | None:
    obj = asked.obj
    if ("count" in obj) is (asked.own["kind"] == "seen"):
        return "count"
    for field in ("first_seen", "last_seen"):
        if obj[field][:10] != asked.own["week"]:
            return field
    return None


def _rising(words: Sequence[str]) -> bool:
    """Sorted and each once."""
    return all(one < next_one for one, next_one in zip(words, words[1:], strict=False))


RULE = Rule(
    "one-spelling",
    EVERYTHING,
    "it has to follow from the other fields, and lists are sorted with each entry once",
    "The order of a list or a name beside an id could carry something; derived fields leave no choice.",
    _check,
)
