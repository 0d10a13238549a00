"""The gate itself: one object in, one answer out; a closed schema first, then the rules.

The same gate stands at the member before anything is sent and at the hub before anything is accepted. It decides by
the object and by what it is told of the moment and the sender, keeps nothing, and never looks a value up elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.sharing.gate.answers import GateAnswer, Refusal
from stillwatch.sharing.gate.lanes import TYPES, lean_validators, validators
from stillwatch.sharing.gate.repeating import Holds, repeating
from stillwatch.sharing.gate.rules.contract import Asked, Check, Rule
from stillwatch.sharing.gate.rules.registry import rules_for
from stillwatch.sharing.gate.shape import departures, refusal
from stillwatch.sharing.gate.situation import Situation
from stillwatch.sharing.stix.bundles import fixed_objects
from stillwatch.sharing.stix.names import EXTENSION_OF

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.sharing.gate.policy import GatePolicy

_asked: Final[Any] = tuple.__new__
"""Makes an ``Asked`` in a third of the time that its own constructor takes."""

_NOTHING: Final[Mapping[str, Any]] = {}


class Gate:
    """Decides what may pass in the automatic lane.

    Args:
        policy: numbers, lists and registers.
        notices: what every answer has to say besides, such as a legal basis that has run out.
        closed: why the lane lets nothing through at present; empty while it is open.
    """

    def __init__(
        self, policy: GatePolicy, notices: tuple[str, ...] = (), closed: tuple[Refusal, ...] = ()
    ) -> None:
        self.policy = policy
        self._notices = notices
        self._closed = closed
        self._passed = GateAnswer(not closed, closed, policy.version, notices)
        self._lanes: dict[str, tuple[Any, Holds, tuple[Check, ...], str]] = {
            kind: (
                lean_validators()[kind],
                repeating(kind, policy),
                tuple(rule.check for rule in rules_for(kind) if not rule.repeats),
                EXTENSION_OF.get(kind, ""),
            )
            for kind in TYPES
        }
        self._fixed = fixed_objects()

    def check(self, obj: Mapping[str, Any], situation: Situation | None = None) -> GateAnswer:
        """Whether an object may pass, and if not, every field that breaks a rule.

        Args:
            obj: a STIX object as JSON gives it.
            situation: who sends and when; this moment and an unknown sender unless given.
        """
        try:
            found = self._refusals(obj, situation or Situation.now())
        except (ValueError, TypeError, RecursionError, OverflowError):
            found = (
                refusal([], "typed-values", "it holds something that JSON objects of this lane never hold"),
            )
        if not found:
            return self._passed
        return GateAnswer(False, (*self._closed, *found), self.policy.version, self._notices)

    def _refusals(self, obj: Mapping[str, Any], situation: Situation) -> tuple[Refusal, ...]:
        kind = obj.get("type") if isinstance(obj, dict) else None
        lane = self._lanes.get(kind) if isinstance(kind, str) else None
        if lane is None:
            return () if self._is_fixed(obj) else (_no_lane(kind),)
        lean, holds, checks, extension = lane
        if not lean.is_valid(obj):
            return () if self._is_fixed(obj) else _explained(departures(validators()[kind], obj))
        own = obj["extensions"][extension] if extension else _NOTHING
        asked = _asked(Asked, (obj, own, kind, self.policy, situation))
        if holds(obj, own, situation.today):
            for check in checks:
                if check(asked) is not None:
                    break
            else:
                return ()
        return _explained(departures(validators()[kind], obj) or _broken(rules_for(kind), asked))

    def _is_fixed(self, obj: Any) -> bool:
        """Whether it is, to the letter, one of the published objects that are the same everywhere."""
        if not isinstance(obj, dict) or not isinstance(obj.get("id"), str):
            return False
        return self._fixed.get(obj["id"]) == obj


def _explained(found: tuple[Refusal, ...]) -> tuple[Refusal, ...]:
    """What refuses an object is never nothing, even if no rule can say it better."""
    return found or (refusal([], "closed-words", "it is not an object of this lane"),)


def _broken(rules: tuple[Rule, ...], asked: Asked) -> tuple[Refusal, ...]:
    """Every rule that the object breaks."""
    broken = ((rule, rule.check(asked)) for rule in rules)
    return tuple(rule.refuse(field) for rule, field in broken if field is not None)


def _no_lane(kind: object) -> Refusal:
    """Another type: bundles and unknown types alike, without saying their names."""
    what = (
        kind
        if kind in ("bundle", "identity", "report", "note", "opinion", "grouping", "observed-data")
        else None
    )
    sentence = f"objects of type {what} do not pass" if what else "no object of that type passes"
    return refusal(["type"], "closed-types", f"{sentence}; the automatic lane knows {', '.join(TYPES)}")
