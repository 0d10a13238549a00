"""One text that waits for counsel, or that was decided about."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.core.indicator import Marking


class ItemState(enum.StrEnum):
    """Where a text stands."""

    WAITING = "waiting"
    RELEASED = "released"
    REFUSED = "refused"


class RefusalReason(enum.StrEnum):
    """Why a person refused a text; a closed list, because the ledger carries no text."""

    PRICES = "prices"
    COSTS = "costs"
    CUSTOMERS = "customers"
    VOLUMES = "volumes"
    CAPACITY = "capacity"
    PLANS = "plans"
    PROMPTS = "prompts"
    RECOMMENDATION = "recommends-a-vendor"
    JOINT_ACTION = "asks-for-joint-action"
    PERSONAL_DATA = "personal-data"
    NOT_NEEDED = "not-needed"


@dataclasses.dataclass(frozen=True, slots=True)
class Approval:
    """One person's yes to exactly one wording.

    Attributes:
        role: in which they gave it.
        basis: id of the legal basis they rest it on.
        digest: of the wording they saw.
    """

    by: str
    role: str
    basis: str
    digest: str
    at: str


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """One text.

    Attributes:
        digest: of title, text and marking; approvals are good for nothing else.
        approvals: those given so far.
        put_at: when it was handed in, RFC 3339.
    """

    item_id: str
    title: str
    text: str
    marking: Marking
    digest: str
    state: ItemState
    put_by: str
    put_at: str
    approvals: tuple[Approval, ...] = ()
