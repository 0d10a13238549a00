"""The application: every caller checked, every error in one shape, nothing said about what others sent."""

from __future__ import annotations

import logging
import re
import time
import traceback
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.routing import Route as StarletteRoute

from stillwatch.errors import StillwatchError
from stillwatch.hub.api import routes
from stillwatch.hub.replies import problem
from stillwatch.hub.routes import Call
from stillwatch.hub.taxii.media import check_accept

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from stillwatch.hub.live import LiveHub
    from stillwatch.hub.members import Caller
    from stillwatch.hub.routes import Route

_LOG = logging.getLogger(__name__)


class Endpoint:
    """One route as an ASGI application.

    Args:
        hub: the hub.
        route: what it answers.
    """

    def __init__(self, hub: LiveHub, route: Route) -> None:
        self._hub = hub
        self._route = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check who calls, answer, and put whatever fails into words."""
        request = Request(scope, receive, send)
        begun = time.perf_counter()
        try:
            response = await self._answer(request)
        except StillwatchError as error:
            response = problem(error, as_taxii=self._route.taxii)
        except ClientDisconnect:
            return
        except Exception as error:
            response = problem(_fault(error, self._route), as_taxii=self._route.taxii)
        self._hub.tally["requests", f"{self._route.name} {response.status_code}"] += 1
        self._hub.seconds[self._route.name] += time.perf_counter() - begun  # type: ignore[assignment]
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        who = self._caller(request) if self._route.scope is not None else None
        if self._route.taxii:
            check_accept(request.headers.get("accept"))
        return await self._route.handler(self._hub, Call(request, who))

    def _caller(self, request: Request) -> Caller:
        """Whoever calls.

        Raises:
            StillwatchError: nobody that is known, somebody who may not, or too often.
        """
        address, port = request.scope.get("client") or ("", 0)
        try:
            who = self._hub.directory.caller(
                request.headers.get("authorization", ""), self._hub.fingerprints.get(int(port or 0))
            )
        except StillwatchError:
            self._hub.tally["refused", "credentials"] += 1
            self._hub.quotas.stranger(str(address))
            raise
        self._hub.quotas.request(who.member)
        if self._route.scope not in who.scopes:
            raise StillwatchError(
                f"this credential lacks the scope {self._route.scope}",
                code="SW-HUB-04",
                hint="ask the hub's operator for a token that has it",
            )
        return who


def _fault(error: Exception, route: Route) -> StillwatchError:
    """A fault of ours: its place goes to the operator, nothing of it to the caller."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    _LOG.error(
        "%s %s failed: %s at %s:%s",
        route.method,
        route.path,
        type(error).__name__,
        place.filename,
        place.lineno,
    )
    return StillwatchError(
        "the hub met a situation it does not handle", code="SW-HUB-99", hint="tell its operator"
    )


def application(hub: LiveHub) -> ASGIApp:
    """Everything the hub answers."""
    table = [
        StarletteRoute(route.path, Endpoint(hub, route), methods=[route.method], name=route.name)
        for route in routes()
    ]
    handlers: dict[Any, Any] = {404: _missing, 405: _wrong_method}
    made = Starlette(routes=table, exception_handlers=handlers)
    made.router.redirect_slashes = False  # a redirect would repeat whatever host the client named
    return made


async def _missing(request: Request, _error: Any) -> Response:
    path = request.scope["path"]
    hint = "add the slash at the end" if path.startswith("/taxii2") and not path.endswith("/") else ""
    error = StillwatchError(
        "there is no such path", code="SW-HUB-05", hint=hint or "GET /openapi.json lists what there is"
    )
    return problem(error, as_taxii=path.startswith("/taxii2"))


async def _wrong_method(request: Request, _error: Any) -> Response:
    path = request.scope["path"]
    allowed = sorted({route.method for route in routes() if _fits(route.path, path)})
    error = StillwatchError(
        f"this path takes no {request.method[:10]}", code="SW-HUB-09", hint=f"use {' or '.join(allowed)}"
    )
    return problem(error, as_taxii=path.startswith("/taxii2"), allow=", ".join(allowed))


def _fits(pattern: str, path: str) -> bool:
    parts = re.split(r"{\w+}", pattern)
    return re.fullmatch("[^/]+".join(map(re.escape, parts)), path) is not None
