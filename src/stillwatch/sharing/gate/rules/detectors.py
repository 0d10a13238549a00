"""Only detectors that the hub has registered can be named."""

from __future__ import annotations

from stillwatch.sharing.gate.rules.contract import Asked, Part, Rule


def _check(asked: Asked) -> str | None:
    registered = asked.policy.detectors
    for each in asked.own["detectors"]:
        if (each["name"], each["version"], each["content_hash"]) not in registered:
            return "extension.detectors"
    return None


RULE = Rule(
    "registered-detectors",
    frozenset({"indicator"}),
    "no detector of that name, version and content hash is registered with the hub",
    "A hash is 256 bits that nobody can read; only hashes that are known beforehand carry nothing.",
    _check,
    Part.SKELETON,
)
