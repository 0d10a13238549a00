"""Solutions with every step, harvested to train a reasoner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "worked solutions, step by step, for training a reasoner"
KIND = Kind.TEMPLATE
SPLIT = TRAIN
DEFAULTS = Knobs(accounts=300, exchanges=70, paraphrase=0.1)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frames = harvest.frames(harvest.english, ("steps", "steps", "format_final"))
    return FramedAuthor(
        frames,
        ("problem", "question"),
        "steps",
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=300,
        max_tokens=4096,
        temperature=0.7,
    )
