"""Cases as they are looked at: a list of those that wait, one of them, and what belongs to it."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import TYPE_CHECKING, Any, Final

from stillwatch import clock
from stillwatch.core.case import CaseState, Priority
from stillwatch.errors import StillwatchError
from stillwatch.node.persons import HEADER, person_of
from stillwatch.node.queries import number
from stillwatch.node.replies import reply
from stillwatch.node.routes import JSON, Body, Field, Route
from stillwatch.node.tokens import Right

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

    from starlette.datastructures import QueryParams
    from starlette.requests import Request
    from starlette.responses import Response

    from stillwatch.casework.cases import CaseFilter, CaseStore
    from stillwatch.core.case import Case
    from stillwatch.node.live import Live

_PAGE: Final = 100
_MOST: Final = 1000
_ORDERS: Final = ("priority", "due", "newest")


async def listed(live: Live, request: Request) -> Response:
    """Cases page by page, the most urgent first; those that wait unless other states are asked for."""
    wanted = await asyncio.to_thread(_filter, request.query_params)

    def work() -> tuple[int, tuple[Case, ...]]:
        store = live.casework.store()
        return store.count(wanted), store.list(wanted)

    count, found = await asyncio.to_thread(work)
    return reply({"count": count, "cases": [described(case) for case in found]})


async def shown(live: Live, request: Request) -> Response:
    """One case with its reasons, tasks and history."""

    def work() -> dict[str, Any]:
        store, case_id = live.casework.store(), request.path_params["id"]
        case = store.get(case_id)
        said = described(case) | {
            "tasks": [dataclasses.asdict(each) for each in store.tasks(case_id)],
            "steps": [dataclasses.asdict(each) for each in store.steps(case_id)],
        }
        if case.evidence:
            campaign = store.campaign(case_id)
            said["reasons"] = [dataclasses.asdict(reason) for reason in campaign.reasons]
            said["innocent_explanation"] = campaign.innocent_explanation
        return said

    return reply(await asyncio.to_thread(work))


async def accounts(live: Live, request: Request) -> Response:
    """Accounts of a case, page by page in the order of their ids."""
    given = request.query_params
    most = number(given, "limit", _MOST, _MOST)
    found = await _of_case(
        live, lambda s: s.accounts(request.path_params["id"], after=given.get("after", ""), most=most)
    )
    return reply({"accounts": found})


async def related(live: Live, request: Request) -> Response:
    """Cases that share evidence with one."""
    most = number(request.query_params, "limit", 10, _PAGE)
    return reply({"cases": await _of_case(live, lambda s: s.related(request.path_params["id"], most))})


async def snapshots(live: Live, request: Request) -> Response:
    """What the verdicts on a case rested on, and when."""
    return reply({"snapshots": await _of_case(live, lambda s: s.snapshots(request.path_params["id"]))})


async def exemplars(live: Live, request: Request) -> Response:
    """Ids of exchanges that show what a case is about; the ledger notes who looked."""

    def work() -> list[dict[str, Any]]:
        store, records = live.casework.store(), live.casework.records()
        campaign, case = store.campaign(request.path_params["id"]), store.get(request.path_params["id"])
        person = person_of(live, records, request, request.query_params.get("by", ""))
        with records.people.reading(person, case.case_id, "exemplars"):
            return [{name: getattr(e, name) for name in e.__struct_fields__} for e in campaign.exemplars]

    return reply({"exemplars": await asyncio.to_thread(work)})


def described(case: Case) -> dict[str, Any]:
    """A case as it goes over the wire."""
    now = clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return dataclasses.asdict(case) | {"overdue": case.overdue(now)}


async def _of_case(live: Live, ask: Callable[[CaseStore], tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(each) for each in await asyncio.to_thread(lambda: ask(live.casework.store()))]


def _filter(given: QueryParams) -> CaseFilter:
    from stillwatch.casework.cases import CaseFilter, Order  # deferred: a node without cases needs no SQL
    from stillwatch.casework.cases.filters import WAITING

    words = [word for word in given.get("state", "").split(",") if word]
    states = (
        WAITING if not words else () if words == ["all"] else tuple(_one(CaseState, word) for word in words)
    )
    overdue = given.get("overdue", "") in ("1", "true")
    return CaseFilter(
        states=states,
        priority=_one(Priority, given["priority"]) if "priority" in given else None,
        owner=given.get("owner"),
        account=given.get("account"),
        campaign=given.get("campaign"),
        overdue_at=clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z") if overdue else None,
        order=_one(Order, given.get("order", "priority")),
        most=number(given, "limit", _PAGE, _MOST),
        skip=number(given, "skip", 0, 2**31),
    )


def _one(kind: type[StrEnum], word: str) -> Any:
    try:
        return kind(word)
    except ValueError:
        raise StillwatchError(
            f"{word[:40]!r} is not known here", code="SW-NODE-21", hint=f"known: {', '.join(kind)}"
        ) from None


ID: Final = Field("id", "such as case-7", where="path", required=True)
UNKNOWN: Final = {404: "there is no such case"}
CASE: Final = (
    Field("case_id", "", required=True),
    Field("version", "name it when you change the case", "integer", required=True),
    Field("state", "where it stands", choices=tuple(CaseState), required=True),
    Field("priority", "by how much leaks an hour", choices=tuple(Priority), required=True),
    Field("accounts", "how many belong to it", "integer", required=True),
    Field("due_ts", "by when it has to be decided (RFC 3339)", required=True),
    Field("overdue", "whether that has passed", "boolean", required=True),
    Field("owner", "who claimed it; empty while nobody has", required=True),
)
_LIMIT: Final = Field("limit", "how many at most", "integer")

ROUTES = [
    Route(
        "GET", "/v1/cases", Right.CASES, "Cases that wait, the most urgent first", listed,
        parameters=(
            Field("state", f"of {', '.join(CaseState)}, with commas between; `all` for any"),
            Field("priority", "only those", choices=tuple(Priority)),
            Field("owner", "claimed by them"),
            Field("account", "that hold this account"),
            Field("campaign", "that this campaign belongs to"),
            Field("overdue", "1 for those that should have been decided by now"),
            Field("order", "what comes first", choices=_ORDERS),
            _LIMIT,
            Field("skip", "how many to leave out before", "integer"),
        ),
        gives=Body((JSON,), "a page", (
            Field("count", "how many there are", "integer", required=True),
            Field("cases", "", "array", required=True),
        )),
        fails={400: "no such state, priority or order"},
    ),
    Route(
        "GET", "/v1/cases/{id}", Right.CASES, "One case with its reasons, tasks and history", shown,
        parameters=(ID,), gives=Body((JSON,), "the case", CASE), fails=UNKNOWN,
    ),
    Route(
        "GET", "/v1/cases/{id}/accounts", Right.CASES, "Accounts of a case, in the order of their ids", accounts,
        parameters=(ID, Field("after", "ids after this one: the last of the page before"), _LIMIT),
        gives=Body((JSON,), "a page", (Field("accounts", "", "array", required=True),)), fails=UNKNOWN,
    ),
    Route(
        "GET", "/v1/cases/{id}/related", Right.CASES, "Cases that share evidence with one", related,
        parameters=(ID, _LIMIT),
        gives=Body((JSON,), "the closest first", (Field("cases", "", "array", required=True),)), fails=UNKNOWN,
    ),
    Route(
        "GET", "/v1/cases/{id}/snapshots", Right.CASES, "What the verdicts on a case rested on", snapshots,
        parameters=(ID,),
        gives=Body((JSON,), "the oldest first", (Field("snapshots", "", "array", required=True),)), fails=UNKNOWN,
    ),
    Route(
        "GET", "/v1/cases/{id}/exemplars", Right.CASES,
        "Ids of exchanges that show what a case is about; the ledger notes who looked", exemplars,
        parameters=(ID, Field("by", "who looks, if nothing else says so"), Field(HEADER, "who looks", where="header")),
        gives=Body((JSON,), "account, request id and time", (Field("exemplars", "", "array", required=True),)),
        fails=UNKNOWN | {401: "nobody says who looks", 403: "they may not"},
    ),
]  # fmt: skip
