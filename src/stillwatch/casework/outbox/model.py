"""One thing that waits to be sent."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.core.indicator import Indicator, Sighting


class ItemKind(enum.StrEnum):
    """What is to be told to a hub."""

    PUBLISH = "publish"
    RETRACT = "retract"  # the same indicator, revoked
    SIGHTING = "sighting"


class ItemState(enum.StrEnum):
    """How far it got."""

    WAITING = "waiting"
    SENDING = "sending"  # begun; whether it arrived is not known yet
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"  # every member has seen it, as far as the hub can tell
    WITHDRAWN = "withdrawn"  # taken back before it was sent
    REFUSED = "refused"  # the hub said no for good


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """Something that was released and is to be sent.

    Attributes:
        item_id: ``out-`` and 26 characters that sort by time.
        case_id: the case it comes from.
        cause: id of the disclosure or of the order that put it here.
        queued_by: who answers for it.
        hub_id: the id the hub knows the object by; empty before it was sent.
        trouble: why the last attempt failed; empty for none.
    """

    item_id: str
    kind: ItemKind
    case_id: str
    cause: str
    payload: Indicator | Sighting
    queued_ts: str
    queued_by: str
    state: ItemState = ItemState.WAITING
    changed_ts: str = ""
    attempts: int = 0
    hub_id: str = ""
    trouble: str = ""

    @property
    def indicator_id(self) -> str:
        """The indicator it is about."""
        return self.payload.indicator_id
