"""Heat map: a table whose cells are shaded by their rate, the figures written in them.

It is a table and no drawing, so it is read aloud as one, can be copied, and needs no text beside it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Final

from stillwatch.reporting.markup import Child, Markup, tag

LEVELS: Final = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Heat:
    """One cell: its rate, 0 to 1, what is written there, and a smaller line below."""

    rate: float
    text: str
    note: str


def heat_map(
    caption: Child,
    corner: str,
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Mapping[tuple[str, str], Heat],
) -> Markup:
    """The table.

    Args:
        caption: what the cells say.
        corner: heading of the first column, which names the rows.
        rows: names of the rows, from top to bottom.
        columns: names of the columns, from left to right.
        cells: by row and column; what is not there is drawn as empty.
    """
    head = tag("tr", tag("th", corner, scope="col"), [tag("th", name, scope="col") for name in columns])
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", head),
        tag("tbody", [_row(name, [cells.get((name, column)) for column in columns]) for name in rows]),
        class_="heat",
    )


def level(rate: float) -> int:
    """The shade of a rate: 0 for none at all, up to :data:`LEVELS`."""
    if rate <= 0:
        return 0
    return min(LEVELS, 1 + int(rate * LEVELS))


def _row(name: str, cells: Sequence[Heat | None]) -> Markup:
    return tag("tr", tag("th", name, scope="row"), [_cell(cell) for cell in cells])


def _cell(cell: Heat | None) -> Markup:
    if cell is None:
        return tag("td", "–", class_="none")
    return tag("td", tag("strong", cell.text), tag("span", cell.note), class_=f"level-{level(cell.rate)}")
