"""Logging in and out: with a token that was handed out, or through an organisation's own login."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

from stillwatch.console.answers import plain_page, redirect
from stillwatch.console.statuses import status_of
from stillwatch.console.visitors import check_csrf, check_origin, visitor_of
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from stillwatch.console.form import Form
    from stillwatch.console.live import Live

RETURN: Final = "/login/return"
"""Where an organisation's login sends people back to; belongs into its settings."""
_HOME: Final = "/overview"
_BEGUN: Final = "stillwatch-login"


def login_page(live: Live, request: Request) -> Response:
    """The door; who is in already goes on."""
    try:
        if visitor_of(live, request) is not None:
            return redirect(_next(request.query_params.get("next", "")))
        anybody = bool(live.office.people.list())
    except StillwatchError as error:
        return _door(live, request, error=error)
    return _door(live, request, anybody=anybody)


def log_in(live: Live, request: Request, form: Form) -> Response:
    """Let somebody in who shows their token."""
    to = _next(form.text("next"))
    try:
        check_origin(request)
        token = form.text("token").strip()
        person = live.office.people.who(token)
    except StillwatchError as error:
        return _door(live, request, error=error, to=to)
    return _let_in(live, redirect(to), person.name, token)


def log_out(live: Live, request: Request, form: Form) -> Response:
    """End the session."""
    secret = request.cookies.get(live.cookie, "")
    session = live.sessions.get(secret)
    if session is not None:
        check_origin(request)
        check_csrf(session, form.text("csrf"))
        live.sessions.end(secret)
    response = redirect("/login")
    response.delete_cookie(live.cookie, path="/", secure=live.secure, httponly=True, samesite="strict")
    return response


def begin_login(live: Live, request: Request) -> Response:
    """Send somebody to their organisation's login; a cookie says that it was this browser that began."""
    if live.logins is None:
        return _door(live, request, error=_no_login())
    try:
        address = live.logins.begin(_return_address(live))
    except StillwatchError as error:
        return _door(live, request, error=error)
    state = parse_qs(urlsplit(address).query).get("state", [""])[0]
    response = redirect(address)
    response.set_cookie(
        _BEGUN, state, max_age=600, path=RETURN, secure=live.secure, httponly=True, samesite="lax"
    )
    return response


def finish_login(live: Live, request: Request) -> Response:
    """Let somebody in whom their organisation's login vouches for."""
    if live.logins is None:
        return _door(live, request, error=_no_login())
    given = request.query_params
    state = given.get("state", "")
    try:
        if not state or not hmac.compare_digest(request.cookies.get(_BEGUN, "").encode(), state.encode()):
            raise StillwatchError(
                "this login was not begun in this browser", code="SW-CON-18", hint="begin again"
            )
        person, token = live.logins.finish(
            state, given.get("code", ""), _return_address(live), given.get("iss", "")
        )
    except StillwatchError as error:
        return _door(live, request, error=error)
    # A page of our own goes on from here: the cookie is not sent on a way that began at another site.
    response = plain_page(request, "entered.html", title="Logged in", to=_HOME, name=person.name)
    response.delete_cookie(_BEGUN, path=RETURN)
    return _let_in(live, response, person.name, token)


def _let_in(live: Live, response: Response, name: str, token: str) -> Response:
    secret = live.sessions.begin(name, token)
    response.set_cookie(live.cookie, secret, path="/", secure=live.secure, httponly=True, samesite="strict")
    return response


def _door(
    live: Live, request: Request, *, error: StillwatchError | None = None, to: str = "", **shown: Any
) -> Response:
    status = 200 if error is None else status_of(error)
    where = to or _next(request.query_params.get("next", ""))
    known = {"anybody": True} | shown
    return plain_page(
        request,
        "login.html",
        status,
        title="Log in",
        error=error,
        to=where,
        organisation=live.logins is not None,
        place=live.office.place,
        **known,
    )


def _next(wanted: str) -> str:
    """Where to go after the door: a path of ours, never another site."""
    parts = urlsplit(wanted)
    own = (
        wanted.startswith("/")
        and not wanted.startswith(("//", "/\\"))
        and not parts.netloc
        and not parts.scheme
    )
    return wanted if own and "\\" not in wanted and wanted.isprintable() else _HOME


def _return_address(live: Live) -> str:
    """Under which the login reaches us; that of its settings unless the console's own is known."""
    return f"{live.office.options.url.rstrip('/')}{RETURN}" if live.office.options.url else ""


def _no_login() -> StillwatchError:
    return StillwatchError(
        "no organisation's login is set up",
        code="SW-CON-19",
        hint="name its settings with --oidc, or use a token",
    )
