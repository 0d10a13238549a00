"""The gate itself: one object in, one answer out; a closed schema first, then the rules.

The same gate stands at the member before anything is sent and at the hub before anything is accepted. It decides by
the object and by what it is told of the moment and the sender, keeps nothing, and never looks a value up elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.sharing.gate.answers import GateAnswer, Refusal
from stillwatch.sharing.gate.lanes import TYPES, validators
from stillwatch.sharing.gate.passing import Passing
from stillwatch.sharing.gate.rules.contract import Asked
from stillwatch.sharing.gate.rules.registry import rules_for
from stillwatch.sharing.gate.shape import departures, refusal
from stillwatch.sharing.gate.situation import Situation
from stillwatch.sharing.gate.texts import TYPE as REPORT
from stillwatch.sharing.gate.texts import refusals_of_report
from stillwatch.sharing.stix.bundles import fixed_objects
from stillwatch.sharing.stix.names import EXTENSION_OF

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.sharing.gate.policy import GatePolicy


class Gate:
    """Decides what may pass in the automatic lane.

    Args:
        policy: numbers, lists and registers.
        notices: what every answer has to say besides, such as a legal basis that has run out.
        closed: why the lane lets nothing through at present; empty while it is open.
        released: whether two people released a wording on this side, by its digest; without it no text passes.
    """

    def __init__(
        self,
        policy: GatePolicy,
        notices: tuple[str, ...] = (),
        closed: tuple[Refusal, ...] = (),
        released: Callable[[str], bool] | None = None,
    ) -> None:
        self.policy = policy
        self._notices = notices
        self._closed = closed
        self._released = released
        self._passed = GateAnswer(not closed, closed, policy.version, notices)
        self._passing = {kind: Passing(kind, policy) for kind in TYPES}
        self._fixed = fixed_objects()

    def check(self, obj: Any, situation: Situation | None = None) -> GateAnswer:
        """Whether an object may pass, and if not, every field that breaks a rule.

        Args:
            obj: a STIX object as JSON gives it.
            situation: who sends and when; this moment and an unknown sender unless given.
        """
        now = situation or Situation.now()
        try:
            if self._passing[obj["type"]](obj, now):  # as `recognises`, without another call
                return self._passed
        except (KeyError, TypeError, ValueError):
            pass
        found = self._refusals(obj, now)
        if not found:
            return self._passed
        return GateAnswer(False, (*self._closed, *found), self.policy.version, self._notices)

    @property
    def closed(self) -> bool:
        """Whether the lane lets nothing through at present."""
        return bool(self._closed)

    def recognises(self, obj: Any, situation: Situation) -> bool:
        """Whether nothing speaks against an object, found out the quick way; False says that `check` has to look."""
        try:
            return self._passing[obj["type"]](obj, situation)
        except (KeyError, TypeError, ValueError):
            return False  # whatever it is, it is not an honest object

    def _refusals(self, obj: Any, situation: Situation) -> tuple[Refusal, ...]:
        """Why an object does not pass; nothing only for the published objects."""
        if self._is_fixed(obj):
            return ()
        kind = obj.get("type") if isinstance(obj, dict) else None
        try:
            if kind == REPORT and self._released is not None:
                return refusals_of_report(obj, situation, self._released)
            if not isinstance(kind, str) or kind not in TYPES:
                return (_no_lane(kind),)
            return departures(validators()[kind], obj) or _broken(obj, kind, self.policy, situation)
        except (KeyError, TypeError, ValueError, RecursionError):
            return (
                refusal([], "typed-values", "it holds something that JSON objects of this lane never hold"),
            )

    def _is_fixed(self, obj: Any) -> bool:
        """Whether it is, to the letter, one of the published objects that are the same everywhere."""
        if not isinstance(obj, dict) or not isinstance(obj.get("id"), str):
            return False
        return self._fixed.get(obj["id"]) == obj


def _broken(obj: Any, kind: str, policy: GatePolicy, situation: Situation) -> tuple[Refusal, ...]:
    """Every rule that the object breaks; never nothing, because it was not recognised as honest."""
    own = obj["extensions"][EXTENSION_OF[kind]] if kind in EXTENSION_OF else {}
    asked = Asked(obj, own, kind, policy, situation)
    broken = ((rule, rule.check(asked)) for rule in rules_for(kind))
    found = tuple(rule.refuse(field) for rule, field in broken if field is not None)
    return found or (refusal([], "closed-words", "it is not an object of this lane"),)


def _no_lane(kind: object) -> Refusal:
    """Another type: bundles and unknown types alike, without saying their names."""
    what = (
        kind
        if kind in ("bundle", "identity", "report", "note", "opinion", "grouping", "observed-data")
        else None
    )
    sentence = f"objects of type {what} do not pass" if what else "no object of that type passes"
    return refusal(["type"], "closed-types", f"{sentence}; the automatic lane knows {', '.join(TYPES)}")
