"""What a rule of the gate is: a name, a reason that counsel can read, and a check of one object."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from stillwatch.core.weeks import LIFETIMES
from stillwatch.sharing.gate.shape import refusal

if TYPE_CHECKING:
    from stillwatch.sharing.gate.answers import Refusal
    from stillwatch.sharing.gate.policy import GatePolicy
    from stillwatch.sharing.gate.situation import Situation


class Asked(NamedTuple):
    """One object at the gate; a tuple because it is made for each object, and a dataclass takes four times as long.

    Attributes:
        obj: the STIX object; its fields and their types are those of its schema.
        own: its extension's properties; empty for relations.
        kind: its type.
    """

    obj: Mapping[str, Any]
    own: Mapping[str, Any]
    kind: str
    policy: GatePolicy
    situation: Situation


Check: TypeAlias = Callable[[Asked], str | None]
"""The field that breaks the rule, or None."""


class Part(enum.Enum):
    """What a rule looks at, and so for what its answer may be remembered.

    A rule is shown nothing but its part when an answer is remembered (see ``passing``).
    """

    SKELETON = enum.auto()  # all but ids, author, references, names, an indicator's value and pattern
    VALUE = enum.auto()  # an indicator's kind, value and pattern
    ANYTHING = enum.auto()


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        name: as it stands in refusals, logs and reports.
        applies: types of objects it looks at.
        sentence: what is wrong, following the field's name.
        why: what it keeps from passing, for counsel.
        check: names the first field that breaks it, None where it holds. It may rely on the schema for the skeleton,
            and elsewhere raise KeyError, TypeError or ValueError.
        looks_at: the part of the object that decides.
    """

    name: str
    applies: frozenset[str]
    sentence: str
    why: str
    check: Check
    looks_at: Part

    def refuse(self, field: str) -> Refusal:
        """The refusal of a field."""
        return refusal(field.split("."), self.name, self.sentence)


def weeks_back(asked: Asked) -> int:
    """How many weeks ago an object may lie: what is taken back may be as old as it can still be valid."""
    return asked.policy.weeks_back + (LIFETIMES[-1] + 1 if "revoked" in asked.obj else 0)


EVERYTHING = frozenset({"campaign", "indicator", "infrastructure", "relationship", "sighting"})
DATED = EVERYTHING - {"relationship"}
