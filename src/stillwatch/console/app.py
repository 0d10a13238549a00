"""The application: pages, their twins, forms, the door and the files they load; every answer with its headers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from stillwatch.console import doors, health
from stillwatch.console.acting import act
from stillwatch.console.answers import dressed, error_answer, fault, redirect
from stillwatch.console.assets import assets
from stillwatch.console.bodies import form_of
from stillwatch.console.metrics import MEDIA
from stillwatch.console.openapi import document
from stillwatch.console.registry import pages
from stillwatch.console.showing import TWINS, show
from stillwatch.console.visitors import check_host
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from stillwatch.console.live import Live

_Handler: TypeAlias = Callable[[Request], Awaitable[Response]]


class Endpoint:
    """One route as an ASGI application.

    Args:
        live: the console.
        handler: answers.
        name: of the page, for the figures; what has none is not counted.
        twin: whether its path ends in that of a twin.
    """

    def __init__(self, live: Live, handler: _Handler, name: str = "", *, twin: bool = False) -> None:
        self._live = live
        self._handler = handler
        self._name = name
        self._twin = twin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and put whatever fails into words."""
        scope["twin"] = self._twin
        request = Request(scope, receive, send)
        began = time.perf_counter()
        try:
            check_host(self._live, request)
            response = await self._handler(request)
        except ClientDisconnect:
            return
        except StillwatchError as error:
            response = error_answer(request, error, None, None)
        except Exception as error:
            response = error_answer(request, fault(error, scope["path"]), None, None)
        if "content-security-policy" not in response.headers:
            dressed(response, secure=self._live.secure)
        if self._name:
            self._live.figures.note(self._name, response.status_code, time.perf_counter() - began)
        await response(scope, receive, send)


def application(live: Live) -> ASGIApp:
    """Everything the console answers."""
    routes = [*_pages(live), *_actions(live), *_door(live), *_fixed(live)]
    return Starlette(routes=routes, exception_handlers={404: _missing(live), 405: _wrong_method(live)})


def _pages(live: Live) -> list[Route]:
    """Each page with its twins; theirs first, since a parameter in a path takes in everything up to the next slash."""
    found = []
    for page in pages():

        async def shown(request: Request, page: Any = page) -> Response:
            return await asyncio.to_thread(show, live, page, request)

        for twin in (*TWINS, ""):
            endpoint = Endpoint(live, shown, page.name, twin=bool(twin))
            found.append(Route(page.path + twin, endpoint, methods=["GET"], name=page.name + twin))
    return found


def _actions(live: Live) -> list[Route]:
    found = []
    for action in (each for page in pages() for each in page.actions):

        async def acted(request: Request, action: Any = action) -> Response:
            form = await form_of(request)
            return await asyncio.to_thread(act, live, action, request, form)

        found.append(Route(action.path, Endpoint(live, acted, "act"), methods=["POST"]))
    return found


def _door(live: Live) -> list[Route]:
    def looked(handler: Callable[[Live, Request], Response]) -> Endpoint:
        async def answer(request: Request) -> Response:
            return await asyncio.to_thread(handler, live, request)

        return Endpoint(live, answer)

    def sent(handler: Callable[..., Response]) -> Endpoint:
        async def answer(request: Request) -> Response:
            form = await form_of(request)
            return await asyncio.to_thread(handler, live, request, form)

        return Endpoint(live, answer)

    return [
        Route("/login", looked(doors.login_page), methods=["GET"]),
        Route("/login", sent(doors.log_in), methods=["POST"]),
        Route("/login/begin", looked(doors.begin_login), methods=["GET"]),
        Route(doors.RETURN, looked(doors.finish_login), methods=["GET"]),
        Route("/logout", sent(doors.log_out), methods=["POST"]),
    ]


def _fixed(live: Live) -> list[Route]:
    async def file(request: Request) -> Response:
        found = assets().get(request.path_params["name"])
        if found is None:
            raise _no_page()
        response = Response(found.content, 200, media_type=found.kind)
        return dressed(response, secure=live.secure, static=request.query_params.get("v") == found.digest)

    async def home(_request: Request) -> Response:
        return redirect("/overview")

    async def metrics(_request: Request) -> Response:
        return Response(live.figures.exposition(), media_type=MEDIA)

    async def described(_request: Request) -> Response:
        return Response(orjson.dumps(document(pages())), media_type="application/json")

    async def ready(_request: Request) -> Response:
        return await asyncio.to_thread(health.readyz, live)

    return [
        Route("/", Endpoint(live, home), methods=["GET"]),
        Route("/static/{name:path}", Endpoint(live, file), methods=["GET"]),
        Route("/metrics", Endpoint(live, metrics), methods=["GET"]),
        Route("/openapi.json", Endpoint(live, described), methods=["GET"]),
        Route("/healthz", Endpoint(live, health.healthz), methods=["GET"]),
        Route("/readyz", Endpoint(live, ready), methods=["GET"]),
    ]


def _missing(live: Live) -> Callable[[Request, Any], Awaitable[Response]]:
    async def answer(request: Request, _error: Any) -> Response:
        return dressed(error_answer(request, _no_page(), None, None), secure=live.secure)

    return answer


def _wrong_method(live: Live) -> Callable[[Request, Any], Awaitable[Response]]:
    async def answer(request: Request, _error: Any) -> Response:
        error = StillwatchError(
            "this address takes only what a form sends",
            code="SW-CON-13",
            hint="go to the page and use its buttons",
        )
        return dressed(error_answer(request, error, None, None), secure=live.secure)

    return answer


def _no_page() -> StillwatchError:
    return StillwatchError(
        "there is no such page", code="SW-CON-12", hint="start from the overview: /overview"
    )
