"""Displacement tests for people: a row each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from stillwatch.cli.output import table
from stillwatch.enforcement.moments import in_words

_HEAD: Final = (
    "test",
    "state",
    "cells",
    "moved",
    "stayed",
    "of slowed",
    "may move",
    "e-value",
    "exact p",
    "slowed at most",
)


def standings_table(found: Sequence[Mapping[str, Any]]) -> str:
    """Where tests stand, as a table."""
    return table(_HEAD, [_row(each) for each in found])


def _row(each: Mapping[str, Any]) -> tuple[object, ...]:
    return (
        each["name"],
        each["state"].replace("_", " "),
        each["cells"],
        each["moved"],
        each["stayed"],
        each["asked"],
        f"{100 * each['at_most']:.0f} %",
        f"{each['e_value']:.3g}",
        f"{each['exact_p']:.3g}",
        in_words(each["slowed"]),
    )
