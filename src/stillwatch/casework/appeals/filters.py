"""Which appeals are wanted: the queue of those that wait, and what it is narrowed to."""

from __future__ import annotations

import dataclasses
from typing import Final

from stillwatch.core.appeal import AppealState

WAITING: Final = (AppealState.RECEIVED, AppealState.CLAIMED)
_PAGE: Final = 100


@dataclasses.dataclass(frozen=True, slots=True)
class AppealFilter:
    """What a list of appeals is narrowed to; what is left out does not narrow.

    Attributes:
        states: any of them; empty for all.
        owner: who claimed it; empty text for those that nobody has.
        account: about this account.
        case: against this case.
        escalated: whether it went to counsel.
        most: how many at most; ``skip`` how many before them are left out.
        skip: see ``most``.
    """

    states: tuple[AppealState, ...] = WAITING
    owner: str | None = None
    account: str | None = None
    case: str | None = None
    escalated: bool | None = None
    most: int = _PAGE
    skip: int = 0
