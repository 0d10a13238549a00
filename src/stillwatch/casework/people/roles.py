"""Roles, the acts each role may do, and the question whether a person may."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from stillwatch.errors import StillwatchError


class Role(enum.StrEnum):
    """What somebody is in casework; a person may have several."""

    ANALYST = "analyst"
    REVIEWER = "reviewer"
    COUNSEL = "counsel"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SERVICE = "service"


class Act(enum.StrEnum):
    """What can be done in casework, as far as not everybody may do it."""

    READ_CASES = "read-cases"
    OPEN_CASES = "open-cases"
    WORK_CASES = "work-cases"  # claim, note, tasks, merge, reopen, close
    DECIDE_CASES = "decide-cases"
    READ_EVIDENCE = "read-evidence"
    RECEIVE_APPEALS = "receive-appeals"
    DECIDE_APPEALS = "decide-appeals"
    REGISTER_AUTHORISATIONS = "register-authorisations"
    ASK_APPROVALS = "ask-approvals"
    ANSWER_APPROVALS = "answer-approvals"
    DISCLOSE = "disclose"
    ANSWER_REQUESTS = "answer-requests"  # what a government asks for
    READ_LEDGER = "read-ledger"
    MANAGE_PEOPLE = "manage-people"


_EVERYBODY: Final = frozenset({Act.READ_CASES, Act.READ_LEDGER})
_CASEWORK: Final = _EVERYBODY | {
    Act.OPEN_CASES,
    Act.WORK_CASES,
    Act.DECIDE_CASES,
    Act.READ_EVIDENCE,
    Act.RECEIVE_APPEALS,
    Act.ASK_APPROVALS,
    Act.DISCLOSE,
}

ROLES: Final[Mapping[Role, frozenset[Act]]] = MappingProxyType(
    {
        Role.ANALYST: _CASEWORK,
        Role.REVIEWER: _CASEWORK | {Act.DECIDE_APPEALS, Act.ANSWER_APPROVALS},
        Role.COUNSEL: _EVERYBODY
        | {
            Act.READ_EVIDENCE,
            Act.RECEIVE_APPEALS,
            Act.DECIDE_APPEALS,
            Act.REGISTER_AUTHORISATIONS,
            Act.ASK_APPROVALS,
            Act.ANSWER_APPROVALS,
            Act.ANSWER_REQUESTS,
        },
        Role.AUDITOR: _EVERYBODY | {Act.READ_EVIDENCE},
        Role.ADMINISTRATOR: _EVERYBODY | {Act.MANAGE_PEOPLE, Act.REGISTER_AUTHORISATIONS, Act.ASK_APPROVALS},
        Role.SERVICE: frozenset({Act.READ_CASES, Act.OPEN_CASES, Act.RECEIVE_APPEALS, Act.ASK_APPROVALS}),
    }
)
"""What each role may do. A service is a program: it opens, receives and asks, and neither decides nor approves."""


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts in casework.

    Attributes:
        name: as it stands in cases and in the ledger.
        roles: empty for somebody who left.
        source: ``local``, or the issuer whose login vouches for them.
    """

    name: str
    roles: frozenset[Role]
    source: str = "local"

    def can(self, act: Act) -> bool:
        """Whether any of their roles includes the act."""
        return any(act in ROLES[role] for role in self.roles)


def may(person: Person, act: Act) -> None:
    """Let an act pass, or refuse it.

    Raises:
        StillwatchError: SW-PPL-01, none of the person's roles includes the act.
    """
    if person.can(act):
        return
    able = ", ".join(role for role in Role if act in ROLES[role])
    have = ", ".join(sorted(person.roles)) or "none"
    raise StillwatchError(
        f"{person.name} may not do this: {act}",
        code="SW-PPL-01",
        where=f"roles of {person.name}: {have}",
        hint=f"it takes one of: {able}",
    )
