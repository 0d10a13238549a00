"""Plain, long answers that together sweep a taxonomy evenly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "plain answers that cover a whole taxonomy evenly"
KIND = Kind.TEMPLATE
SPLIT = TRAIN
DEFAULTS = Knobs(accounts=80, exchanges=80, paraphrase=0.3, start=0.3)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frames = harvest.frames(harvest.english, ("length", "format_md"), system=False)
    return FramedAuthor(
        frames,
        ("question",),
        "prose",
        size=1.5,
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=340,
    )
