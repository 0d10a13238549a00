"""Who is at the hub: the caller itself, and the members that let others know their name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.hub.replies import JSON, reply
from stillwatch.hub.rights import Scope, sees_reporters
from stillwatch.hub.routes import Body, Call, Route

if TYPE_CHECKING:
    from starlette.responses import Response

    from stillwatch.hub.live import LiveHub
    from stillwatch.hub.members import Member


async def members(hub: LiveHub, call: Call) -> Response:
    """The caller's own record, and names and identities of others as far as it may know them."""
    caller = call.caller.member
    everybody = sees_reporters(caller.kind)
    found = [
        each for each in hub.directory.members if everybody or each.shown or each.number == caller.number
    ]
    listed = [_said(each) for each in sorted(found, key=lambda each: each.name)]
    return reply({"you": _said(caller) | _given(hub, caller), "hub": hub.identity, "members": listed})


def _given(hub: LiveHub, caller: Member) -> dict[str, Any]:
    """What the caller gave, and how much later than others it is told of indicators; nobody else learns this."""
    given, tier = hub.standings.contribution(caller), hub.standings.tier(caller)
    return {
        "tier": tier.value,
        "told_after_days": tier.delay.days,
        "given": {
            "right": given.genuine,
            "wrong": given.false,
            "checked": given.checked,
            "points": given.points,
        },
    }


def _said(member: Member) -> dict[str, Any]:
    return {
        "name": member.name,
        "kind": member.kind.value,
        "identity": member.identity,
        "shown": member.shown,
    }


ROUTES = (
    Route(
        "GET", "/v1/members", Scope.READ, "Who the caller is, and who else is at the hub", members, 200,
        Body(JSON, "`identity` is what objects name in `created_by_ref`", "Members"),
    ),
)  # fmt: skip
