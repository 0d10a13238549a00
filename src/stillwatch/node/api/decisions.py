"""Decisions by hand: what is in force, what covers somebody, taking and ending some, what waits for a second person."""

from __future__ import annotations

import asyncio
import difflib
import enum
import re
import typing
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from starlette.responses import Response

from stillwatch.core.decision import Action, Decision, Limits, Mode, Scope
from stillwatch.enforcement.drafts import Draft
from stillwatch.enforcement.moments import duration_of, seconds_of
from stillwatch.enforcement.proposals import Proposals
from stillwatch.errors import StillwatchError
from stillwatch.node.api.decide import SUBJECT, subject_of
from stillwatch.node.bodies import json_object
from stillwatch.node.queries import number
from stillwatch.node.routes import JSON, Body, Field, Route
from stillwatch.node.tokens import Right

if TYPE_CHECKING:
    from starlette.requests import Request

    from stillwatch.node.live import Live

_Value = TypeVar("_Value")
_DEFAULT_LIST: Final = 1000
_LONGEST_LIST: Final = 2**31
_PERMANENT: Final = "permanent"
_WRONG_WORD: Final = re.compile(r"Invalid enum value '([^']*)' - at `\$\.(\w+)`")


class _Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """A decision as it is asked for."""

    scope: Scope
    value: str
    action: Action
    reason: str
    ttl: str
    by: str = ""
    mode: Mode = Mode.ENFORCE
    limits: Limits = Limits()
    campaign_id: str = ""
    priority: int = 0
    grounds: tuple[str, ...] = ("conduct",)
    however_broad: bool = False


class _Lift(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be lifted, and why."""

    reason: str
    by: str = ""
    rule: str | None = None
    since: str | None = None


class _Resolution(msgspec.Struct, forbid_unknown_fields=True):
    """What a second person says."""

    reason: str
    by: str = ""


def _said(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type=JSON)


async def read(request: Request, kind: type[_Value]) -> _Value:
    """The body as one of the above.

    Raises:
        StillwatchError: a member is missing, unknown or of the wrong kind.
    """
    try:
        return msgspec.convert(await json_object(request), kind)
    except msgspec.ValidationError as error:
        raise StillwatchError(
            f"the body is not what this takes: {error}", code="SW-NODE-21", hint=_words_of(kind, str(error))
        ) from error


def _words_of(kind: type, error: str) -> str:
    """What a member takes, where it takes one of some words and got another."""
    found = _WRONG_WORD.search(error)
    takes = typing.get_type_hints(kind).get(found[2]) if found else None
    if found is None or not (isinstance(takes, type) and issubclass(takes, enum.Enum)):
        return "see /openapi.json"
    words = [str(each.value) for each in takes]
    near = difflib.get_close_matches(found[1], words, n=1)
    return (f"did you mean {near[0]}? " if near else "") + f"{found[2]} is one of {', '.join(words)}"


def principal(live: Live, request: Request, claimed: str) -> str:
    """Who answers for a change: the token's name; what the caller says only where there are no tokens.

    Raises:
        StillwatchError: nobody does, or somebody speaks for another.
    """
    if live.tokens is None:
        return claimed
    name: str = request.state.principal
    if claimed not in ("", name):
        raise StillwatchError(
            f"the token belongs to {name}, who cannot answer for {claimed}",
            code="SW-NODE-27",
            hint="leave `by` out, or use the other one's token",
        )
    return name


async def changing(live: Live, change: Callable[[], _Value]) -> _Value:
    """Make a change to the store off the event loop, then let everybody know."""
    try:
        return await asyncio.to_thread(change)
    finally:
        await live.board.refresh()


async def listed(live: Live, request: Request) -> Response:
    """What is in force, simulated ones among it."""
    wanted = request.query_params
    found = await asyncio.to_thread(live.board.store.active)
    for name in ("mode", "scope", "action", "origin", "rule", "value", "campaign_id"):
        if name in wanted:
            found = [each for each in found if getattr(each, name) == wanted[name]]
    most = number(wanted, "limit", _DEFAULT_LIST, _LONGEST_LIST)
    snapshot = live.board.snapshot
    said = {"epoch": snapshot.epoch, "version": snapshot.version, "total": len(found)}
    return _said(said | {"decisions": found[:most]})


async def covering(live: Live, request: Request) -> Response:
    """Which decisions cover somebody, of whatever origin, the one that wins first."""
    subject = subject_of(request.query_params)
    found = await asyncio.to_thread(live.board.store.for_subject, subject)
    return _said({"decisions": found})


async def add(live: Live, request: Request) -> Response:
    """Take a decision, or propose it where a second person is needed."""
    wanted = await read(request, _Wanted)
    by = principal(live, request, wanted.by)
    fields = {name: getattr(wanted, name) for name in wanted.__struct_fields__ if name not in ("ttl", "by")}
    permanent = wanted.ttl == _PERMANENT
    draft = Draft(ttl=None if permanent else duration_of(wanted.ttl), by=by, **fields)
    store = live.board.store
    if permanent:
        proposals = Proposals(store)
        made = await changing(live, lambda: proposals.propose([draft], why="a block without end", by=by))
        return _said({"proposal": made}, 202)
    return _said({"decision": await changing(live, lambda: store.add(draft))}, 201)


async def lift_one(live: Live, request: Request) -> Response:
    """End one decision before its time."""
    wanted = await read(request, _Lift)
    by = principal(live, request, wanted.by)
    name = request.path_params["id"]
    return await _lifted(live, lambda: live.board.store.lift(name, by=by, reason=wanted.reason))


async def lift_many(live: Live, request: Request) -> Response:
    """End the decisions of a rule, or everything since a time."""
    wanted = await read(request, _Lift)
    by = principal(live, request, wanted.by)
    since = None if wanted.since is None else seconds_of(wanted.since)
    store = live.board.store
    if wanted.rule is not None:
        await asyncio.to_thread(store.check_rule, wanted.rule)
    return await _lifted(live, lambda: store.lift(rule=wanted.rule, since=since, by=by, reason=wanted.reason))


async def _lifted(live: Live, lift: Callable[[], list[Decision]]) -> Response:
    found = await changing(live, lift)
    return _said({"lifted": [each.decision_id for each in found]})


async def proposals(live: Live, _request: Request) -> Response:
    """What waits for a second person."""
    return _said({"proposals": await asyncio.to_thread(Proposals(live.board.store).waiting)})


async def approve(live: Live, request: Request) -> Response:
    """Take what was proposed."""
    said = await read(request, _Resolution)
    by = principal(live, request, said.by)
    name = request.path_params["id"]
    store = Proposals(live.board.store)
    return _said({"decisions": await changing(live, lambda: store.approve(name, by=by, reason=said.reason))})


async def refuse(live: Live, request: Request) -> Response:
    """Drop what was proposed."""
    said = await read(request, _Resolution)
    by = principal(live, request, said.by)
    name = request.path_params["id"]
    store = Proposals(live.board.store)
    await changing(live, lambda: store.refuse(name, by=by, reason=said.reason))
    return _said({"refused": name})


_BY: Final = Field("by", "who answers for it; the token's name where tokens are used")
_REASON: Final = Field("reason", "one sentence, without prompt text", required=True)
_ID: Final = Field("id", "as it is listed", where="path", required=True)
_FOUND: Final = Body((JSON,), "decisions", (Field("decisions", "the winner first", "array", required=True),))
_LIFTED: Final = Body((JSON,), "what was lifted", (Field("lifted", "ids", "array", required=True),))
_WRONG: Final = {400: "something is missing, unknown or not allowed"}
_FILTERS: Final = tuple(
    Field(name, "only those")
    for name in ("mode", "scope", "action", "origin", "rule", "value", "campaign_id")
)

ROUTES = [
    Route(
        "GET", "/v1/decisions", Right.READ, "Decisions in force, simulated ones among them", listed,
        parameters=(*_FILTERS, Field("limit", "how many at most; 1,000 unless given", "integer")),
        gives=_FOUND, fails={400: "limit is no number"},
    ),
    Route(
        "GET", "/v1/decisions/for", Right.READ, "Which decisions cover somebody?", covering,
        parameters=SUBJECT, gives=_FOUND, fails=_WRONG,
    ),
    Route(
        "POST", "/v1/decisions", Right.DECIDE_WRITE,
        "Take a decision (201), or propose a block without end to a second person (202)", add,
        takes=Body(
            (JSON,), "what is to be decided",
            (
                Field("scope", "what kind of value", choices=tuple(Scope), required=True),
                Field("value", "account, network, country …", required=True),
                Field("action", "what is to be done", choices=tuple(Action), required=True),
                _REASON,
                Field("ttl", "how long, such as 6h or 7d; `permanent` for a block without end", required=True),
                _BY,
                Field("mode", "shadow is counted and not carried out", choices=tuple(Mode)),
                Field("limits", "how it is carried out", "object"),
                Field("campaign_id", "the campaign it rests on"),
                Field("priority", "the higher one wins", "integer"),
                Field("grounds", "what it rests on", "array"),
                Field("however_broad", "a network broader than /8 (IPv6: /16) is meant so", "boolean"),
            ),
        ),
        gives=Body((JSON,), "the decision, or the proposal", (Field("decision", "as taken", "object"),)),
        fails=_WRONG,
    ),
    Route(
        "POST", "/v1/decisions/lift", Right.DECIDE_WRITE,
        "End the decisions of a rule, or everything since a time", lift_many,
        takes=Body(
            (JSON,), "which",
            (Field("rule", "of this rule"), Field("since", "taken since (RFC 3339)"), _REASON, _BY),
        ),
        gives=_LIFTED, fails=_WRONG | {404: "no decision ever came of that rule"},
    ),
    Route(
        "POST", "/v1/decisions/{id}/lift", Right.DECIDE_WRITE, "End one decision before its time", lift_one,
        parameters=(_ID,), takes=Body((JSON,), "why", (_REASON, _BY)),
        gives=_LIFTED, fails=_WRONG | {404: "there is no such decision"},
    ),
    Route(
        "GET", "/v1/proposals", Right.READ, "What waits for a second person", proposals,
        gives=Body((JSON,), "proposals", (Field("proposals", "the oldest first", "array", required=True),)),
    ),
    Route(
        "POST", "/v1/proposals/{id}/approve", Right.DECIDE_WRITE, "Take what was proposed", approve,
        parameters=(_ID,), takes=Body((JSON,), "why", (_REASON, _BY)), gives=_FOUND, fails=_WRONG,
    ),
    Route(
        "POST", "/v1/proposals/{id}/refuse", Right.DECIDE_WRITE, "Drop what was proposed", refuse,
        parameters=(_ID,), takes=Body((JSON,), "why", (_REASON, _BY)),
        gives=Body((JSON,), "which one", (Field("refused", "its id", required=True),)), fails=_WRONG,
    ),
]  # fmt: skip
