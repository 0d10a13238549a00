"""What goes back: a page, its twins, or an error in the shape that was asked for."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Any, Final

import orjson
from starlette.responses import Response

from stillwatch.console import twins
from stillwatch.console.headers import security_headers
from stillwatch.console.rendering import render, safe_drawings
from stillwatch.console.shell import bare_shell, shell_of
from stillwatch.console.statuses import status_of
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from starlette.requests import Request

    from stillwatch.console.ask import Ask
    from stillwatch.console.contract import Attachment, Page, View
    from stillwatch.console.sessions import Session

_LOG = logging.getLogger(__name__)
HTML: Final = "text/html; charset=utf-8"
_WORDS: Final = {
    400: "That cannot be done",
    401: "Log in first",
    403: "You may not do this",
    404: "There is no such thing",
    405: "That cannot be done here",
    409: "Somebody else was there first",
    413: "Too large",
    500: "A fault of the console",
    502: "The other side does not answer",
    503: "Not available now",
}


def page_answer(request: Request, ask: Ask, session: Session, page: Page, view: View) -> Response:
    """A page."""
    shown = {
        "page": page,
        "ask": ask,
        "title": view.title or page.title,
        "data": view.data,
        "draw": safe_drawings(view.drawings),
        "shell": shell_of(request, ask, session, page)
        | {"twin": twins.addresses(ask.path, request.scope["query_string"].decode("latin-1"), view.data)},
    }
    return Response(render(view.template or f"{page.name}.html", shown), view.status, media_type=HTML)


def json_answer(view: View) -> Response:
    """A page's data."""
    return Response(twins.as_json(view.data), view.status, media_type="application/json")


def csv_answer(view: View, page: Page, table: str) -> Response:
    """One of a page's tables.

    Raises:
        StillwatchError: it has no such table.
    """
    name = f"{page.name}-{table.replace('.', '-')}" if table else page.name
    text = twins.as_csv(view.data, table)
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(text.encode(), 200, headers, "text/csv; charset=utf-8")


def file_answer(found: Attachment, *, secure: bool) -> Response:
    """A finished file, in a sandbox: it runs nothing, sends nothing, and is of no origin."""
    response = dressed(Response(found.content, 200, media_type=found.kind), secure=secure)
    own = f"{found.policy}; " if found.policy else "default-src 'none'; "
    response.headers["content-security-policy"] = f"{own}frame-ancestors 'none'; sandbox"
    if found.name:
        response.headers["content-disposition"] = f'attachment; filename="{found.name}"'
    return response


def redirect(to: str) -> Response:
    """Go there with GET."""
    return Response(b"", 303, {"location": to})


def error_answer(
    request: Request, error: StillwatchError, ask: Ask | None, session: Session | None
) -> Response:
    """An error as a page; what the person can do now comes with it."""
    status = status_of(error)
    shell = bare_shell(request) if ask is None or session is None else shell_of(request, ask, session, None)
    shown = {
        "title": _WORDS.get(status, _WORDS[400]),
        "error": error,
        "status": status,
        "shell": shell,
        "ask": ask,
    }
    return Response(render("error.html", shown), status, media_type=HTML)


def fault(error: Exception, path: str) -> StillwatchError:
    """A fault of ours: noted with its place for whoever runs the console, told by type only."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    _LOG.error("%s failed: %s at %s:%s", path, type(error).__name__, place.filename, place.lineno)
    return StillwatchError(
        f"the console met a situation it does not handle ({type(error).__name__})",
        code="SW-CON-99",
        hint="the console's own output says where it happened; nothing was changed by a page that only shows",
    )


def problem_answer(error: StillwatchError) -> Response:
    """An error as JSON, in the shape that all services share."""
    said = {"code": error.code, "message": error.message, "hint": error.hint}
    return Response(orjson.dumps({"error": said}), status_of(error), media_type="application/json")


def plain_page(request: Request, template: str, status: int = 200, **shown: Any) -> Response:
    """A page of somebody who is not logged in."""
    return Response(render(template, {"shell": bare_shell(request), **shown}), status, media_type=HTML)


def dressed(response: Response, *, secure: bool, static: bool = False) -> Response:
    """An answer with the headers that every answer has."""
    for name, value in security_headers(secure=secure, static=static).items():
        response.headers[name] = value
    return response
