"""Everything that can be named when a world is made, each kind as a table, for lists and reference pages."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING, Any, Final

from stillwatch.errors import StillwatchError
from stillwatch.range.campaigns import families
from stillwatch.range.formats import written_formats
from stillwatch.range.knobs import Knobs
from stillwatch.range.personas import personas
from stillwatch.range.splits import nearest
from stillwatch.range.tactics import tactics
from stillwatch.range.worlds import worlds

if TYPE_CHECKING:
    from collections.abc import Callable

Rows = list[dict[str, str]]


def _worlds() -> Rows:
    return [{"name": name, "about": each.ABOUT} for name, each in worlds().items()]


def _families() -> Rows:
    return [
        {"name": name, "split": each.SPLIT, "kind": str(each.KIND), "about": each.ABOUT}
        for name, each in families().items()
    ]


def _tactics() -> Rows:
    return [
        {"name": name, "split": each.SPLIT, "level": each.LEVEL, "about": each.ABOUT}
        for name, each in tactics().items()
    ]


def _archetypes() -> Rows:
    return [
        {
            "name": name,
            "share": f"{each.SHARE:.1%}",
            "new": "yes" if each.NEW else "",
            "about": _first_line(each),
        }
        for name, each in personas().items()
    ]


def _knobs() -> Rows:
    return [
        {
            "name": field.name,
            "takes": _allowed(field.metadata),
            "usual": str(field.default),
            "about": field.metadata["help"],
        }
        for field in dataclasses.fields(Knobs)
    ]


def _formats() -> Rows:
    return [{"name": name, "loses": each.LOSES} for name, each in written_formats().items()]


KINDS: Final[dict[str, Callable[[], Rows]]] = {
    "worlds": _worlds,
    "families": _families,
    "tactics": _tactics,
    "archetypes": _archetypes,
    "knobs": _knobs,
    "formats": _formats,
}


def listed(kind: str) -> Rows:
    """Everything of a kind, one row each with the same columns.

    Raises:
        StillwatchError: there is no such kind; the hint names the nearest.
    """
    if kind not in KINDS:
        raise StillwatchError(
            f"'{kind}' cannot be listed", code="SW-RANGE-31", where="--kind", hint=nearest(kind, KINDS)
        )
    return KINDS[kind]()


def _allowed(metadata: Any) -> str:
    if "values" in metadata:
        return ", ".join(metadata["values"])
    return f"{metadata['low']:g} to {metadata['high']:g}"


def _first_line(module: Any) -> str:
    words = (sys.modules[module.__name__].__doc__ or "").strip().splitlines()[0]
    return words.rstrip(".")
