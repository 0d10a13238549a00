"""What the gate says to one object: passed, or each field that breaks a rule, in a plain sentence."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """One rule that one field breaks.

    Attributes:
        field: path of the field, dots between, for whoever sent it; never a value.
        rule: the rule's name.
        sentence: why, in plain words; quotes no value.
        place: the same path with names that are not in the schema left out, for logs and reports: a name that a
            sender made up can carry something, too.
    """

    field: str
    rule: str
    sentence: str
    place: str


@dataclasses.dataclass(frozen=True, slots=True)
class GateAnswer:
    """The gate's decision on one object.

    Attributes:
        passed: nothing speaks against it.
        refusals: all that does.
        policy_version: of the policy it was decided by.
        notices: what counsel has to know although it passed, such as a legal basis that has run out.
    """

    passed: bool
    refusals: tuple[Refusal, ...]
    policy_version: str
    notices: tuple[str, ...] = ()
