"""Tasks made harder and harder, each with its solution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import VALIDATION

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "tasks made harder, with solutions, for instruction tuning"
KIND = Kind.TEMPLATE
SPLIT = VALIDATION
DEFAULTS = Knobs(accounts=220, exchanges=60, paraphrase=0.2, dilution=0.1, churn=0.4)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frames = harvest.frames(harvest.english, ("evolve", "evolve", "format_md"))
    return FramedAuthor(
        frames,
        ("question", "problem", "code"),
        "steps",
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=300,
        max_tokens=4096,
    )
