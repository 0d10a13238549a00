"""The hub's endpoints, one file a subject; each offers ``ROUTES``."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.hub.routes import Route


@functools.cache
def routes() -> tuple[Route, ...]:
    """Every endpoint, files in the order of their names."""
    found: list[Route] = []
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        found += getattr(importlib.import_module(f"{__name__}.{module.name}"), "ROUTES", ())
    return tuple(found)
