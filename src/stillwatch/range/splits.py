"""The three splits of the range: what is tuned on, what is chosen by, and what is only ever judged on.

Families, tactics and wording each belong to one split, so that nothing learned from one can be
recognised in another.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

from stillwatch.errors import StillwatchError

TRAIN: Final = "train"
VALIDATION: Final = "validation"
FROZEN: Final = "frozen"
SPLITS: Final = (TRAIN, VALIDATION, FROZEN)
DEAL: Final = (TRAIN, VALIDATION, TRAIN, FROZEN)
"""Whose turn it is when wording is dealt out; a list that only grows keeps every earlier place."""


def check_split(name: str) -> str:
    """The name, if it is a split's.

    Raises:
        StillwatchError: it is none; the hint names the nearest.
    """
    if name not in SPLITS:
        raise StillwatchError(
            f"there is no split named '{name}'", code="SW-RANGE-20", where=name, hint=nearest(name, SPLITS)
        )
    return name


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint that names the nearest of the known names, then all of them."""
    names = list(known)
    near = difflib.get_close_matches(name, names, 1)
    return (f"did you mean '{near[0]}'? " if near else "") + "known: " + ", ".join(names)
