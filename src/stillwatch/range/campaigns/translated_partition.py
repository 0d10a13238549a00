"""One list of questions put in ten languages, without any template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import VALIDATION
from stillwatch.range.text.bank import LANGUAGES
from stillwatch.range.text.frames import bare_frame

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "plain questions of one list, each account in another language, no template"
KIND = Kind.LANGUAGES
SPLIT = VALIDATION
DEFAULTS = Knobs(accounts=140, exchanges=35, dilution=0.2)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    words = harvest.words(LANGUAGES[harvest.member % len(LANGUAGES)])
    return FramedAuthor(
        (bare_frame(words),), ("question", "problem"), "prose", size=2.0, pool=harvest.pool, answer_words=220
    )
