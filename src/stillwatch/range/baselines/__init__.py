"""Published detectors to measure against, one file each; a new file in this folder is a new contender of the range.

A baseline sees what a site's log holds, as `Traffic`, and answers with a score for each account. What is true about a
world it never sees, but for the training world that those that learn are given.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, cast

from stillwatch.errors import StillwatchError
from stillwatch.plugins import discover

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.range.baselines.contract import Baseline


def baselines() -> dict[str, Baseline]:
    """Every baseline by name, in alphabetical order; broken ones are left out and reported."""
    found = discover(__name__, "BASELINE", "stillwatch.baselines").found
    return {name: cast("Baseline", found[name]) for name in sorted(found)}


def chosen(names: Iterable[str]) -> list[Baseline]:
    """The baselines of these names, in this order; ``all`` stands for every one, ``none`` for no one.

    Raises:
        StillwatchError: there is none of a name; the hint gives the nearest.
    """
    known = baselines()
    picked: dict[str, Baseline] = {}
    for name in names:
        if name == "all":
            picked |= known
        elif name in known:
            picked[name] = known[name]
        elif name != "none":
            near = difflib.get_close_matches(name, [*known, "all", "none"], 1)
            raise StillwatchError(
                f"there is no baseline named '{name}'",
                code="SW-RANGE-40",
                where="--against",
                hint=(f"did you mean '{near[0]}'? " if near else "") + "known: " + ", ".join(known),
            )
    return list(picked.values())
