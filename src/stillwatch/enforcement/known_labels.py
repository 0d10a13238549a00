"""Accounts a person knows, read from a CSV with the columns ``account_id`` and ``label``.

A made world has such a file beside its logs; a spreadsheet saves one, with a mark of the byte order before it.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

from stillwatch.detection.labels import HONEST
from stillwatch.errors import ExitCode, StillwatchError

LABELS: Final = {"attack": True, "benign": False, HONEST: False, "innocent": False}
"""What a label may say, and whether it accuses: the words of made worlds, of appeals and of cases."""


def read_known(path: Path) -> dict[str, bool]:
    """Whether each account of a file attacks.

    Raises:
        StillwatchError: SW-POL-81, it cannot be read, or has no such columns; SW-POL-82, a label is none.
    """
    known = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            for row in rows:
                known[row["account_id"]] = _attacks(row["label"], f"{path}:{rows.line_num}")
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as error:
        raise StillwatchError(
            "the labels cannot be read",
            code="SW-POL-81",
            where=str(path),
            hint="a CSV with the columns account_id and label, such as truth.csv of a made world",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    return known


def _attacks(label: str | None, where: str) -> bool:
    """What one label says; a line that ends before it has none.

    Raises:
        StillwatchError: it is none of the words.
    """
    word = (label or "").strip()
    attacks = LABELS.get(word.lower())
    if attacks is None:
        raise StillwatchError(
            f"'{word[:40]}' is no label",
            code="SW-POL-82",
            where=where,
            hint=f"a label is one of {', '.join(LABELS)}",
            exit_code=ExitCode.UNREADABLE,
        )
    return attacks
