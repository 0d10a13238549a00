"""What takes more than one person: the kinds, whom each needs, and where one stands."""

from __future__ import annotations

import dataclasses
import difflib
import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from stillwatch.casework.people.roles import Role
from stillwatch.errors import StillwatchError


class ApprovalKind(enum.StrEnum):
    """What takes more than one person."""

    PERMANENT_BLOCK = "permanent-block"
    DISCLOSURE = "disclosure"
    ATTRIBUTION_PUBLICATION = "attribution-publication"
    GOVERNMENT_NOTIFICATION = "government-notification"
    RETENTION_ORDER = "retention-order"
    AUTHORISATION = "authorisation"
    RULE_PROMOTION = "rule-promotion"
    KEY_OPENING = "key-opening"


class ApprovalState(enum.StrEnum):
    """Where an approval stands."""

    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"


NEEDS: Final[Mapping[ApprovalKind, tuple[Role, ...]]] = MappingProxyType(
    {
        ApprovalKind.PERMANENT_BLOCK: (Role.REVIEWER,),
        ApprovalKind.DISCLOSURE: (Role.REVIEWER, Role.COUNSEL),
        ApprovalKind.ATTRIBUTION_PUBLICATION: (Role.REVIEWER, Role.COUNSEL),
        ApprovalKind.GOVERNMENT_NOTIFICATION: (Role.REVIEWER, Role.COUNSEL),
        ApprovalKind.RETENTION_ORDER: (Role.COUNSEL,),
        ApprovalKind.AUTHORISATION: (Role.COUNSEL,),
        ApprovalKind.RULE_PROMOTION: (Role.REVIEWER,),
        ApprovalKind.KEY_OPENING: (Role.REVIEWER,),
    }
)
"""The least that each kind needs, besides whoever asks."""


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What one person said to it, in which role."""

    by: str
    role: str
    approved: bool
    reason: str
    ts: str


@dataclasses.dataclass(frozen=True, slots=True)
class Approval:
    """Something that was asked for.

    Attributes:
        payload_digest: of what exactly; a grant is good for nothing else.
        needs: a person of each of these roles has to approve.
        lapses: when it is void unless it was answered.
    """

    approval_id: str
    kind: ApprovalKind
    subject: str
    payload_digest: str
    needs: tuple[Role, ...]
    asked_by: str
    asked: str
    lapses: str
    state: ApprovalState
    answers: tuple[Answer, ...]

    def open_needs(self) -> tuple[Role, ...]:
        """Roles that nobody has spoken for yet."""
        left = list(self.needs)
        for answer in self.answers:
            if answer.approved and Role(answer.role) in left:
                left.remove(Role(answer.role))
        return tuple(left)


def kind_of(kind: ApprovalKind | str) -> ApprovalKind:
    """A kind by its name.

    Raises:
        StillwatchError: SW-PPL-20, there is none; the nearest is named.
    """
    try:
        return ApprovalKind(kind)
    except ValueError:
        near = difflib.get_close_matches(str(kind), list(ApprovalKind), n=1)
        raise StillwatchError(
            f"there is no approval of kind {kind}",
            code="SW-PPL-20",
            hint=f"did you mean {near[0]}?" if near else f"kinds are: {', '.join(ApprovalKind)}",
        ) from None
