"""Finds the tests of the battery: every module of ``battery.tests`` and every entry point that offers one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from stillwatch.errors import StillwatchError
from stillwatch.plugins import discover

if TYPE_CHECKING:
    from stillwatch.attribution.battery.contract import BatteryTest


def tests() -> dict[str, BatteryTest]:
    """Tests by name, in alphabetical order; broken plugins are left out (``plugins`` reports them)."""
    found = discover("stillwatch.attribution.battery.tests", "TEST", "stillwatch.attribution_tests").found
    return {name: cast("BatteryTest", found[name]) for name in sorted(found)}


def chosen(names: Iterable[str]) -> dict[str, BatteryTest]:
    """The tests of these names, in alphabetical order; all of them where none is named.

    Raises:
        StillwatchError: SW-ATT-03, there is no test of that name.
    """
    known, wanted = tests(), set(names)
    for name in sorted(wanted - known.keys()):
        near = difflib.get_close_matches(name, known, n=1)
        raise StillwatchError(
            f"`{name}` is no test of the battery",
            code="SW-ATT-03",
            hint=f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(known)}",
        )
    return {name: test for name, test in known.items() if name in wanted or not wanted}
