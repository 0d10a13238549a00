"""Who calls, and whether they may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.node.tokens import Right, TokenFile

OPEN: Final = "local"
"""The principal where the node is open to everybody on this machine."""


def caller(tokens: TokenFile | None, right: Right | None, authorization: str) -> str:
    """The name of whoever calls.

    Args:
        tokens: who may do what; None lets everybody do everything.
        right: what is asked for; None where everybody may.
        authorization: the header; empty where there is none.

    Raises:
        StillwatchError: a token is needed and this is none, or one without the scope.
    """
    if right is None or tokens is None:
        return OPEN
    kind, _, presented = authorization.partition(" ")
    token = tokens.find(presented.strip()) if kind.lower() == "bearer" else None
    if token is None:
        raise StillwatchError(
            "this needs a valid token",
            code="SW-NODE-26",
            hint="send it as: Authorization: Bearer TOKEN",
        )
    if not token.allows(right):
        raise StillwatchError(
            f"the token of {token.name} lacks the scope {right.value}",
            code="SW-NODE-27",
            hint=f"make one that has it: stillwatch tokens add NAME --scope {right.value}",
        )
    return token.name
