"""Solutions with every step, harvested to train a reasoner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "worked solutions, step by step, for training a reasoner"
SPLIT = TRAIN
DEFAULTS = Knobs(paraphrase=0.1)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frame = write_frame(harvest.common, harvest.english, ("steps", "steps", "format_final"))
    return FramedAuthor(
        (frame,),
        ("problem", "question"),
        "steps",
        paraphrase=harvest.knobs.paraphrase,
        pool=harvest.pool,
        answer_words=300,
        max_tokens=4096,
        temperature=0.7,
    )
