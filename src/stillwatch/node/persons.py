"""Who calls an endpoint of casework: a person or a program of the register, by their own token."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from starlette.requests import Request

    from stillwatch.casework.people import Act, Person
    from stillwatch.node.live import Live


async def calling(live: Live, request: Request, act: Act | None = None) -> Person:
    """Whose token the request shows; also where the node itself is open to everybody on its machine.

    Args:
        live: the node.
        request: with ``Authorization: Bearer`` and the token that `stillwatch people token` printed.
        act: what they want to do; None for what the endpoint checks itself.

    Raises:
        StillwatchError: there is no token, it is nobody's, or they may not.
    """
    from stillwatch.casework.people import may

    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise StillwatchError(
            "this needs the token of a person",
            code="SW-NODE-26",
            hint="send it as: Authorization: Bearer TOKEN; `stillwatch people token NAME` makes one",
        )
    person = await asyncio.to_thread(live.casework.records.people.who, token.strip())
    if act is not None:
        may(person, act)
    return person
