"""Programming tasks with solutions and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor, Pool
from stillwatch.range.knobs import Knobs
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.plan import Author

ABOUT = "solved programming tasks with tests"
DEFAULTS = Knobs(timing="office")
COVERS = ("coding_agent", "chat_hobbyist", "scaffold_user", "coding_agent")


def author(common: Random, own: Random, knobs: Knobs, pool: Pool, member: int) -> Author:  # noqa: ARG001 - the contract of families
    """The member's writer."""
    frame = write_frame(common, "en", ("code_rule", "code_rule", "steps", "format_md"))
    return FramedAuthor(
        (frame,),
        ("code",),
        "code",
        size=4.0,
        paraphrase=knobs.paraphrase,
        pool=pool,
        answer_words=250,
        max_tokens=4096,
    )
