"""Plain, long answers that together sweep a taxonomy evenly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor, Pool
from stillwatch.range.knobs import Knobs
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.plan import Author

ABOUT = "plain answers that cover a whole taxonomy evenly"
DEFAULTS = Knobs(paraphrase=0.3)


def author(common: Random, own: Random, knobs: Knobs, pool: Pool, member: int) -> Author:  # noqa: ARG001 - the contract of families
    """The member's writer."""
    frame = write_frame(common, "en", ("length", "format_md"), system=False)
    return FramedAuthor(
        (frame,), ("question",), "prose", size=1.5, paraphrase=knobs.paraphrase, pool=pool, answer_words=340
    )
