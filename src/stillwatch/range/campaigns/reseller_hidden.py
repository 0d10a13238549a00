"""A harvest that rides along with the lawful customers of a reseller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "worked answers hidden among the customers of a reseller"
KIND = Kind.HIDDEN
SPLIT = TRAIN
DEFAULTS = Knobs(accounts=10, exchanges=300, dilution=0.7, paraphrase=0.3)
TACTIC = "behind_gateway"


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frames = harvest.frames(harvest.english, ("steps", "format_final"))
    return FramedAuthor(
        frames,
        ("question", "problem"),
        "steps",
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=260,
    )
