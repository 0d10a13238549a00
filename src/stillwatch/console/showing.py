"""Answering a look at a page: let in, gather, show; as a page, as JSON or as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from stillwatch.casework.people import may
from stillwatch.console.answers import (
    csv_answer,
    error_answer,
    fault,
    file_answer,
    json_answer,
    page_answer,
    problem_answer,
    redirect,
)
from stillwatch.console.ask import Ask
from stillwatch.console.contract import Attachment
from stillwatch.console.visitors import visitor_of
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from stillwatch.casework.people import Person
    from stillwatch.console.contract import Page
    from stillwatch.console.live import Live

TWINS: Final = (".json", ".csv")


def show(live: Live, page: Page, request: Request) -> Response:
    """The answer to a look at a page; runs in a thread."""
    path = request.scope["path"]
    twin = next((each for each in TWINS if path.endswith(each) and request.scope["twin"]), "")
    ask = session = None
    try:
        visitor = visitor_of(live, request)
        if visitor is None:
            return _not_known(request, twin)
        session = visitor.session
        ask = ask_of(
            live, request, visitor.person, path.removesuffix(twin) if twin else path, whole=bool(twin)
        )
        if page.act is not None:
            may(visitor.person, page.act)
        view = page.handler(ask)
        live.reads.note(visitor.person.name, page.name, view.subject)
        if isinstance(view, Attachment):
            return file_answer(view, secure=live.secure)
        if twin == ".json" or (session is None and not twin):
            return json_answer(view)
        if twin == ".csv":
            return csv_answer(view, page, ask.text("table"))
        assert session is not None
        if view.to:
            return redirect(view.to)
        return page_answer(request, ask, session, page, view)
    except StillwatchError as error:
        if twin or (ask is not None and session is None):
            return problem_answer(error)
        return error_answer(request, error, ask, session)
    except Exception as error:  # whatever a page meets, its reader gets a page with a way on
        ours = fault(error, path)
        return problem_answer(ours) if twin else error_answer(request, ours, ask, session)


def ask_of(live: Live, request: Request, person: Person, path: str, *, whole: bool = False) -> Ask:
    """What a handler is given."""
    return Ask(person, live.office, path, request.path_params, request.query_params, live.office.now(), whole)


def _not_known(request: Request, twin: str) -> Response:
    """Whoever is not logged in: a person goes to the door and comes back here, a program is told."""
    if twin:
        return problem_answer(
            StillwatchError(
                "log in first, or show a token", code="SW-CON-17", hint="send: Authorization: Bearer TOKEN"
            )
        )
    asked = request.scope["query_string"].decode("latin-1")
    query = f"?{asked}" if asked else ""
    here = request.scope["path"] + query
    return redirect("/login" if here in ("/", "/overview") else f"/login?{urlencode({'next': here})}")
