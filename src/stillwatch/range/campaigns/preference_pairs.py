"""Which of two answers is better: pairs to train a reward model on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import VALIDATION

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "choices between two answers, with a reason"
KIND = Kind.GRADING
SPLIT = VALIDATION
DEFAULTS = Knobs(accounts=120, exchanges=55, paraphrase=0.3, dilution=0.3)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frames = harvest.frames(harvest.english, ("prefer", "prefer", "check"))
    return FramedAuthor(
        frames,
        ("pair",),
        "score",
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=90,
        temperature=0.0,
    )
