"""What an action needs to be carried out: asked of an order of a case before it is written, and of every decision."""

from __future__ import annotations

from stillwatch.core.decision import Action, Limits
from stillwatch.errors import StillwatchError


def check_limits(action: Action, limits: Limits) -> None:
    """Refuse a throttle without a rate and limits that mean nothing.

    Raises:
        StillwatchError: they cannot be carried out so.
    """
    rate, tokens = limits.rate_per_minute, limits.max_tokens
    if action is Action.THROTTLE and rate is None:
        raise StillwatchError(
            "a throttle needs a rate", code="SW-DEC-31", hint="say how many requests a minute are let through"
        )
    if (rate is not None and not 0 < rate < float("inf")) or (tokens is not None and tokens < 1):
        raise StillwatchError(
            "a limit must be above zero", code="SW-DEC-32", hint="to let nothing through, block instead"
        )
    if action is Action.DEGRADE and limits == Limits():
        raise StillwatchError(
            "a degrade without limits changes nothing",
            code="SW-DEC-33",
            hint="say what is hidden or capped",
        )
