"""How a gateway stands, and what it does while it knows nothing."""

from __future__ import annotations

import dataclasses
import enum
from typing import Final

from stillwatch.core.decision import Action, Limits
from stillwatch.enforcement.answers import Answer


class Unknown(enum.StrEnum):
    """What happens to requests while there are no decisions at all, which is only before the first contact."""

    ALLOW = "allow"
    DENY = "deny"


DENIED: Final = Answer(Action.BLOCK, Limits(), "", "no-decisions", None)


@dataclasses.dataclass(frozen=True, slots=True)
class State:
    """How a gateway stands, for people and reports.

    Attributes:
        connected: whether the stream is open.
        version: of the decisions in force here; -1 for none.
        applied: when they were taken over, RFC 3339 by the node's clock; empty for never.
        skew_s: how far the node's clock is ahead.
        trouble: the last error; empty for none.
    """

    connected: bool
    version: int
    epoch: str
    decisions: int
    applied: str
    skew_s: float
    trouble: str
