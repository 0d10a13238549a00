"""Grades under a rubric: the model serves as a reward model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor, Pool
from stillwatch.range.knobs import Knobs
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.plan import Author

ABOUT = "grades under a rubric, the model as a reward model"
DEFAULTS = Knobs(paraphrase=0.3, dilution=0.3)


def author(common: Random, own: Random, knobs: Knobs, pool: Pool, member: int) -> Author:  # noqa: ARG001 - the contract of families
    """The member's writer."""
    frame = write_frame(common, "en", ("rubric", "rubric", "steps", "format_final"))
    return FramedAuthor(
        (frame,),
        ("graded",),
        "score",
        size=3.0,
        paraphrase=knobs.paraphrase,
        pool=pool,
        answer_words=120,
        temperature=0.0,
    )
