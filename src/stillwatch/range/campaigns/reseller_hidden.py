"""A harvest that rides along with the lawful customers of a reseller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "worked answers hidden among the customers of a reseller"
SPLIT = TRAIN
DEFAULTS = Knobs(
    accounts=10, exchanges=400, dilution=0.7, paraphrase=0.3, infrastructure="gateway", age="aged"
)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frame = write_frame(harvest.common, harvest.english, ("steps", "format_final"))
    return FramedAuthor(
        (frame,),
        ("question", "problem"),
        "steps",
        paraphrase=harvest.knobs.paraphrase,
        pool=harvest.pool,
        answer_words=260,
    )
