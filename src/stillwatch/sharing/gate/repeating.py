"""Remembers what the rules say about the part of an object that is alike in many others: days, classes, detectors.

The remembered answer is keyed by the canonical bytes of exactly those fields, and the rules are shown nothing else,
so an answer cannot depend on what is not in its key. Bytes tell 80 from 80.0, which Python's equality does not.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import orjson

from stillwatch.sharing.gate.rules.contract import Asked
from stillwatch.sharing.gate.rules.registry import rules_for
from stillwatch.sharing.gate.situation import Situation

if TYPE_CHECKING:
    from stillwatch.sharing.gate.policy import GatePolicy

_REMEMBERED: Final = 16_384
_SEEN: Final = ("created", "modified", "first_seen", "last_seen")
_OBJECT: Final = {
    "indicator": ("created", "modified", "valid_from", "valid_until", "confidence"),
    "sighting": _SEEN,
    "campaign": (*_SEEN, "confidence"),
    "infrastructure": (*_SEEN, "confidence"),
    "relationship": ("created", "modified"),
}
_OWN: Final = {
    "indicator": ("techniques", "accounts", "first_week", "last_week", "detectors"),
    "sighting": ("kind", "week"),
    "campaign": ("techniques", "accounts", "first_week", "last_week"),
    "infrastructure": ("accounts", "first_week", "last_week"),
}

Holds: TypeAlias = Callable[[Mapping[str, Any], Mapping[str, Any], datetime.date], bool]
"""Whether an object and its extension keep the repeating rules on a day."""


def repeating(kind: str, policy: GatePolicy) -> Holds:
    """The repeating rules of a type of objects, remembered."""
    on_object, on_own = _OBJECT[kind], _OWN.get(kind, ())
    from_object, from_own = itemgetter(*on_object), itemgetter(*on_own) if on_own else _nothing
    checks = tuple(rule.check for rule in rules_for(kind) if rule.repeats)

    @functools.lru_cache(maxsize=_REMEMBERED)
    def judged(key: bytes, today: datetime.date) -> bool:
        first, second, *optional = orjson.loads(key)
        obj = dict(zip(on_object, first, strict=True))
        own = dict(zip(on_own, second, strict=True))
        for below, name, value in zip((obj, obj, own), _OPTIONAL, optional, strict=True):
            if value is not None:
                below[name] = value
        asked = Asked(obj, own, kind, policy, Situation(today))
        return all(check(asked) is None for check in checks)

    def holds(obj: Mapping[str, Any], own: Mapping[str, Any], today: datetime.date) -> bool:
        said = (from_object(obj), from_own(own), obj.get("revoked"), obj.get("count"), own.get("accounts"))
        return judged(orjson.dumps(said), today)

    return holds


_OPTIONAL: Final = ("revoked", "count", "accounts")
"""What may be absent: two on the object, one in the extension."""


def _nothing(_own: object) -> tuple[()]:
    return ()
