"""What an order to keep text is, and what proves that the text is gone."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from typing import Final

LONGEST_DAYS: Final = 90


class OrderState(enum.StrEnum):
    """Where an order stands."""

    ASKED = "asked"
    KEPT = "kept"
    SHREDDED = "shredded"


@dataclasses.dataclass(frozen=True, slots=True)
class Order:
    """An order to keep the text of a case's exemplars.

    Attributes:
        approval_id: what counsel has to grant.
        by: who asked.
        days: how long the text is to be kept.
        evidence: digest of the snapshot whose exemplars it is about.
        until_ts: when its time is over; None before it was carried out.
        files: BLAKE3 of each file by its name.
    """

    order_id: str
    case_id: str
    approval_id: str
    by: str
    reason: str
    days: int
    evidence: str
    state: OrderState
    asked_ts: str
    kept_ts: str | None
    until_ts: str | None
    shredded_ts: str | None
    files: Mapping[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Proof:
    """What checking an order's deletion came to.

    Attributes:
        entry: index of the ledger's entry of the destruction; None where there is none.
        files: digests of what was kept, as the ledger has them.
        problems: what speaks against it; none if it is proven.
    """

    order: Order
    entry: int | None
    files: Mapping[str, str]
    problems: tuple[str, ...]
