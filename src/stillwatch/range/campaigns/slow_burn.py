"""Few exchanges for each of many old accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor, Pool
from stillwatch.range.knobs import Knobs
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.plan import Author

ABOUT = "a few worked answers per account, spread over the whole time"
DEFAULTS = Knobs(
    accounts=150,
    exchanges=12,
    dilution=0.6,
    paraphrase=0.4,
    timing="cloned",
    infrastructure="cloned",
    age="aged",
)


def author(common: Random, own: Random, knobs: Knobs, pool: Pool, member: int) -> Author:  # noqa: ARG001 - the contract of families
    """The member's writer."""
    frame = write_frame(common, "en", ("steps", "trace"))
    return FramedAuthor(
        (frame,),
        ("question", "problem", "code"),
        "steps",
        paraphrase=knobs.paraphrase,
        pool=pool,
        answer_words=250,
    )
