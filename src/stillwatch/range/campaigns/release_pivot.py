"""Half of the traffic moves to a newly released model within a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import FROZEN

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "worked answers, half of them from the new model within a day of its release"
KIND = Kind.TEMPLATE
SPLIT = FROZEN
DEFAULTS = Knobs(accounts=260, exchanges=60, paraphrase=0.2, dilution=0.2, pivot=0.5, start=0.3, churn=0.3)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frames = harvest.frames(harvest.english, ("steps", "code_rule", "format_final"))
    return FramedAuthor(
        frames,
        ("problem", "code"),
        "steps",
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=300,
        max_tokens=8192,
    )
