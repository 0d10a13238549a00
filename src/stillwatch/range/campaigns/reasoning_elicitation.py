"""Solutions with every step, harvested to train a reasoner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor, Pool
from stillwatch.range.knobs import Knobs
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.plan import Author

ABOUT = "worked solutions, step by step, for training a reasoner"
DEFAULTS = Knobs(paraphrase=0.1)


def author(common: Random, own: Random, knobs: Knobs, pool: Pool, member: int) -> Author:  # noqa: ARG001 - the contract of families
    """The member's writer."""
    frame = write_frame(common, "en", ("steps", "steps", "format_final"))
    return FramedAuthor(
        (frame,),
        ("problem", "question"),
        "steps",
        paraphrase=knobs.paraphrase,
        pool=pool,
        answer_words=300,
        max_tokens=4096,
        temperature=0.7,
    )
