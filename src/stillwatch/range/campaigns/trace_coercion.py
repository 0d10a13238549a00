"""The model's raw reasoning, forced into the visible answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.drafts import REASON
from stillwatch.range.authors.framed import FramedAuthor, Pool
from stillwatch.range.knobs import Knobs
from stillwatch.range.text.bank import LANGUAGES
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.plan import Author

ABOUT = "the model's raw reasoning, forced into the answer"
DEFAULTS = Knobs(paraphrase=0.3)


def author(common: Random, own: Random, knobs: Knobs, pool: Pool, member: int) -> Author:  # noqa: ARG001 - the contract of families
    """The member's writer."""
    frame = write_frame(common, LANGUAGES[int(common.random() * 3)], ("trace", "trace", "steps"))
    return FramedAuthor(
        (frame,),
        ("problem", "question"),
        "trace",
        paraphrase=knobs.paraphrase,
        pool=pool,
        answer_words=380,
        model=REASON,
        max_tokens=16384,
    )
