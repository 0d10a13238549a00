"""Displacement tests: begin one, see where they stand, stop one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import msgspec
from starlette.responses import Response

from stillwatch.node.api.decisions import changing, principal, read
from stillwatch.node.routes import JSON, Body, Field, Route
from stillwatch.node.tokens import Right

if TYPE_CHECKING:
    from starlette.requests import Request

    from stillwatch.enforcement.displacements import Standing
    from stillwatch.node.live import Live

_WHY: Final = "to find out whether a campaign on watch works off one queue"
_ENOUGH: Final = "it was stopped by hand"


class _Begin(msgspec.Struct, forbid_unknown_fields=True):
    """Which campaign is to be tested."""

    campaign_id: str
    by: str = ""
    reason: str = _WHY


class _Stop(msgspec.Struct, forbid_unknown_fields=True):
    """Why a test is to end."""

    by: str = ""
    reason: str = _ENOUGH


def _said(found: Standing, status: int = 200) -> Response:
    return Response(msgspec.json.encode({"displacement": found}), status, media_type=JSON)


async def begin(live: Live, request: Request) -> Response:
    """Begin a test of a campaign on watch."""
    wanted = await read(request, _Begin)
    by = principal(live, request, wanted.by)
    return _said(
        await changing(live, lambda: live.displacing.begin(wanted.campaign_id, by=by, reason=wanted.reason)),
        201,
    )


async def listed(live: Live, _request: Request) -> Response:
    """Every test and where it stands."""
    found = await asyncio.to_thread(live.displacing.all)
    said = {"trouble": live.displacing.trouble, "displacements": found}
    return Response(msgspec.json.encode(said), media_type=JSON)


async def stop(live: Live, request: Request) -> Response:
    """End a test and let everybody go."""
    wanted = await read(request, _Stop)
    by = principal(live, request, wanted.by)
    name = request.path_params["id"]
    return _said(await changing(live, lambda: live.displacing.stop(name, by=by, reason=wanted.reason)))


_BY: Final = Field("by", "the person who answers for it; the token's name where tokens are used")
_ONE: Final = Body(
    (JSON,), "where it stands", (Field("displacement", "as it is listed", "object", required=True),)
)

ROUTES = [
    Route(
        "GET", "/v1/displacements", Right.READ, "Displacement tests and where they stand", listed,
        gives=Body(
            (JSON,), "tests",
            (
                Field(
                    "displacements",
                    "the latest last; name, state, cells, e_value, anytime_p, exact_p, asked, moved, stayed, "
                    "at_most, slowed",
                    "array", required=True,
                ),
                Field("trouble", "why the last step failed; empty where it did not", required=True),
            ),
        ),
    ),
    Route(
        "POST", "/v1/displacements", Right.DECIDE_WRITE,
        "Begin a displacement test of a campaign on watch (201)", begin,
        takes=Body(
            (JSON,), "which campaign",
            (
                Field("campaign_id", "one that the last look left on watch", required=True),
                _BY,
                Field("reason", "one sentence, without prompt text"),
            ),
        ),
        gives=_ONE,
        fails={
            400: "no person answers for it",
            404: "the last look saw no such campaign",
            409: "it is not on watch, or some of its accounts are tested already",
        },
    ),
    Route(
        "POST", "/v1/displacements/{id}/stop", Right.DECIDE_WRITE,
        "Stop a displacement test and let everybody go", stop,
        parameters=(Field("id", "its name, as it is listed", where="path", required=True),),
        takes=Body((JSON,), "why", (_BY, Field("reason", "one sentence, without prompt text"))),
        gives=_ONE, fails={404: "there is no such test"},
    ),
]  # fmt: skip
