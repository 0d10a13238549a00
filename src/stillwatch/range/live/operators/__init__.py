"""Styles of running a campaign under pressure, one file each; a new file in this folder is a new style.

A style module has ``ABOUT`` and ``OPERATOR``, a class that is made once for each campaign.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.range.live.contract import Operator


@functools.cache
def operators() -> dict[str, type[Operator]]:
    """Every style of this folder by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}").OPERATOR for name in names}
