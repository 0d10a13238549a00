"""The measured error rate: how often labelled exchanges got each level of answers, and what a level therefore weighs.

Without a table measured with the same questions and the same model there is no evidence.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from stillwatch.assistant.questionnaire import QUESTIONS, VERSION
from stillwatch.errors import ExitCode, StillwatchError

LEVELS: Final = len(QUESTIONS) + 1
LEAST_OF_EACH: Final = 20
"""Labelled exchanges of each kind below which a table says nothing."""
MOST_DECIBANS: Final = 10.0
"""The exchanges of a campaign are one template's: together they count as one witness, and not for more than this."""


class Table(msgspec.Struct, frozen=True):
    """A confusion table.

    Attributes:
        questionnaire: version of the questions it was measured with.
        model: name of the model that answered.
        campaign: exchanges of campaigns by level, 0 first.
        honest: honest exchanges by level.
        discarded: replies that did not count.
    """

    questionnaire: str
    model: str
    campaign: tuple[int, ...]
    honest: tuple[int, ...]
    discarded: int = 0

    def decibans(self, level: int) -> float:
        """Weight of one exchange's level: ten times the log of the likelihood ratio, with one added to each count."""
        ours = (self.campaign[level] + 1) / (sum(self.campaign) + LEVELS)
        theirs = (self.honest[level] + 1) / (sum(self.honest) + LEVELS)
        return 10 * math.log10(ours / theirs)


def counted(levels: Sequence[int]) -> tuple[int, ...]:
    """How many exchanges have each level."""
    return tuple(sum(each == level for each in levels) for level in range(LEVELS))


def weigh(table: Table | None, levels: Sequence[int]) -> float | None:
    """Decibans for a campaign: those of its middle exchange, bounded; None without a table or an answer."""
    if table is None or not levels:
        return None
    middle = statistics.median(table.decibans(level) for level in levels)
    return max(-MOST_DECIBANS, min(MOST_DECIBANS, middle))


def load(path: Path, model: str) -> Table:
    """A table that fits the questions and the model.

    Raises:
        StillwatchError: it cannot be read, is damaged, was measured with something else, or with too little.
    """
    try:
        table = msgspec.json.decode(path.read_bytes(), type=Table)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise StillwatchError(
            "the assistant's table cannot be read",
            code="SW-AST-04",
            where=str(path),
            hint="measure one with `stillwatch assist --calibrate WORLD --table FILE`",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    counts = (*table.campaign, *table.honest)
    right_shape = len(table.campaign) == len(table.honest) == LEVELS and min(counts) >= 0
    enough = right_shape and min(sum(table.campaign), sum(table.honest)) >= LEAST_OF_EACH
    if not enough or (table.questionnaire, table.model) != (VERSION, model):
        raise StillwatchError(
            "the assistant's table does not apply",
            code="SW-AST-05",
            where=str(path),
            hint=f"it must be measured with questionnaire {VERSION}, model {model} and at least {LEAST_OF_EACH} "
            "answered exchanges of each kind",
        )
    return table


def save(table: Table, path: Path) -> None:
    """Write a table, as text that a person can read."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(table), indent=1) + b"\n")
