"""The gateways that are known: those of this folder and those that other distributions register."""

from __future__ import annotations

import difflib
import functools
from typing import TYPE_CHECKING, Final, cast

from stillwatch.errors import StillwatchError
from stillwatch.plugins import Discovery, discover

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.contract import Gateway

ENTRY_POINT_GROUP: Final = "stillwatch.gateways"


def discovery() -> Discovery:
    """What was found and what is broken."""
    return discover("stillwatch.enforcement.gateways", "GATEWAY", ENTRY_POINT_GROUP)


@functools.cache
def gateways() -> dict[str, Gateway]:
    """Every usable gateway by its name."""
    return {
        name: cast("Gateway", part) for name, part in discovery().found.items() if hasattr(part, "render")
    }


def get(name: str) -> Gateway:
    """The gateway of a name.

    Raises:
        StillwatchError: there is none; the hint names the nearest.
    """
    known = gateways()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known gateways are {', '.join(sorted(known))}"
    raise StillwatchError(f"there is no gateway called '{name}'", code="SW-GW-06", hint=hint)
