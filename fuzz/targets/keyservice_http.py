"""Everything the key service answers over HTTP."""

from __future__ import annotations

import contextlib
import functools
from typing import Any

from fuzz.files import folder
from fuzz.http import ask
from stillwatch import clock
from stillwatch.keyservice.app import application
from stillwatch.keyservice.folder import Folder
from stillwatch.keyservice.live import KeyService
from stillwatch.keyservice.options import Options
from stillwatch.keyservice.server import keep_epochs

DESCRIPTION = "requests to the key service"


@functools.cache
def _service() -> tuple[Any, bytes]:
    """A key service without a port, and a member's credentials."""
    place = Folder(folder() / "keys")
    database = contextlib.ExitStack().enter_context(place.open())
    service = KeyService(place, database, "keys", clock.now)
    token = service.membership.add("lab-1", quota=10**9)
    keep_epochs(service, Options(folder=place))
    return application(service), f"Bearer {token}".encode()


def attempt(data: bytes) -> None:
    """A request as text; every answer is one, and none is a fault."""
    made, credentials = _service()
    ask(made, data, credentials)
