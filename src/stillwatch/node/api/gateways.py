"""What gateways say about themselves: which decisions they apply, what they let by, what they did."""

from __future__ import annotations

import collections
import time
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stillwatch.errors import StillwatchError
from stillwatch.node.bodies import json_object
from stillwatch.node.live import GatewayStatus
from stillwatch.node.replies import reply
from stillwatch.node.routes import JSON, Body, Field, Route
from stillwatch.node.tokens import Right

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from stillwatch.node.live import Live

_MOST: Final = 1000


class _Report(msgspec.Struct):
    """A gateway's report; keys of later versions are passed over."""

    version: int
    epoch: str
    applied: str = ""
    bypasses: int = 0
    actions: dict[str, int] = msgspec.field(default_factory=dict)
    bypasses_by_reason: dict[str, int] = msgspec.field(default_factory=dict)
    clock_skew_s: float = 0.0
    trouble: str = ""


async def report(live: Live, request: Request) -> Response:
    """Take a report, and tell the gateway how it stands."""
    name = request.path_params["name"]
    if len(live.gateways) >= _MOST and name not in live.gateways:
        raise StillwatchError(
            f"{_MOST:,} gateways have reported; there is no room for another name",
            code="SW-NODE-25",
            hint="let a gateway keep its name when it starts again",
        )
    try:
        said = msgspec.convert(await json_object(request), _Report)
    except msgspec.ValidationError as error:
        raise StillwatchError(
            f"the report is not what this takes: {error}", code="SW-NODE-21", hint="see /openapi.json"
        ) from error
    snapshot = live.board.snapshot
    known = said.epoch == snapshot.epoch and 0 <= said.version <= snapshot.version
    before = live.gateways.get(name)
    reasons, actions = collections.Counter(said.bypasses_by_reason), collections.Counter(said.actions)
    live.gateways[name] = GatewayStatus(
        version=said.version,
        epoch=said.epoch,
        applied=said.applied,
        bypasses=said.bypasses + (before.bypasses if before else 0),
        reasons=dict(reasons + collections.Counter(before.reasons if before else {})),
        actions=dict(actions + collections.Counter(before.actions if before else {})),
        known=known,
        ahead_s=-said.clock_skew_s,
        trouble=said.trouble[:200],
        seen=time.time(),
    )
    behind = snapshot.version - said.version if known else None
    return reply({"epoch": snapshot.epoch, "version": snapshot.version, "known": known, "behind": behind})


async def listed(live: Live, _request: Request) -> Response:
    """Every gateway as it last reported."""
    now = time.time()
    return reply({"gateways": [_described(name, s, now) for name, s in sorted(live.gateways.items())]})


def _described(name: str, status: GatewayStatus, now: float) -> dict[str, Any]:
    said = {
        field: getattr(status, field)
        for field in status.__dataclass_fields__
        if field not in ("seen", "reasons")
    }
    return (
        {"name": name}
        | said
        | {
            "bypasses_by_reason": status.reasons,
            "silent_s": round(now - status.seen, 1),
        }
    )


ROUTES = [
    Route(
        "POST",
        "/v1/gateways/{name}/status",
        Right.DECIDE,
        "A gateway's report on itself",
        report,
        parameters=(Field("name", "the gateway's own, stable", where="path", required=True),),
        takes=Body(
            (JSON,),
            "how it stands",
            (
                Field("version", "of the decisions it applies", "integer", required=True),
                Field("epoch", "of that version", required=True),
                Field("applied", "when it took that version over (RFC 3339)"),
                Field("bypasses", "requests let by undecided since its last report", "integer"),
                Field("bypasses_by_reason", "the same by reason", "object"),
                Field("actions", "how often it did what since its last report", "object"),
                Field("clock_skew_s", "how far the node's clock is ahead of its own", "number"),
                Field("trouble", "its last error; empty for none"),
            ),
        ),
        gives=Body(
            (JSON,),
            "the node's view; `known` false means: ask for everything again",
            (
                Field("epoch", "", required=True),
                Field("version", "the latest", "integer", required=True),
                Field("known", "whether the version is one of this node's", "boolean", required=True),
                Field("behind", "versions it lacks; null where that cannot be told", "integer"),
            ),
        ),
        fails={400: "no report", 409: "too many names"},
    ),
    Route(
        "GET",
        "/v1/gateways",
        Right.READ,
        "Every gateway as it last reported",
        listed,
        gives=Body((JSON,), "gateways", (Field("gateways", "by name", "array", required=True),)),
    ),
]
