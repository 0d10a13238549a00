"""The model's raw reasoning, forced into the visible answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.drafts import REASON
from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN
from stillwatch.range.text.bank import LANGUAGES

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "the model's raw reasoning, forced into the answer"
KIND = Kind.TEMPLATE
SPLIT = TRAIN
DEFAULTS = Knobs(accounts=200, exchanges=50, paraphrase=0.3, dilution=0.1, churn=0.5)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    words = harvest.words(LANGUAGES[int(harvest.common.random() * 3)])
    frames = harvest.frames(words, ("trace", "trace", "steps"))
    return FramedAuthor(
        frames,
        ("problem", "question"),
        "trace",
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=380,
        model=REASON,
        max_tokens=16384,
    )
