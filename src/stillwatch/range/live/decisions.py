"""What an operator may decide about an account of a live world, checked before it takes effect."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

from stillwatch.errors import StillwatchError
from stillwatch.range.splits import nearest

if TYPE_CHECKING:
    from collections.abc import Container


class Action(enum.StrEnum):
    """What is done with an account's requests."""

    ALLOW = "allow"
    THROTTLE = "throttle"
    VERIFY = "verify"
    DEGRADE = "degrade"
    BLOCK = "block"


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """One decision.

    Attributes:
        action: ``allow`` lifts what was decided before.
        until: when it ends, in milliseconds since 1970 UTC; None means it stays.
        share: of a throttled account's requests, those that are refused.
    """

    account_id: str
    action: Action
    until: int | None = None
    share: float = 0.8


def action_named(name: str) -> Action:
    """The action of that name.

    Raises:
        StillwatchError: there is none; the hint names the nearest.
    """
    try:
        return Action(name)
    except ValueError:
        hint = nearest(name, list(Action))
        raise StillwatchError(
            f"there is no action named '{name}'", code="SW-LIVE-01", where=name, hint=hint
        ) from None


def check(decision: Decision, known: Container[str], now: int) -> None:
    """Refuse a decision that cannot be carried out.

    Raises:
        StillwatchError: unknown account or action, a share outside 0 to 1, an end that has passed.
    """
    action_named(decision.action)
    if decision.account_id not in known:
        raise StillwatchError(
            f"the world has no account '{decision.account_id}'",
            code="SW-LIVE-02",
            where=decision.account_id,
            hint="decide about accounts that have sent something by now",
        )
    if not 0.0 < decision.share <= 1.0:
        raise StillwatchError(
            f"a throttle of {decision.share} is none: the share refused must lie above 0 and at most at 1",
            code="SW-LIVE-03",
            where=decision.account_id,
        )
    if decision.until is not None and decision.until <= now:
        raise StillwatchError(
            "the decision would have ended before it began",
            code="SW-LIVE-04",
            where=decision.account_id,
            hint=f"name a time after {now}, in milliseconds since 1970 UTC",
        )
