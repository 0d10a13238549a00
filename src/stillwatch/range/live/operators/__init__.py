"""Styles of running a campaign under pressure, one file each; a new file in this folder is a new style.

A style module has ``ABOUT`` and ``OPERATOR``, a class that is made once for each campaign.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from stillwatch.range.live.crew import Crew
    from stillwatch.range.live.members import Member
    from stillwatch.range.live.requests import Request


class Operator(Protocol):
    """Who runs a campaign and answers pressure."""

    def sends(self, crew: Crew, member: Member, request: Request) -> bool:
        """Whether a planned harvest request is sent now; otherwise its payload waits."""
        ...

    def slowed(self, crew: Crew, member: Member, request: Request) -> None:
        """A harvest request was refused for its rate."""
        ...

    def degraded(self, crew: Crew, member: Member, request: Request) -> None:
        """An answer came without its reasoning."""
        ...

    def lost(self, crew: Crew, member: Member, now: int) -> None:
        """A member was blocked or failed verification."""
        ...

    def hour(self, crew: Crew, now: int) -> None:
        """Another hour has begun."""
        ...


@functools.cache
def operators() -> dict[str, type[Operator]]:
    """Every style of this folder by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}").OPERATOR for name in names}
