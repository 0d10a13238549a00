"""Planting canaries while serving: a request that asks one gets, now and then, the answer that its key chose.

How rarely is a keyed chance on the request's own words, so that repeating a request does not reveal a coin.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.attribution.canaries.canary import Canary


def planted(
    canaries: Iterable[Canary], key: bytes, request: str, one_in: int = 1
) -> tuple[Canary, str] | None:
    """The canary that a request asks, and the answer to give; None for all requests that are left alone.

    Args:
        canaries: the set.
        key: ``purpose_key(secret, CANARY)`` of the account's cluster.
        request: what the user says; it is not kept.
        one_in: of how many requests that ask a canary one gets the key's answer.
    """
    for canary in canaries:
        if canary.asked(request):
            drawn = hmac.digest(key, b"whether for " + request.encode(), hashlib.sha256)
            if int.from_bytes(drawn, "big") % one_in:
                return None
            return canary, canary.options[canary.choice(key)]
    return None


def instruction(canary: Canary, option: str) -> str:
    """What is added to the system prompt of that one request."""
    rest = ", ".join(each for each in canary.options if each != option)
    return f"If you name one of these, name {option} (not {rest}); it is as good as the others."
