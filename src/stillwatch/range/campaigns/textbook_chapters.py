"""Lessons and exercises over a whole taxonomy, to pre-train on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import FROZEN

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "lessons with exercises that cover a whole taxonomy"
KIND = Kind.TEMPLATE
SPLIT = FROZEN
DEFAULTS = Knobs(accounts=110, exchanges=50, paraphrase=0.3, dilution=0.2)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frames = harvest.frames(harvest.english, ("teach", "teach", "length"))
    return FramedAuthor(
        frames,
        ("question",),
        "prose",
        size=1.5,
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=380,
    )
