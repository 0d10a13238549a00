"""The hub's log over HTTP: signed heads and proofs for every member, entries for auditors, receipts for objects.

A witness needs heads and consistency alone. Entries name a reporter by a commitment; only auditors are told what opens
it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.errors import StillwatchError
from stillwatch.hub.receipts import receipt
from stillwatch.hub.replies import JSON, reply
from stillwatch.hub.rights import Scope, readable, sees_reporters
from stillwatch.hub.routes import Body, Call, Parameter, Route
from stillwatch.hub.taxii.forms import stix_id, time_text

if TYPE_CHECKING:
    from starlette.responses import Response

    from stillwatch.hub.live import LiveHub

_NUMBER: Final = {"type": "integer", "minimum": 0, "maximum": 2**53}
_MOST_ENTRIES: Final = 500


async def head(hub: LiveHub, _call: Call) -> Response:
    """The last signed head."""
    found = await hub.reading(hub.ledger.head)
    return reply(found.as_json())


async def consistency(hub: LiveHub, call: Call) -> Response:
    """The proof that the log of one size grew out of that of another."""
    old, new = _number(call, "old"), _number(call, "new")
    path = await _proof(hub, lambda: hub.ledger.consistency(old, new))
    return reply({"path": path})


async def inclusion(hub: LiveHub, call: Call) -> Response:
    """The proof that an entry stands in the log of a size."""
    index, size = _number(call, "index"), _number(call, "size")
    path = await _proof(hub, lambda: hub.ledger.inclusion(index, size))
    return reply({"path": path})


async def entries(hub: LiveHub, call: Call) -> Response:
    """Entries from an index on, as they were hashed; for auditors."""
    if not sees_reporters(call.caller.member.kind):
        raise StillwatchError("only auditors may read the log's entries", code="SW-HUB-04")
    start = _number(call, "start")

    def look() -> list[dict[str, Any]]:
        found = hub.ledger.entries(start, start + _MOST_ENTRIES)
        return [{"index": each.index, "leaf": each.leaf.decode()} for each in found]

    return reply({"entries": await hub.reading(look)})


async def object_receipt(hub: LiveHub, call: Call) -> Response:
    """What proves that an object stands in the log as it was given out."""
    member = call.caller.member
    said = call.request.query_params.get("version")
    version = None if said is None else time_text(said)
    identifier = stix_id(call.request.path_params["object"])
    found = await hub.reading(
        lambda: receipt(hub, identifier, version, readable(member.kind), opened=sees_reporters(member.kind))
    )
    if found is None:
        raise StillwatchError("there is no such object for this member", code="SW-HUB-05")
    return reply(found)


async def _proof(hub: LiveHub, make: Any) -> list[str]:
    try:
        return [step.hex() for step in await hub.reading(make)]
    except StillwatchError as error:
        if error.code != "SW-LED-06":
            raise
        raise StillwatchError(
            "the log has no such sizes", code="SW-HUB-11", hint="see /v1/log/head"
        ) from None


def _number(call: Call, name: str) -> int:
    values = call.request.query_params.getlist(name)
    if len(values) == 1 and values[0].isascii() and values[0].isdigit() and len(values[0]) < 17:
        return int(values[0])
    raise StillwatchError(f"the parameter {name} has to be one whole number", code="SW-HUB-11")


def _needed(name: str, about: str) -> Parameter:
    return Parameter(name, about, _NUMBER, required=True)


_WRONG: Final = {400: "a number is missing, or the log has no such sizes"}

ROUTES = (
    Route("GET", "/v1/log/head", Scope.READ, "The last signed head", head, 200, Body(JSON, "the head", "Head")),
    Route(
        "GET", "/v1/log/consistency", Scope.READ, "Proof that one size of the log grew out of another", consistency,
        200, Body(JSON, "hashes (RFC 9162, section 2.1.4)", "Proof"),
        (_needed("old", "entries then"), _needed("new", "entries later")), fails=_WRONG,
    ),
    Route(
        "GET", "/v1/log/inclusion", Scope.READ, "Proof that an entry stands in the log", inclusion, 200,
        Body(JSON, "hashes (RFC 9162, section 2.1.3)", "Proof"),
        (_needed("index", "the entry, counted from 0"), _needed("size", "entries of the log")), fails=_WRONG,
    ),
    Route(
        "GET", "/v1/log/entries", Scope.READ, "Entries of the log; for auditors", entries, 200,
        Body(JSON, f"at most {_MOST_ENTRIES} entries", "Entries"), (_needed("start", "the first one"),), fails=_WRONG,
    ),
    Route(
        "GET", "/v1/objects/{object}/receipt", Scope.READ, "What proves that an object stands in the log",
        object_receipt, 200, Body(JSON, "proofs and the head they lead to", "Receipt"),
        (
            Parameter("object", "the hub's id of the object", where="path"),
            Parameter("version", "its `modified`; the latest unless given"),
        ),
        fails={404: "there is none, or not for this member"},
    ),
)  # fmt: skip
