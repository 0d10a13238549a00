"""Rewrites of disputed questions and answers that pass a strict editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "rewrites of disputed questions that pass a strict editor"
KIND = Kind.TEMPLATE
SPLIT = TRAIN
DEFAULTS = Knobs(accounts=60, exchanges=40, paraphrase=0.5, dilution=0.3)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frames = harvest.frames(harvest.english, ("rewrite", "rewrite", "format_json"))
    return FramedAuthor(
        frames,
        ("sensitive",),
        "text",
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=160,
    )
