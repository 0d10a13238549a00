"""Rewrites of disputed questions and answers that pass a strict editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "rewrites of disputed questions that pass a strict editor"
SPLIT = TRAIN
DEFAULTS = Knobs(paraphrase=0.5)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frame = write_frame(harvest.common, harvest.english, ("rewrite", "rewrite", "format_json"))
    return FramedAuthor(
        (frame,),
        ("sensitive",),
        "text",
        paraphrase=harvest.knobs.paraphrase,
        pool=harvest.pool,
        answer_words=160,
    )
