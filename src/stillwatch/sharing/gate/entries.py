"""What a ledger keeps of the gate's decisions: policy, rules, places and a digest; never the content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from stillwatch.sharing.preview import canonical, digest

if TYPE_CHECKING:
    from stillwatch.sharing.gate.answers import GateAnswer

KIND: Final = "gate-decision"


def details(obj: Any, answer: GateAnswer, lane: str = "automatic") -> dict[str, Any]:
    """The details of the entry for one decision.

    Args:
        obj: what was decided about; only its type, if it is one of ours, and its digest are kept.
        answer: the decision.
        lane: ``automatic`` or ``counsel``.
    """
    said: dict[str, Any] = {
        "lane": lane,
        "passed": answer.passed,
        "policy": answer.policy_version,
        "digest": digest(_bytes(obj)),
    }
    if kind := known_type(obj):
        said["type"] = kind
    if answer.refusals:
        said["refusals"] = sorted({f"{each.rule} {each.place}" for each in answer.refusals})
    if answer.notices:
        said["notices"] = list(answer.notices)
    return said


_WORDS: Final = """
attack-pattern bundle campaign course-of-action extension-definition grouping identity indicator infrastructure
intrusion-set language-content location malware malware-analysis marking-definition note observed-data opinion
relationship report sighting threat-actor tool vulnerability
"""
_TYPES: Final = frozenset(_WORDS.split())


def known_type(obj: Any) -> str:
    """The object's type if STIX knows it; a type of the sender's own making is not repeated."""
    kind = obj.get("type") if isinstance(obj, Mapping) else None
    return kind if isinstance(kind, str) and kind in _TYPES else ""


def _bytes(obj: Any) -> bytes:
    """Canonical bytes; of what cannot be written as JSON only that fact."""
    try:
        return canonical(obj)
    except TypeError:
        return b"not JSON"
