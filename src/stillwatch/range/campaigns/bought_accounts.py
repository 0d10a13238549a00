"""A few questions from each of many bought accounts, after days of honest use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import VALIDATION

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "a few judged answers per bought account, after honest use"
KIND = Kind.SLOW
SPLIT = VALIDATION
DEFAULTS = Knobs(accounts=160, exchanges=10, dilution=0.7, paraphrase=0.4)
TACTIC = "warm_up"


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frames = harvest.frames(harvest.english, ("rubric", "trace"))
    return FramedAuthor(
        frames,
        ("graded", "problem"),
        "steps",
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=200,
    )
