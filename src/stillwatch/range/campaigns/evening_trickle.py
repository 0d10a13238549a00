"""A handful of exchanges per account, in evenings only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import FROZEN

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "a handful of solved tasks per account, in the evenings"
KIND = Kind.SLOW
SPLIT = FROZEN
DEFAULTS = Knobs(accounts=170, exchanges=9, dilution=0.7, paraphrase=0.4)
TACTIC = "second_life"


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frames = harvest.frames(harvest.english, ("check", "steps", "audience"))
    return FramedAuthor(
        frames,
        ("problem", "code"),
        "steps",
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=220,
    )
