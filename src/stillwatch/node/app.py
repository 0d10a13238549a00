"""The application: every route checked for its token, every error in one shape, nothing said about what was sent."""

from __future__ import annotations

import asyncio
import difflib
import logging
import traceback
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.routing import Route as StarletteRoute

from stillwatch.errors import StillwatchError
from stillwatch.node.access import caller
from stillwatch.node.api import routes
from stillwatch.node.persons import check_shown
from stillwatch.node.quick import Quick
from stillwatch.node.replies import problem
from stillwatch.node.tokens import Right

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from stillwatch.node.live import Live
    from stillwatch.node.routes import Route

_LOG = logging.getLogger(__name__)


class Endpoint:
    """One route as an ASGI application.

    Args:
        live: the node.
        route: what it answers.
    """

    def __init__(self, live: Live, route: Route) -> None:
        self._live = live
        self._route = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the token, answer, and put whatever fails into words."""
        request = Request(scope, receive, send)
        try:
            authorization = request.headers.get("authorization", "")
            request.state.principal = caller(self._live.tokens, self._route.right, authorization)
            if self._route.right is Right.CASES:
                await asyncio.to_thread(check_shown, self._live, request)
            response = await self._route.handler(self._live, request)
        except StillwatchError as error:
            response = problem(error)
        except ClientDisconnect:
            return
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            _LOG.error(
                "%s %s failed: %s at %s:%s",
                self._route.method,
                self._route.path,
                type(error).__name__,
                place.filename,
                place.lineno,
            )
            response = problem(_fault(error))
        await response(scope, receive, send)


def _fault(error: Exception) -> StillwatchError:
    """A fault of ours, by type only."""
    return StillwatchError(
        f"the node met a situation it does not handle ({type(error).__name__})",
        code="SW-NODE-99",
        hint="the node's own output says where it happened",
    )


def application(live: Live) -> ASGIApp:
    """Everything the node answers."""
    table = [
        StarletteRoute(route.path, Endpoint(live, route), methods=[route.method], name=route.name)
        for route in routes()
    ]
    return Quick(live, Starlette(routes=table, exception_handlers={404: _missing, 405: _wrong_method}))


async def _missing(request: Request, _error: Any) -> Any:
    known = sorted({route.path for route in routes()})
    near = difflib.get_close_matches(request.scope["path"], known, n=1)
    hint = f"did you mean {near[0]}?" if near else "GET /openapi.json lists what there is"
    return problem(StillwatchError("there is no such path", code="SW-NODE-28", hint=hint))


async def _wrong_method(request: Request, _error: Any) -> Any:
    allowed = sorted({route.method for route in routes() if route.path == request.scope["path"]})
    hint = f"use {' or '.join(allowed)}" if allowed else "GET /openapi.json lists what there is"
    return problem(StillwatchError(f"this path takes no {request.method}", code="SW-NODE-29", hint=hint))
