"""Finds the reports: every module of ``kinds`` that defines ``KIND``."""

from __future__ import annotations

import difflib
import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING

from stillwatch.errors import StillwatchError
from stillwatch.reporting.reports import kinds as package

if TYPE_CHECKING:
    from stillwatch.reporting.reports.contract import Kind


@functools.cache
def kinds() -> dict[str, Kind]:
    """All reports by name, in alphabetical order."""
    modules = [
        importlib.import_module(f"{package.__name__}.{name}")
        for name in sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    ]
    found: list[Kind] = [module.KIND for module in modules if hasattr(module, "KIND")]
    return {kind.name: kind for kind in sorted(found, key=lambda each: each.name)}


def kind(name: str) -> Kind:
    """One kind of report.

    Raises:
        StillwatchError: SW-REP-02, there is none of that name; the nearest is named.
    """
    known = kinds()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        raise StillwatchError(
            f"there is no report '{name[:80]}'",
            code="SW-REP-02",
            hint=f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}",
        )
    return known[name]
