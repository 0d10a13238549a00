"""Programming tasks with solutions and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "solved programming tasks with tests"
KIND = Kind.TEMPLATE
SPLIT = TRAIN
DEFAULTS = Knobs(accounts=140, exchanges=45, paraphrase=0.3, dilution=0.5, churn=0.3)
COVERS = ("coding_agent", "chat_hobbyist", "scaffold_user", "coding_agent")


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frames = harvest.frames(harvest.english, ("code_rule", "code_rule", "steps", "format_md"))
    return FramedAuthor(
        frames,
        ("code",),
        "code",
        size=4.0,
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=250,
        max_tokens=4096,
    )
