"""Where a command's results and words go: results to standard output, words to standard error."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click


@dataclasses.dataclass(frozen=True, slots=True)
class Output:
    """One command's voice.

    Attributes:
        as_json: standard output carries one JSON document and nothing else.
        quiet: no words at all, only results and errors.
    """

    as_json: bool = False
    quiet: bool = False

    def say(self, words: str) -> None:
        """Tells a person something, on standard error."""
        if not self.quiet:
            click.echo(words, err=True)

    def path(self, path: Path) -> None:
        """Names a file that was written: on standard output, unless JSON stands there."""
        if self.as_json:
            self.say(str(path))
        else:
            click.echo(str(path))

    def json(self, value: Any) -> None:
        """Prints a result as JSON, keys in the order given."""
        import json  # deferred: only those who ask for JSON need it

        click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns lined up by spaces, the last one free to run on; nothing to parse, only to read."""
    cells = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def terminal_width() -> int:
    """Columns to fill: the terminal's, within what reads well."""
    return min(max(shutil.get_terminal_size().columns, 60), 110)
