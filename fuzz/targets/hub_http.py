"""Everything the hub answers over HTTP, to a member that may send unsigned."""

from __future__ import annotations

import atexit
import contextlib
import functools
from typing import Any

from fuzz.files import folder
from fuzz.http import ask
from stillwatch.hub.app import application
from stillwatch.hub.folder import Folder
from stillwatch.hub.members.store import Terms
from stillwatch.hub.opening import init, opened
from stillwatch.hub.options import Options
from stillwatch.hub.rights import MemberKind, Scope
from stillwatch.hub.server import _live

DESCRIPTION = "requests to the hub"


_SCOPES = (Scope.READ, Scope.WRITE, Scope.METRICS)


@functools.cache
def _hub() -> tuple[Any, bytes]:
    """A hub without a port, and its member's credentials."""
    place = Folder(folder() / "hub")
    init(place).database.close()
    with opened(place) as found:
        terms = Terms(unsigned_writes=True, requests_per_minute=10**9, objects_per_day=10**9)
        token = found.members.add("tool-1", MemberKind.LAB, terms, scopes=_SCOPES)
    stack = contextlib.ExitStack()
    hub = stack.enter_context(_live(Options(folder=place)))
    atexit.register(stack.close)
    return application(hub), f"Bearer {token}".encode()


def attempt(data: bytes) -> None:
    """A request as text; every answer is one, and none is a fault."""
    ask(*_with(data))


def _with(data: bytes) -> tuple[Any, bytes, bytes]:
    made, credentials = _hub()
    return made, data, credentials
