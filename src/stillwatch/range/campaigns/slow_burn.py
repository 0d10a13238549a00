"""Few exchanges for each of many old accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "a few worked answers per account, spread over the whole time"
KIND = Kind.SLOW
SPLIT = TRAIN
DEFAULTS = Knobs(accounts=150, exchanges=12, dilution=0.6, paraphrase=0.4)
TACTIC = "mimicry"


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frames = harvest.frames(harvest.english, ("steps", "trace"))
    return FramedAuthor(
        frames,
        ("question", "problem", "code"),
        "steps",
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=250,
    )
