"""Cases as they are changed: every change names the version that it rests on, or is told the present one."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stillwatch.core.case import Case, CaseDecision, CaseTask
from stillwatch.errors import StillwatchError
from stillwatch.node.api.cases import CASE, ID, UNKNOWN, described
from stillwatch.node.api.decisions import read
from stillwatch.node.persons import HEADER, person_of
from stillwatch.node.replaying import replayed
from stillwatch.node.replies import reply
from stillwatch.node.routes import JSON, Body, Field, Handler, Route
from stillwatch.node.tokens import Right

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from stillwatch.casework.cases import CaseStore
    from stillwatch.node.live import Live


class _Change(msgspec.Struct, forbid_unknown_fields=True):
    """A change of one case."""

    version: int
    by: str = ""
    reason: str = ""


class _Note(msgspec.Struct, forbid_unknown_fields=True):
    """Something to write down."""

    text: str
    by: str = ""
    version: int | None = None


class _Task(msgspec.Struct, forbid_unknown_fields=True):
    """Something to be done."""

    text: str
    by: str = ""
    assignee: str = ""
    due: str | None = None


class _Done(msgspec.Struct, forbid_unknown_fields=True):
    """Something that was done."""

    task_id: int
    by: str = ""


class _Decision(msgspec.Struct, forbid_unknown_fields=True):
    """What is concluded."""

    decision: CaseDecision
    reason: str
    version: int
    by: str = ""
    spare: tuple[str, ...] = ()


class _Merge(msgspec.Struct, forbid_unknown_fields=True):
    """Which case goes into this one."""

    other: str
    reason: str
    version: int
    other_version: int
    by: str = ""


class _Replay(msgspec.Struct, forbid_unknown_fields=True):
    """Which snapshot is to be judged again; the latest if none is named."""

    by: str = ""
    evidence: str | None = None


_Act = Callable[["CaseStore", str, str, Any], Case | CaseTask]


def _changing(kind: type[Any], act: _Act) -> Handler:
    """An endpoint that changes a case."""

    async def handler(live: Live, request: Request) -> Response:
        said = await read(request, kind)

        def work() -> Case | CaseTask:
            person = person_of(live, live.casework.records(), request, said.by)
            return act(live.casework.store(), request.path_params["id"], person.name, said)

        try:
            after = await asyncio.to_thread(work)
        except StillwatchError as error:
            return _conflict(error)
        return reply(described(after) if isinstance(after, Case) else dataclasses.asdict(after))

    return handler


def _conflict(error: StillwatchError) -> Response:
    """A conflict with the present version; anything else goes on as it is.

    Raises:
        StillwatchError: it is no conflict.
    """
    from stillwatch.casework.cases import ConflictError

    if not isinstance(error, ConflictError):
        raise error
    said = {"code": error.code, "message": error.message, "hint": error.hint}
    return reply({"error": said, "version": error.version}, 409)


async def judged_again(live: Live, request: Request) -> Response:
    """Judge a case again from its snapshot."""
    said = await read(request, _Replay)
    store, records = await asyncio.to_thread(lambda: (live.casework.store(), live.casework.records()))
    person = await asyncio.to_thread(person_of, live, records, request, said.by)
    found = await replayed(live.casework.place, request.path_params["id"], said.evidence)
    await asyncio.to_thread(store.note_replay, found, person.name)
    return reply(dataclasses.asdict(found))


def _due(words: str | None) -> str | None:
    from stillwatch.casework.cases.moments import moment

    return None if words is None else moment(words)


_ACTS: Final[dict[str, tuple[str, type[Any], _Act]]] = {
    "claim": (
        "Take a case, so that nobody else works on it",
        _Change,
        lambda s, i, by, c: s.claim(i, by, c.version),
    ),
    "release": ("Give a case back", _Change, lambda s, i, by, c: s.release(i, by, c.version, c.reason)),
    "notes": ("Write something down", _Note, lambda s, i, by, c: s.note(i, c.text, by, c.version)),
    "tasks": (
        "Add something to do",
        _Task,
        lambda s, i, by, c: s.task(i, c.text, by, assignee=c.assignee, due_ts=_due(c.due)),
    ),
    "done": ("Tick off a task", _Done, lambda s, i, by, c: s.done(i, c.task_id, by)),
    "decide": (
        "Conclude about a case that one has claimed",
        _Decision,
        lambda s, i, by, c: s.decide(i, c.decision, by, c.version, reason=c.reason, spare=c.spare),
    ),
    "close": (
        "End the work on a decided case",
        _Change,
        lambda s, i, by, c: s.close(i, by, c.version, reason=c.reason),
    ),
    "reopen": (
        "Take a decided or closed case up again",
        _Change,
        lambda s, i, by, c: s.reopen(i, by, c.version, reason=c.reason),
    ),
    "merge": (
        "Put another case into this one",
        _Merge,
        lambda s, i, by, c: s.merge(i, c.other, by, (c.version, c.other_version), reason=c.reason),
    ),
}
_ABOUT: Final = {
    "version": "of the case as it was seen",
    "other_version": "of the other case as it was seen",
    "by": "who does it; the token's name where tokens are used",
    "reason": "why, in a sentence; no prompt text",
    "text": "in a sentence or two; no prompt text",
    "assignee": "who is to do it; empty for whoever owns the case",
    "due": "by when (RFC 3339)",
    "task_id": "which one",
    "decision": "what is concluded",
    "spare": "accounts that it leaves out",
    "other": "the case that ends",
    "evidence": "digest of the snapshot, or how it begins; the latest if left out",
}
_KINDS: Final = {"version": "integer", "other_version": "integer", "task_id": "integer", "spare": "array"}


def _fields(kind: type[Any]) -> tuple[Field, ...]:
    """The members of a body as the document has them."""
    return tuple(
        Field(
            each.name,
            _ABOUT[each.name],
            _KINDS.get(each.name, "string"),
            required=each.required,
            choices=tuple(CaseDecision) if each.name == "decision" else (),
        )
        for each in msgspec.structs.fields(kind)
    )


_WHO: Final = Field(HEADER, "token of the person who acts", where="header")
_FAILS: Final = UNKNOWN | {
    400: "something is missing, unknown or not allowed",
    401: "nobody says who acts",
    403: "they may not",
    409: "it has changed, is somebody else's, or stands elsewhere: the answer has its present version",
}

ROUTES = [
    *(
        Route(
            "POST",
            f"/v1/cases/{{id}}/{name}",
            Right.CASES,
            summary,
            _changing(kind, act),
            parameters=(ID, _WHO),
            takes=Body((JSON,), "what is to be done", _fields(kind)),
            gives=Body((JSON,), "the task", (Field("task_id", "", "integer", required=True),))
            if kind is _Task
            else Body((JSON,), "the case afterwards", CASE),
            fails=_FAILS,
        )
        for name, (summary, kind, act) in _ACTS.items()
    ),
    Route(
        "POST",
        "/v1/cases/{id}/replay",
        Right.CASES,
        "Judge a case again from its snapshot alone",
        judged_again,
        parameters=(ID, _WHO),
        takes=Body((JSON,), "which snapshot", _fields(_Replay)),
        gives=Body(
            (JSON,),
            "what came of it",
            (
                Field("same", "whether the result is the recorded one", "boolean", required=True),
                Field("differences", "what is not", "array", required=True),
            ),
        ),
        fails=_FAILS,
    ),
]
