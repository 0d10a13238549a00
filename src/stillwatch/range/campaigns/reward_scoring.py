"""Several answers scored at once, the model as a reward model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import FROZEN

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "scores for several answers at once"
KIND = Kind.GRADING
SPLIT = FROZEN
DEFAULTS = Knobs(accounts=110, exchanges=55, paraphrase=0.4, dilution=0.3)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frames = harvest.frames(harvest.english, ("rubric", "format_json"))
    return FramedAuthor(
        frames,
        ("panel",),
        "score",
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=110,
        temperature=0.0,
    )
