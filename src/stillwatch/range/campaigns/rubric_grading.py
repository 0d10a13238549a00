"""Grades under a rubric: the model serves as a reward model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "grades under a rubric, the model as a reward model"
KIND = Kind.GRADING
SPLIT = TRAIN
DEFAULTS = Knobs(accounts=120, exchanges=60, paraphrase=0.3, dilution=0.3, churn=0.4)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frames = harvest.frames(harvest.english, ("rubric", "rubric", "steps", "format_final"))
    return FramedAuthor(
        frames,
        ("graded",),
        "score",
        size=3.0,
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=120,
        temperature=0.0,
    )
