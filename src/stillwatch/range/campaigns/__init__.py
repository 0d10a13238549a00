"""Families of campaigns, one file each; a new file in this folder is a new family.

A family module has ``ABOUT`` (what is harvested, in a sentence), ``SPLIT`` (the one split it occurs in),
``DEFAULTS`` (its usual knobs) and ``author``, which gives the writer of one member's harvest. ``COVERS``
may name the archetypes that members pose as.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.knobs import Knobs
    from stillwatch.range.plan import Author


class Family(Protocol):
    """A family of campaigns."""

    ABOUT: str
    SPLIT: str
    DEFAULTS: Knobs

    def author(self, harvest: Harvest) -> Author:
        """Who writes the harvest of one member."""
        ...


@functools.cache
def families() -> dict[str, Family]:
    """Every family of this folder by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: cast("Family", importlib.import_module(f"{__name__}.{name}")) for name in names}
