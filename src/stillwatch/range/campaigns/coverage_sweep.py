"""Plain, long answers that together sweep a taxonomy evenly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "plain answers that cover a whole taxonomy evenly"
SPLIT = TRAIN
DEFAULTS = Knobs(paraphrase=0.3)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frame = write_frame(harvest.common, harvest.english, ("length", "format_md"), system=False)
    return FramedAuthor(
        (frame,),
        ("question",),
        "prose",
        size=1.5,
        paraphrase=harvest.knobs.paraphrase,
        pool=harvest.pool,
        answer_words=340,
    )
