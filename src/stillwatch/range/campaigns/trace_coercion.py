"""The model's raw reasoning, forced into the visible answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.drafts import REASON
from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN
from stillwatch.range.text.bank import LANGUAGES
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "the model's raw reasoning, forced into the answer"
SPLIT = TRAIN
DEFAULTS = Knobs(paraphrase=0.3)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    words = harvest.words(LANGUAGES[int(harvest.common.random() * 3)])
    frame = write_frame(harvest.common, words, ("trace", "trace", "steps"))
    return FramedAuthor(
        (frame,),
        ("problem", "question"),
        "trace",
        paraphrase=harvest.knobs.paraphrase,
        pool=harvest.pool,
        answer_words=380,
        model=REASON,
        max_tokens=16384,
    )
