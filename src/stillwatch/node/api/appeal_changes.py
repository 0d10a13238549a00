"""Appeals as they are answered: claimed, decided, sent to counsel or withdrawn, each on the version that was seen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stillwatch.core.appeal import Appeal, Outcome, Reach
from stillwatch.node.api.appeals import BY, FAILS, ID, PERSON, described
from stillwatch.node.api.decisions import read
from stillwatch.node.persons import person_of
from stillwatch.node.replies import reply
from stillwatch.node.routes import JSON, Body, Field, Handler, Route
from stillwatch.node.tokens import Right

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from stillwatch.casework.consequences.office import Office
    from stillwatch.node.live import Live


class _Change(msgspec.Struct, forbid_unknown_fields=True):
    """A change that names the version it rests on."""

    version: int
    reason: str = ""
    by: str = ""


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    """How an appeal ends."""

    version: int
    outcome: Outcome
    reason: str
    reach: Reach = Reach.ACCOUNT
    by: str = ""


def _changing(kind: type[Any], act: Callable[[Office, str, str, Any], Appeal]) -> Handler:
    """An endpoint that changes an appeal."""

    async def handler(live: Live, request: Request) -> Response:
        said = await read(request, kind)

        def work() -> Appeal:
            person = person_of(live, live.casework.records(), request, said.by)
            return act(live.consequences.office(), request.path_params["id"], person.name, said)

        return reply({"appeal": described(await asyncio.to_thread(work))})

    return handler


claim = _changing(_Change, lambda office, name, by, said: office.appeals.claim(name, by, said.version))
decide = _changing(
    _Answer,
    lambda office, name, by, said: office.appeals.decide(
        name, said.outcome, by, said.version, reason=said.reason, reach=said.reach
    ),
)
escalate = _changing(
    _Change,
    lambda office, name, by, said: office.escalation.escalate(name, by, said.version, reason=said.reason),
)
withdraw = _changing(_Change, lambda office, name, by, said: office.appeals.withdraw(name, by, said.version))


_VERSION: Final = Field("version", "that you saw", "integer", required=True)
_APPEAL: Final = Body((JSON,), "the appeal", (Field("appeal", "as it stands now", "object", required=True),))
_CHANGES: Final = FAILS | {
    400: "something is missing or of the wrong kind",
    404: "there is no such appeal",
    409: "somebody else has it, it was changed meanwhile, or it is answered",
}

ROUTES = [
    Route(
        "POST", "/v1/appeals/{id}/claim", Right.CASES, "Take an appeal", claim,
        parameters=(ID, PERSON), takes=Body((JSON,), "what you saw", (_VERSION, BY)), gives=_APPEAL, fails=_CHANGES,
    ),
    Route(
        "POST", "/v1/appeals/{id}/decide", Right.CASES, "Answer an appeal that you claimed", decide,
        parameters=(ID, PERSON),
        takes=Body(
            (JSON,), "how it ends",
            (
                _VERSION,
                Field("outcome", "", choices=tuple(Outcome), required=True),
                Field("reason", "for the record", required=True),
                Field("reach", "how much an overturned one takes back", choices=tuple(Reach)),
                BY,
            ),
        ),
        gives=_APPEAL, fails=_CHANGES,
    ),
    Route(
        "POST", "/v1/appeals/{id}/escalate", Right.CASES, "Send an appeal to counsel", escalate,
        parameters=(ID, PERSON),
        takes=Body((JSON,), "why", (_VERSION, Field("reason", "in a sentence", required=True), BY)),
        gives=_APPEAL, fails=_CHANGES,
    ),
    Route(
        "POST", "/v1/appeals/{id}/withdraw", Right.CASES, "End an appeal without an answer", withdraw,
        parameters=(ID, PERSON), takes=Body((JSON,), "what you saw", (_VERSION, BY)), gives=_APPEAL, fails=_CHANGES,
    ),
]  # fmt: skip
