"""Programming tasks with solutions and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "solved programming tasks with tests"
SPLIT = TRAIN
DEFAULTS = Knobs(timing="office")
COVERS = ("coding_agent", "chat_hobbyist", "scaffold_user", "coding_agent")


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frame = write_frame(harvest.common, harvest.english, ("code_rule", "code_rule", "steps", "format_md"))
    return FramedAuthor(
        (frame,),
        ("code",),
        "code",
        size=4.0,
        paraphrase=harvest.knobs.paraphrase,
        pool=harvest.pool,
        answer_words=250,
        max_tokens=4096,
    )
