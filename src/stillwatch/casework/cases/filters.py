"""Which cases are wanted, and in what order."""

from __future__ import annotations

import dataclasses
import enum
from typing import Final

from stillwatch.core.case import CaseState, Priority

WAITING: Final = (CaseState.OPEN, CaseState.CLAIMED)
_PAGE: Final = 100


class Order(enum.StrEnum):
    """What comes first."""

    PRIORITY = "priority"  # the most urgent, then the most leaking
    DUE = "due"
    NEWEST = "newest"


@dataclasses.dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list of cases is narrowed to; what is left out does not narrow.

    Attributes:
        states: any of them; empty for all.
        owner: who claimed it.
        account: cases that hold this account.
        campaign: cases that this campaign belongs to.
        overdue_at: cases that should have been decided by then (RFC 3339) and are not.
        most: how many at most; ``skip`` how many before them are left out.
        skip: see ``most``.
    """

    states: tuple[CaseState, ...] = ()
    priority: Priority | None = None
    owner: str | None = None
    account: str | None = None
    campaign: str | None = None
    overdue_at: str | None = None
    order: Order = Order.PRIORITY
    most: int = _PAGE
    skip: int = 0
