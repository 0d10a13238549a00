"""A two-part harvest: solutions, and grades to rank them by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor, Pool
from stillwatch.range.authors.mixed import MixedAuthor
from stillwatch.range.knobs import Knobs
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.plan import Author

ABOUT = "worked solutions in some sessions, grades for such solutions in others"
DEFAULTS = Knobs(paraphrase=0.4, dilution=0.4)


def author(common: Random, own: Random, knobs: Knobs, pool: Pool, member: int) -> Author:  # noqa: ARG001 - the contract of families
    """The member's writer."""
    solve = write_frame(common, "en", ("steps", "trace", "format_final"))
    grade = write_frame(common, "en", ("rubric", "check", "format_final"))
    solver = FramedAuthor(
        (solve,),
        ("problem", "question"),
        "steps",
        paraphrase=knobs.paraphrase,
        pool=pool,
        answer_words=260,
        max_tokens=4096,
    )
    grader = FramedAuthor(
        (grade,),
        ("graded",),
        "score",
        paraphrase=knobs.paraphrase,
        pool=pool,
        answer_words=120,
        temperature=0.0,
    )
    return MixedAuthor((solver, solver, grader), skew=1.0)
