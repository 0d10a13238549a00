"""Few exchanges for each of many old accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "a few worked answers per account, spread over the whole time"
SPLIT = TRAIN
DEFAULTS = Knobs(
    accounts=150,
    exchanges=12,
    dilution=0.6,
    paraphrase=0.4,
    timing="cloned",
    infrastructure="cloned",
    age="aged",
)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frame = write_frame(harvest.common, harvest.english, ("steps", "trace"))
    return FramedAuthor(
        (frame,),
        ("question", "problem", "code"),
        "steps",
        paraphrase=harvest.knobs.paraphrase,
        pool=harvest.pool,
        answer_words=250,
    )
