"""One table of every figure that has a target: what was promised, what was measured, when, on what."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.keeping import FIGURES, Kept, kept

if TYPE_CHECKING:
    from benchmarks.harness import Benchmark
    from benchmarks.targets import Target

HEAD = ("benchmark", "figure", "target", "measured", "date", "machine", "")
NEVER = "not measured"


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A target, and what is kept of it."""

    benchmark: str
    target: Target
    found: Kept | None

    @property
    def outcome(self) -> str:
        """``met``, ``missed`` or ``not measured``; the small version of a benchmark only hints at either."""
        if self.found is None:
            return NEVER
        words = "met" if self.target.met(self.found.value) else "missed"
        return words if self.found.size == "full" else f"{words} (small run)"

    def cells(self) -> tuple[str, ...]:
        """The row in words."""
        if self.found is None:
            return (self.benchmark, self.target.words, self.target.promised(), "–", "–", "–", NEVER)
        machine = ", ".join(filter(None, (self.found.machine, self.found.note)))
        measured = self.target.shown(self.found.value)
        return (
            self.benchmark,
            self.target.words,
            self.target.promised(),
            measured,
            self.found.taken,
            machine,
            self.outcome,
        )


def rows(benchmarks: Iterable[Benchmark], folder: Path = FIGURES) -> list[Row]:
    """A row for each target, by benchmark."""
    found = []
    for each in benchmarks:
        measured = kept(each.name, folder)
        found += [Row(each.name, target, measured.get(target.figure)) for target in each.targets]
    return found


def summary(table: Sequence[Row]) -> str:
    """How many are met, missed and not measured."""
    full = [row for row in table if row.found is not None and row.found.size == "full"]
    met = sum(row.outcome == "met" for row in full)
    small = sum(row.found is not None for row in table) - len(full)
    return (
        f"{len(table)} figures have a target: {met} met, {len(full) - met} missed, {small} seen in small runs only, "
        f"{sum(row.found is None for row in table)} not measured"
    )


def as_text(table: Sequence[Row]) -> str:
    """The table for a terminal."""
    cells = [HEAD, *(row.cells() for row in table)]
    widths = [max(len(line[k]) for line in cells) for k in range(len(HEAD))]
    lines = [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join([*lines, "", summary(table)])


def as_markdown(table: Sequence[Row]) -> str:
    """The table for a page."""
    lines = [f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
    lines += [f"| {' | '.join(row.cells())} |" for row in table]
    return "\n".join([*lines, "", f"{summary(table)}."])
