"""The same wish in ever new words: no sentence is kept from one exchange to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "worked answers asked for in ever new words"
KIND = Kind.NO_TEMPLATE
SPLIT = TRAIN
DEFAULTS = Knobs(accounts=90, exchanges=50, paraphrase=1.0, dilution=0.3)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frame = write_frame(harvest.own, harvest.english, ("steps",))
    return FramedAuthor(
        (frame,),
        ("question", "problem"),
        "steps",
        paraphrase=harvest.rewording,
        demands=("steps", "length"),
        pool=harvest.pool,
        answer_words=280,
    )
