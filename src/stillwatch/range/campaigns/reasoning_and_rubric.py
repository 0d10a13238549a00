"""A two-part harvest: solutions, and grades to rank them by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.authors.mixed import MixedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "worked solutions in some sessions, grades for such solutions in others"
KIND = Kind.GRADING
SPLIT = TRAIN
DEFAULTS = Knobs(accounts=100, exchanges=50, paraphrase=0.4, dilution=0.4)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    solve = harvest.frames(harvest.english, ("steps", "trace", "format_final"))
    grade = harvest.frames(harvest.english, ("rubric", "check", "format_final"))
    solver = FramedAuthor(
        solve,
        ("problem", "question"),
        "steps",
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=260,
        max_tokens=4096,
    )
    grader = FramedAuthor(
        grade,
        ("graded",),
        "score",
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=120,
        temperature=0.0,
    )
    return MixedAuthor((solver, solver, grader), skew=1.0)
