"""The application: every caller checked, every error in one shape, nothing said about what was sent."""

from __future__ import annotations

import asyncio
import logging
import traceback
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.routing import Route as StarletteRoute

from stillwatch.errors import StillwatchError
from stillwatch.keyservice.endpoints import ROUTES
from stillwatch.keyservice.replies import problem
from stillwatch.keyservice.usage import seconds_to_midnight

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from stillwatch.keyservice.live import KeyService
    from stillwatch.keyservice.membership import Member
    from stillwatch.keyservice.routes import Route

_LOG = logging.getLogger("stillwatch.keyservice")
_FOR_CALLERS = ("SW-KEY-2", "SW-KEY-3", "SW-MATCH-")
"""Errors about the request; others are the operator's business."""


class Endpoint:
    """One route as an ASGI application.

    Args:
        service: the key service.
        route: what it answers.
    """

    def __init__(self, service: KeyService, route: Route) -> None:
        self._service = service
        self._route = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check who calls, answer, and put whatever fails into words."""
        request = Request(scope, receive, send)
        try:
            member = await self._caller(request) if self._route.kinds else None
            response = await self._route.handler(self._service, request, member)
        except StillwatchError as error:
            known = error if error.code.startswith(_FOR_CALLERS) else self._fault(error)
            response = problem(known, seconds_to_midnight(self._service.clock))
        except ClientDisconnect:
            return
        except Exception as error:
            response = problem(self._fault(error))
        self._service.tally["requests", self._route.path, str(response.status_code)] += 1
        await response(scope, receive, send)

    async def _caller(self, request: Request) -> Member:
        """Whoever calls.

        Raises:
            StillwatchError: nobody that is known, or somebody whose token is for something else.
        """
        kind, _, presented = request.headers.get("authorization", "").partition(" ")
        member = None
        if kind.lower() == "bearer" and presented.strip():
            member = await asyncio.to_thread(self._service.membership.find, presented.strip())
        if member is None:
            raise StillwatchError(
                "this needs a valid token", code="SW-KEY-28", hint="send it as: Authorization: Bearer TOKEN"
            )
        if member.kind not in self._route.kinds:
            raise StillwatchError(
                f"this needs the token of a {' or '.join(self._route.kinds)}",
                code="SW-KEY-24",
                hint="ask the operator of the key service for one",
            )
        return member

    def _fault(self, error: Exception) -> StillwatchError:
        """A fault of ours: its place goes to the operator, nothing of it to the caller."""
        place = traceback.extract_tb(error.__traceback__)[-1]
        _LOG.error(
            "%s failed: %s at %s:%s", self._route.path, type(error).__name__, place.filename, place.lineno
        )
        return StillwatchError(
            "the key service met a situation it does not handle", code="SW-KEY-99", hint="tell its operator"
        )


def application(service: KeyService) -> ASGIApp:
    """Everything the key service answers."""
    table = [
        StarletteRoute(route.path, Endpoint(service, route), methods=[route.method], name=route.path)
        for route in ROUTES
    ]
    handlers: dict[Any, Any] = {404: _missing, 405: _wrong_method}
    return Starlette(routes=table, exception_handlers=handlers)


async def _missing(_request: Request, _error: Any) -> Response:
    return problem(
        StillwatchError(
            "there is no such path", code="SW-KEY-30", hint="GET /openapi.json lists what there is"
        )
    )


async def _wrong_method(request: Request, _error: Any) -> Response:
    allowed = sorted({route.method for route in ROUTES if route.path == request.scope["path"]})
    response = problem(
        StillwatchError(
            "this path takes another method", code="SW-KEY-31", hint=f"use {' or '.join(allowed)}"
        )
    )
    response.headers["Allow"] = ", ".join(allowed)
    return response
