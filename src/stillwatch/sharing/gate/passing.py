"""Recognises what may pass without saying why: the way that nearly every object takes.

Most of an object is alike in many others: days, classes, techniques, detectors. That part, the *skeleton*, is judged by
schema and rules once a day and remembered by its bytes; bytes tell 80 from 80.0, which Python's equality does not. The
rest, ids, author, references and an indicator's value, is left out of it and looked at each time. What is judged is
read back from the very bytes that are the key, so an answer cannot depend on anything that is not in it. Whatever is
not recognised here is judged again, in full, to find out why.
"""

from __future__ import annotations

import datetime
import functools
import re
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.core.indicator import IndicatorKind
from stillwatch.sharing.gate.lanes import validators
from stillwatch.sharing.gate.rules.contract import Asked, Part
from stillwatch.sharing.gate.rules.registry import rules_for
from stillwatch.sharing.gate.situation import Situation
from stillwatch.sharing.stix.names import EXTENSION_OF
from stillwatch.sharing.stix.values import WORDS

if TYPE_CHECKING:
    from stillwatch.sharing.gate.policy import GatePolicy
    from stillwatch.sharing.gate.rules.contract import Check

_REMEMBERED: Final = 16_384
_UUID: Final = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_ANY: Final = "00000000-0000-4000-8000-000000000000"
_REFERENCES: Final = {
    "sighting": {"sighting_of_ref": f"indicator--{_UUID}"},
    "relationship": {
        "source_ref": f"(?:indicator|campaign)--{_UUID}",
        "target_ref": f"(?:campaign|infrastructure|attack-pattern)--{_UUID}",
    },
}
"""References and their forms; where they may lead is for a rule to say."""

_STAND_INS: Final[dict[str, dict[str, Any]]] = {
    "indicator": {"pattern": ""},
    "sighting": {"sighting_of_ref": f"indicator--{_ANY}", "where_sighted_refs": [f"identity--{_ANY}"]},
    "campaign": {"name": ""},
    "infrastructure": {"name": ""},
    "relationship": {"source_ref": f"indicator--{_ANY}", "target_ref": f"campaign--{_ANY}"},
}
"""What is judged in place of whatever is not part of the skeleton, besides id, author and an indicator's value."""

_STANDS_FOR: Final = {
    IndicatorKind.TEMPLATE.value: f"e1:{'0' * 512}",
    IndicatorKind.BLINDED.value: f"e1:payment:{'0' * 64}",
    IndicatorKind.NETWORK.value: "AS1",
} | {kind.value: words[0] for kind, words in WORDS.items()}
"""A value of each kind that is judged in place of all of them."""

_NO_VALUE: Final = {"value": ""}
_OPAQUE: Final = frozenset({IndicatorKind.TEMPLATE.value, IndicatorKind.BLINDED.value})
_AT_NO_TIME: Final = Situation(datetime.date.min)
_asked: Final[Any] = tuple.__new__
"""Makes an ``Asked`` in a third of the time that its own constructor takes."""


class Passing:
    """Recognises honest objects of one type.

    Args:
        kind: the type.
        policy: numbers, lists and registers.
    """

    def __init__(self, kind: str, policy: GatePolicy) -> None:
        self._kind = kind
        self._policy = policy
        self._extension = EXTENSION_OF.get(kind, "")
        self._is_id = re.compile(f"{kind}--{_UUID}", re.ASCII).fullmatch
        self._forms = tuple(
            (field, re.compile(form, re.ASCII).fullmatch) for field, form in _REFERENCES.get(kind, {}).items()
        )
        self._is_author = re.compile(f"identity--{_UUID}", re.ASCII).fullmatch
        self._stand_ins = {
            "id": f"{kind}--{_ANY}",
            "created_by_ref": f"identity--{_ANY}",
            **_STAND_INS[kind],
        }
        self._left_out = dict.fromkeys(self._stand_ins, "")
        self._checks = self._checks_of(Part.ANYTHING)
        self._value_checks = self._checks_of(Part.VALUE)
        self._skeleton_checks = self._checks_of(Part.SKELETON)
        self._judged: tuple[datetime.date, dict[bytes, bool]] = (datetime.date.min, {})
        self._valued = functools.lru_cache(maxsize=_REMEMBERED)(self._judge_value)

    def __call__(self, obj: dict[str, Any], situation: Situation) -> bool:
        """Whether it may pass, for sure.

        Raises:
            KeyError, TypeError, ValueError: a field is missing or of another type; then it may not.
        """
        skeleton = obj | self._left_out
        own: dict[str, Any] = {}
        if self._extension:
            extensions = obj["extensions"]
            own = extensions[self._extension]
            if len(extensions) != 1:
                return False
            skeleton["extensions"] = own | _NO_VALUE if self._kind == "indicator" else own
        key = orjson.dumps(skeleton)
        day, judged = self._judged
        if day != situation.today or key not in judged:
            judged = self._judge_anew(key, situation.today)
        if not judged[key]:
            return False
        if not self._is_id(obj["id"]):
            return False
        for field, has_form in self._forms:
            if not has_form(obj[field]):
                return False
        author = obj["created_by_ref"]
        if author != situation.member and not self._is_author(author):
            return False
        asked = _asked(Asked, (obj, own, self._kind, self._policy, situation))
        if not _all_hold(self._checks, asked):
            return False
        if self._kind != "indicator":
            return True
        kind, value = own["kind"], own["value"]
        if kind in _OPAQUE:  # what can be many things is not worth remembering
            return type(value) is str and _all_hold(self._value_checks, asked)
        return self._valued(kind, value, obj["pattern"])

    def _judge_value(self, kind: str, value: str, shown: str) -> bool:
        asked = Asked(
            {"pattern": shown}, {"kind": kind, "value": value}, self._kind, self._policy, _AT_NO_TIME
        )
        return type(value) is str and _all_hold(self._value_checks, asked)

    def _judge_anew(self, key: bytes, today: datetime.date) -> dict[bytes, bool]:
        """The answers of a day, with that for a skeleton; a plain dictionary is asked in half the time of a cache."""
        day, judged = self._judged
        if day != today or len(judged) >= _REMEMBERED:
            judged = {}
        judged[key] = self._judge(key, today)
        self._judged = (today, judged)
        return judged

    def _judge(self, key: bytes, today: datetime.date) -> bool:
        """Schema and repeating rules, on what the key says."""
        obj = orjson.loads(key) | self._stand_ins
        own = {}
        if self._extension:
            own = obj["extensions"]
            obj["extensions"] = {self._extension: own}
        if self._kind == "indicator":
            own["value"] = _STANDS_FOR[own["kind"]]
        if not validators()[self._kind].is_valid(obj):
            return False
        asked = Asked(obj, own, self._kind, self._policy, Situation(today))
        return _all_hold(self._skeleton_checks, asked)

    def _checks_of(self, part: Part) -> tuple[Check, ...]:
        return tuple(rule.check for rule in rules_for(self._kind) if rule.looks_at is part)


def _all_hold(checks: tuple[Check, ...], asked: Asked) -> bool:
    # A loop takes half the time of `all` with a generator.
    for check in checks:  # noqa: SIM110
        if check(asked) is not None:
            return False
    return True
