"""Challenges that accounts were set, and how the operator's own check of them ended."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import msgspec
from starlette.responses import Response

from stillwatch.enforcement.verification import Challenge, State, Verifications
from stillwatch.node.api.decisions import changing, principal, read
from stillwatch.node.routes import JSON, Body, Field, Route
from stillwatch.node.tokens import Right

if TYPE_CHECKING:
    from starlette.requests import Request

    from stillwatch.node.live import Live


class _Outcome(msgspec.Struct, forbid_unknown_fields=True):
    """How a challenge ended."""

    challenge_id: str
    outcome: State
    by: str = ""
    method: str = ""
    evidence: str = ""


async def listed(live: Live, request: Request) -> Response:
    """Challenges that wait, or all of one account."""
    store = Verifications(live.board.store)
    account = request.query_params.get("account", "")
    found: list[Challenge] = await asyncio.to_thread(
        (lambda: store.of(account)) if account else store.waiting
    )
    return Response(msgspec.json.encode({"verifications": found}), media_type=JSON)


async def resolve(live: Live, request: Request) -> Response:
    """Say how a challenge ended; who passed is let through at once."""
    said = await read(request, _Outcome)
    by = principal(live, request, said.by)
    store = Verifications(live.board.store)
    done = await changing(
        live,
        lambda: store.resolve(
            said.challenge_id, said.outcome, by=by, method=said.method, evidence=said.evidence
        ),
    )
    return Response(msgspec.json.encode({"verification": done}), media_type=JSON)


_ENDED: Final = ("passed", "failed", "withdrawn")

ROUTES = [
    Route(
        "GET", "/v1/verifications", Right.READ, "Challenges that wait, or all of one account", listed,
        parameters=(Field("account", "all of this account, resolved ones among them"),),
        gives=Body((JSON,), "challenges", (Field("verifications", "", "array", required=True),)),
    ),
    Route(
        "POST", "/v1/verifications", Right.DECIDE_WRITE, "How a challenge ended", resolve,
        takes=Body(
            (JSON,), "the outcome",
            (
                Field("challenge_id", "which one", required=True),
                Field("outcome", "how it ended", choices=_ENDED, required=True),
                Field("method", "how it was checked, such as government-id; needed where it was passed"),
                Field("evidence", "your reference to the record of the check, never the record itself"),
                Field("by", "who answers for it; the token's name where tokens are used"),
            ),
        ),
        gives=Body((JSON,), "the challenge", (Field("verification", "", "object", required=True),)),
        fails={400: "it does not wait, or nothing shows that it was passed"},
    ),
]  # fmt: skip
