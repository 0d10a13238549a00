"""Raw reasoning coerced in ten languages, each account in its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.drafts import REASON
from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import FROZEN
from stillwatch.range.text.bank import LANGUAGES

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "raw reasoning in ten languages, one for each account"
KIND = Kind.LANGUAGES
SPLIT = FROZEN
DEFAULTS = Knobs(accounts=150, exchanges=40, paraphrase=0.3, dilution=0.2)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    words = harvest.words(LANGUAGES[harvest.member * 7 % len(LANGUAGES)])
    frames = harvest.frames(words, ("trace", "steps"))
    return FramedAuthor(
        frames,
        ("problem", "question"),
        "trace",
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=340,
        model=REASON,
        max_tokens=16384,
    )
