"""Appeals over HTTP: taken in from the lab's own support system, read by the account holder, answered by people."""

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
from stillwatch.casework.people import Act
from stillwatch.core.appeal import Appeal, AppealState, Outcome, Reach
from stillwatch.errors import StillwatchError
from stillwatch.node.api.decisions import read
from stillwatch.node.persons import calling
from stillwatch.node.replies import reply
from stillwatch.node.routes import JSON, Body, Field, Route

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from stillwatch.node.live import Live

_MOST: Final = 1000


class _Filing(msgspec.Struct, forbid_unknown_fields=True):
    """An appeal as it comes in."""

    account_id: str
    words: str
    reference: str = ""
    case_id: str = ""


class _Change(msgspec.Struct, forbid_unknown_fields=True):
    """A change that names the version it rests on."""

    version: int
    reason: str = ""


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    """How an appeal ends."""

    version: int
    outcome: Outcome
    reason: str
    reach: Reach = Reach.ACCOUNT


async def file(live: Live, request: Request) -> Response:
    """Take an appeal in on the account holder's behalf."""
    person = await calling(live, request, Act.RECEIVE_APPEALS)
    said = await read(request, _Filing)
    key = request.headers.get("idempotency-key", "")
    filing = Filing(said.account_id, said.words, said.reference, said.case_id, key)
    filed = await asyncio.to_thread(live.casework.office.intake.file, filing, person.name)
    appeal = filed.appeal
    names = ("appeal_id", "case_id", "received_ts", "due_ts")
    answer = {name: getattr(appeal, name) for name in names} | {"token": filed.token, "new": filed.new}
    return reply(answer, 201 if filed.new else 200)


async def status(live: Live, request: Request) -> Response:
    """What an account holder may know of their appeal."""
    office = live.casework.office
    token = request.headers.get("appeal-token", "")
    appeal = await asyncio.to_thread(office.intake.by_token, token)
    if appeal is None:
        raise StillwatchError("there is no appeal with this token", code="SW-APL-05", hint="check the token")
    issued = await asyncio.to_thread(lambda: office.statements.latest(appeal_id=appeal.appeal_id))
    answer: dict[str, Any] = {
        "state": "answered" if appeal.state is AppealState.DECIDED else appeal.state.value,
        "received_ts": appeal.received_ts,
        "due_ts": appeal.due_ts,
        "outcome": appeal.outcome,
        "decided_ts": appeal.decided_ts,
        "statement": None if issued is None else dataclasses.asdict(issued),
    }
    return reply(answer)


async def listed(live: Live, request: Request) -> Response:
    """The queue; the words of account holders are not in it."""
    await calling(live, request, Act.READ_CASES)
    given = request.query_params
    wanted = AppealFilter(
        states=() if given.get("all") == "true" else WAITING,
        owner=given.get("owner"),
        account=given.get("account"),
        case=given.get("case"),
        escalated=True if given.get("escalated") == "true" else None,
        most=min(int(given["limit"]), _MOST) if given.get("limit", "").isdecimal() else _MOST,
    )
    appeals = live.casework.office.appeals
    found, count = await asyncio.to_thread(lambda: (appeals.list(wanted), appeals.count(wanted)))
    standings = await asyncio.to_thread(appeals.standings)
    said = [_described(each) for each in found]
    for each in said:
        del each["words"]
    clock_words = {each.value: number for each, number in standings.items()}
    return reply({"total": count, "standings": clock_words, "appeals": said})


async def one(live: Live, request: Request) -> Response:
    """One appeal, with who cannot answer it and what came of it everywhere."""
    await calling(live, request, Act.RECEIVE_APPEALS)
    return reply(await asyncio.to_thread(_whole, live, request.path_params["id"]))


async def claim(live: Live, request: Request) -> Response:
    """Take an appeal."""
    person = await calling(live, request)
    said = await read(request, _Change)
    name = request.path_params["id"]
    return await _changed(lambda: live.casework.office.appeals.claim(name, person.name, said.version))


async def decide(live: Live, request: Request) -> Response:
    """Answer an appeal; what an overturned one calls for is under way within a second."""
    person = await calling(live, request)
    said = await read(request, _Answer)
    name = request.path_params["id"]
    return await _changed(
        lambda: live.casework.office.appeals.decide(
            name, said.outcome, person.name, said.version, reason=said.reason, reach=said.reach
        )
    )


async def escalate(live: Live, request: Request) -> Response:
    """Send an appeal to counsel."""
    person = await calling(live, request)
    said = await read(request, _Change)
    name = request.path_params["id"]
    return await _changed(
        lambda: live.casework.office.escalation.escalate(name, person.name, said.version, reason=said.reason)
    )


async def withdraw(live: Live, request: Request) -> Response:
    """End an appeal without an answer."""
    person = await calling(live, request)
    said = await read(request, _Change)
    name = request.path_params["id"]
    return await _changed(lambda: live.casework.office.appeals.withdraw(name, person.name, said.version))


async def _changed(change: Callable[[], Appeal]) -> Response:
    return reply({"appeal": _described(await asyncio.to_thread(change))})


def _whole(live: Live, appeal_id: str) -> dict[str, Any]:
    office = live.casework.office
    appeal = office.appeals.get(appeal_id)
    orders = office.orders.of_appeal(appeal.appeal_id)
    found = progress(orders, office.orders, office.confirmations, office.outbox)
    return {
        "appeal": _described(appeal),
        "involved": office.appeals.involved(appeal),
        "orders": [dataclasses.asdict(each) | {"pending": list(each.pending)} for each in found],
    }


def _described(appeal: Appeal) -> dict[str, Any]:
    return dataclasses.asdict(appeal) | {"clock": standing(appeal, clock.now()).value}


_ID: Final = Field("id", "of the appeal", where="path", required=True)
_VERSION: Final = Field("version", "that you saw", "integer", required=True)
_PERSON: Final = Field("Authorization", "Bearer and the token of a person", where="header", required=True)
_APPEAL: Final = Body((JSON,), "the appeal", (Field("appeal", "as it stands now", "object", required=True),))
_FAILS: Final = {401: "no person's token", 403: "the person may not, or had a part"}
_CHANGES: Final = _FAILS | {
    400: "something is missing or of the wrong kind",
    404: "there is no such appeal",
    409: "somebody else has it, it was changed meanwhile, or it is answered",
}

ROUTES = [
    Route(
        "POST", "/v1/appeals", None, "Take an appeal in on an account holder's behalf", file,
        parameters=(
            _PERSON,
            Field("Idempotency-Key", "the same key from the same sender is the same appeal", where="header"),
        ),
        takes=Body(
            (JSON,), "the appeal",
            (
                Field("account_id", "whose measure it is about", required=True),
                Field("words", "what the account holder wrote", required=True),
                Field("reference", "your own number for it"),
                Field("case_id", "the case, where you know it; looked up unless given"),
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
        fails=_FAILS | {400: "something in it is wrong", 404: "there is no such case"},
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
        "GET", "/v1/appeals", None, "Appeals that wait, those before counsel first", listed,
        parameters=(
            _PERSON,
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
        fails=_FAILS,
    ),
    Route(
        "GET", "/v1/appeals/{id}", None, "One appeal, and how far taking back has got", one,
        parameters=(_ID, _PERSON),
        gives=Body(
            (JSON,), "the appeal",
            (
                Field("appeal", "", "object", required=True),
                Field("involved", "who cannot answer it, and why", "object", required=True),
                Field("orders", "what was taken back, confirmed and pending", "array", required=True),
            ),
        ),
        fails=_FAILS | {404: "there is no such appeal"},
    ),
    Route(
        "POST", "/v1/appeals/{id}/claim", None, "Take an appeal", claim,
        parameters=(_ID, _PERSON), takes=Body((JSON,), "", (_VERSION,)), gives=_APPEAL, fails=_CHANGES,
    ),
    Route(
        "POST", "/v1/appeals/{id}/decide", None, "Answer an appeal that you claimed", decide,
        parameters=(_ID, _PERSON),
        takes=Body(
            (JSON,), "how it ends",
            (
                _VERSION,
                Field("outcome", "", choices=tuple(Outcome), required=True),
                Field("reason", "for the record", required=True),
                Field("reach", "how much an overturned one takes back", choices=tuple(Reach)),
            ),
        ),
        gives=_APPEAL, fails=_CHANGES,
    ),
    Route(
        "POST", "/v1/appeals/{id}/escalate", None, "Send an appeal to counsel", escalate,
        parameters=(_ID, _PERSON),
        takes=Body((JSON,), "why", (_VERSION, Field("reason", "in a sentence", required=True))),
        gives=_APPEAL, fails=_CHANGES,
    ),
    Route(
        "POST", "/v1/appeals/{id}/withdraw", None, "End an appeal without an answer", withdraw,
        parameters=(_ID, _PERSON), takes=Body((JSON,), "", (_VERSION,)), gives=_APPEAL, fails=_CHANGES,
    ),
]  # fmt: skip
