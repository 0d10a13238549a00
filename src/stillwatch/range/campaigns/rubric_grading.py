"""Grades under a rubric: the model serves as a reward model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "grades under a rubric, the model as a reward model"
SPLIT = TRAIN
DEFAULTS = Knobs(paraphrase=0.3, dilution=0.3)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frame = write_frame(harvest.common, harvest.english, ("rubric", "rubric", "steps", "format_final"))
    return FramedAuthor(
        (frame,),
        ("graded",),
        "score",
        size=3.0,
        paraphrase=harvest.knobs.paraphrase,
        pool=harvest.pool,
        answer_words=120,
        temperature=0.0,
    )
