"""Everything the node answers over HTTP, to a caller who may do all of it."""

from __future__ import annotations

import atexit
import contextlib
import functools
from typing import Any

from fuzz.files import folder
from fuzz.http import ask
from stillwatch.node.app import application
from stillwatch.node.options import Options
from stillwatch.node.server import _opened
from stillwatch.settings import load

DESCRIPTION = "requests to the node"


@functools.cache
def _application() -> Any:
    """A node on this machine without tokens; nothing of it is on a network."""
    place = folder() / "node"
    options = Options(folder=place, tokens=None)
    environ = {
        "STILLWATCH_KEY_FILE": str(folder() / "key"),
        "STILLWATCH_LEDGER_KEY": str(folder() / "ledger.key"),
    }
    stack = contextlib.ExitStack()
    live = stack.enter_context(_opened(options, load(None, environ=environ)))
    atexit.register(stack.close)
    return application(live)


def attempt(data: bytes) -> None:
    """A request as text; every answer is one, and none is a fault."""
    ask(_application(), data)
