"""The same wish in ever new words: no sentence is kept from one exchange to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor, Pool
from stillwatch.range.knobs import Knobs
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.plan import Author

ABOUT = "worked answers asked for in ever new words"
DEFAULTS = Knobs(paraphrase=1.0, dilution=0.3)


def author(common: Random, own: Random, knobs: Knobs, pool: Pool, member: int) -> Author:  # noqa: ARG001 - the contract of families
    """The member's writer."""
    frame = write_frame(own, "en", ("steps",))
    return FramedAuthor(
        (frame,),
        ("question", "problem"),
        "steps",
        paraphrase=knobs.paraphrase,
        demands=("steps", "length"),
        pool=pool,
        answer_words=280,
    )
