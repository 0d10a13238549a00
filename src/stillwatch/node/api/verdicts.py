"""What was concluded, and how current it is."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.verdict import Call
from stillwatch.enforcement.moments import moment_of
from stillwatch.errors import StillwatchError
from stillwatch.node.queries import number
from stillwatch.node.replies import reply
from stillwatch.node.routes import JSON, Body, Field, Route
from stillwatch.node.tokens import Right

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from stillwatch.node.live import Live
    from stillwatch.node.verdicts import Row

_PAGE: Final = 1000


async def verdicts(live: Live, request: Request) -> Response:
    """Verdicts page by page, or the one on an account."""
    wanted = request.query_params
    if "account" in wanted:
        found = await asyncio.to_thread(live.verdicts.of, wanted["account"])
        rows = [found] if found is not None else []
    else:
        most = number(wanted, "limit", _PAGE, _PAGE)
        call = _call(wanted.get("verdict", ""))
        rows = await asyncio.to_thread(live.verdicts.standing, call, most, wanted.get("after", ""))
    return reply(_how_current(live) | {"verdicts": [_described(row) for row in rows]})


async def campaigns(live: Live, _request: Request) -> Response:
    """Campaigns that were seen, the surest first."""
    found = await asyncio.to_thread(live.verdicts.campaigns)
    return reply(_how_current(live) | {"campaigns": found})


def _call(word: str) -> Call | None:
    try:
        return Call(word) if word else None
    except ValueError:
        raise StillwatchError(
            f"{word[:40]!r} is no verdict", code="SW-NODE-21", hint=f"known: {', '.join(Call)}"
        ) from None


def _how_current(live: Live) -> dict[str, Any]:
    """How far the verdicts reach, with every answer that has any."""
    judged = live.judged
    return {
        "look": judged.get("look", 0),
        "judged_from": judged.get("judged_from"),
        "judged_until": judged.get("judged_until"),
        "lag_s": None if live.lag_s is None else round(live.lag_s, 1),
    }


def _described(row: Row) -> dict[str, Any]:
    said = dataclasses.asdict(row)
    return said | {"verdict": row.verdict.value, "judged": moment_of(row.judged)}


_CURRENT: Final = (
    Field("look", "number of the last look", "integer", required=True),
    Field("judged_from", "time of the first exchange of the window"),
    Field("judged_until", "time of the last exchange that was judged"),
    Field("lag_s", "how far that is behind the present", "number"),
)

ROUTES = [
    Route(
        "GET", "/v1/verdicts", Right.READ, "Verdicts on accounts, in the order of their ids", verdicts,
        parameters=(
            Field("account", "the one on this account"),
            Field("verdict", "only those", choices=tuple(Call)),
            Field("after", "ids after this one: the last of the page before"),
            Field("limit", f"how many at most; {_PAGE:,} unless fewer are asked for", "integer"),
        ),
        gives=Body((JSON,), "a page", (*_CURRENT, Field("verdicts", "", "array", required=True))),
        fails={400: "no such verdict, or limit is no number"},
    ),
    Route(
        "GET", "/v1/campaigns", Right.READ, "Campaigns, the surest first", campaigns,
        gives=Body((JSON,), "campaigns", (*_CURRENT, Field("campaigns", "", "array", required=True))),
    ),
]  # fmt: skip
