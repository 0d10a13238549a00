"""Whether the interpreter and the libraries are those that this release was tested with."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import re
import sys
from collections.abc import Iterator
from typing import Final

import stillwatch
from stillwatch.cli.checkup import Check, Finding, Site, State

_OLDEST: Final = (3, 11)
_EXTRAS: Final = {
    "pdf": ("weasyprint", "reports as PDF"),
    "postgresql": ("psycopg", "cases and hub on PostgreSQL"),
    "redis": ("redis", "decisions through Redis"),
}
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


def _look(_site: Site) -> Iterator[Finding]:
    version = ".".join(str(each) for each in sys.version_info[:3])
    about = (
        f"Stillwatch {stillwatch.__version__} on Python {version}, {platform.system()} {platform.machine()}"
    )
    if sys.version_info < _OLDEST:
        yield Finding(State.BROKEN, about, "Python 3.11 or newer is needed")
    else:
        yield Finding(State.FINE, about)
    missing = sorted(_missing())
    if missing:
        yield Finding(
            State.BROKEN,
            f"libraries are missing: {', '.join(missing)}",
            "install from requirements/runtime.txt",
        )
    for extra, (module, use) in _EXTRAS.items():
        if importlib.util.find_spec(module) is None:
            yield Finding(State.ABSENT, f"extra `{extra}` is not installed: no {use}")


def _missing() -> Iterator[str]:
    """Requirements of this distribution, extras left out, that are not installed."""
    try:
        required = importlib.metadata.requires("stillwatch") or []
    except importlib.metadata.PackageNotFoundError:
        return  # run from a folder of sources: an import that fails says the same
    for requirement in required:
        name = _NAME.match(requirement)
        if name is None or "extra ==" in requirement:
            continue
        try:
            importlib.metadata.version(name[0])
        except importlib.metadata.PackageNotFoundError:
            yield name[0]


CHECK: Final = Check("runtime", "the interpreter and the libraries", _look)
