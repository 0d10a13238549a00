"""Appeals taken in from the lab's own support system, read by the account holder, and looked at by people."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stillwatch import clock
from stillwatch.casework.appeals.clock import standing
from stillwatch.casework.appeals.filing import Filing
from stillwatch.casework.appeals.filters import WAITING, AppealFilter
from stillwatch.casework.effects.progress import progress
from stillwatch.core.appeal import Appeal, AppealState
from stillwatch.errors import StillwatchError
from stillwatch.node.api.decisions import read
from stillwatch.node.persons import HEADER, person_of
from stillwatch.node.queries import number
from stillwatch.node.replies import reply
from stillwatch.node.routes import JSON, Body, Field, Route
from stillwatch.node.tokens import Right

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from stillwatch.casework.appeals.intake import Filed
    from stillwatch.node.live import Live

_MOST: Final = 1000


class _Filing(msgspec.Struct, forbid_unknown_fields=True):
    """An appeal as it comes in."""

    account_id: str
    words: str
    reference: str = ""
    case_id: str = ""
    by: str = ""


async def file(live: Live, request: Request) -> Response:
    """Take an appeal in on the account holder's behalf."""
    said = await read(request, _Filing)
    key = request.headers.get("idempotency-key", "")
    filing = Filing(said.account_id, said.words, said.reference, said.case_id, key)

    def work() -> Filed:
        person = person_of(live, live.casework.records(), request, said.by)
        return live.consequences.office().intake.file(filing, person.name)

    filed = await asyncio.to_thread(work)
    names = ("appeal_id", "case_id", "received_ts", "due_ts")
    known = {name: getattr(filed.appeal, name) for name in names}
    return reply(known | {"token": filed.token, "new": filed.new}, 201 if filed.new else 200)


async def status(live: Live, request: Request) -> Response:
    """What an account holder may know of their appeal."""
    return reply(await asyncio.to_thread(_told, live, request.headers.get("appeal-token", "")))


async def listed(live: Live, request: Request) -> Response:
    """The queue; the words of account holders are not in it."""
    given = request.query_params
    wanted = AppealFilter(
        states=() if given.get("all") == "true" else WAITING,
        owner=given.get("owner"),
        account=given.get("account"),
        case=given.get("case"),
        escalated=True if given.get("escalated") == "true" else None,
        most=number(given, "limit", _MOST, _MOST),
    )

    def work() -> dict[str, Any]:
        appeals = live.consequences.office().appeals
        said = [described(each) for each in appeals.list(wanted)]
        for each in said:
            del each["words"]
        standings = {each.value: number for each, number in appeals.standings().items()}
        return {"total": appeals.count(wanted), "standings": standings, "appeals": said}

    return reply(await asyncio.to_thread(work))


async def one(live: Live, request: Request) -> Response:
    """One appeal, with who cannot answer it and what came of it everywhere."""
    return reply(await asyncio.to_thread(_whole, live, request.path_params["id"]))


def _told(live: Live, token: str) -> dict[str, Any]:
    """What the token's appeal is told to its account holder.

    Raises:
        StillwatchError: nobody was given this token.
    """
    office = live.consequences.office()
    appeal = office.intake.by_token(token)
    if appeal is None:
        raise StillwatchError("there is no appeal with this token", code="SW-APL-05", hint="check the token")
    issued = office.statements.latest(appeal_id=appeal.appeal_id)
    return {
        "state": "answered" if appeal.state is AppealState.DECIDED else appeal.state.value,
        "received_ts": appeal.received_ts,
        "due_ts": appeal.due_ts,
        "outcome": appeal.outcome,
        "decided_ts": appeal.decided_ts,
        "statement": None if issued is None else dataclasses.asdict(issued),
    }


def _whole(live: Live, appeal_id: str) -> dict[str, Any]:
    office = live.consequences.office()
    appeal = office.appeals.get(appeal_id)
    orders = office.orders.of_appeal(appeal.appeal_id)
    found = progress(orders, office.orders, office.confirmations, office.outbox)
    return {
        "appeal": described(appeal),
        "involved": office.appeals.involved(appeal),
        "orders": [dataclasses.asdict(each) | {"pending": list(each.pending)} for each in found],
    }


def described(appeal: Appeal) -> dict[str, Any]:
    """An appeal as it goes over the wire, with how it stands with its clock."""
    return dataclasses.asdict(appeal) | {"clock": standing(appeal, clock.now()).value}


ID: Final = Field("id", "of the appeal", where="path", required=True)
PERSON: Final = Field(HEADER, "who acts", where="header")
BY: Final = Field("by", "who acts, if nothing else says so")
FAILS: Final = {401: "nobody says who acts", 403: "they may not, or had a part"}
ROUTES = [
    Route(
        "POST", "/v1/appeals", Right.CASES, "Take an appeal in on an account holder's behalf", file,
        parameters=(
            PERSON,
            Field("Idempotency-Key", "the same key from the same sender is the same appeal", where="header"),
        ),
        takes=Body(
            (JSON,), "the appeal",
            (
                Field("account_id", "whose measure it is about", required=True),
                Field("words", "what the account holder wrote", required=True),
                Field("reference", "your own number for it"),
                Field("case_id", "the case, where you know it; looked up unless given"),
                BY,
            ),
        ),
        gives=Body(
            (JSON,), "201 where it is new, 200 where it was known",
            (
                Field("appeal_id", "", required=True),
                Field("token", "for the account holder; shown once", required=True),
                Field("due_ts", "by when it is answered", required=True),
                Field("new", "whether it was not known before", "boolean", required=True),
            ),
        ),
        fails=FAILS | {400: "something in it is wrong", 404: "there is no such case"},
    ),
    Route(
        "GET", "/v1/appeals/status", None, "How an appeal stands, for the account holder", status,
        parameters=(Field("Appeal-Token", "as given at intake", where="header", required=True),),
        gives=Body(
            (JSON,), "how it stands; nothing about how anybody was found",
            (
                Field("state", "received, claimed, answered or withdrawn", required=True),
                Field("due_ts", "by when it is answered", required=True),
                Field("outcome", "upheld or overturned; null before"),
                Field("statement", "the statement of reasons, once it was issued", "object"),
            ),
        ),
        fails={404: "there is no appeal with this token"},
    ),
    Route(
        "GET", "/v1/appeals", Right.CASES, "Appeals that wait, those before counsel first", listed,
        parameters=(
            Field("all", "decided and withdrawn ones, too", "boolean"),
            Field("owner", "only those that this person claimed; empty for those that nobody has"),
            Field("account", "only those of an account"),
            Field("case", "only those against a case"),
            Field("escalated", "only those before counsel", "boolean"),
            Field("limit", f"how many at most; {_MOST:,} unless fewer are asked for", "integer"),
        ),
        gives=Body(
            (JSON,), "the queue",
            (
                Field("total", "", "integer", required=True),
                Field("standings", "how many stand how with their clock", "object", required=True),
                Field("appeals", "without the account holders' words", "array", required=True),
            ),
        ),
        fails={400: "limit is no number"},
    ),
    Route(
        "GET", "/v1/appeals/{id}", Right.CASES, "One appeal, and how far taking back has got", one,
        parameters=(ID,),
        gives=Body(
            (JSON,), "the appeal",
            (
                Field("appeal", "", "object", required=True),
                Field("involved", "who cannot answer it, and why", "object", required=True),
                Field("orders", "what was taken back, confirmed and pending", "array", required=True),
            ),
        ),
        fails={404: "there is no such appeal"},
    ),
]  # fmt: skip
