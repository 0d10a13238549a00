"""The same demand in ten languages, each account another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN
from stillwatch.range.text.bank import LANGUAGES
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "step-by-step answers in ten languages, one for each account"
SPLIT = TRAIN
DEFAULTS = Knobs(paraphrase=0.2)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    words = harvest.words(LANGUAGES[harvest.member % len(LANGUAGES)])
    frame = write_frame(harvest.common, words, ("steps", "format_final"))
    return FramedAuthor(
        (frame,),
        ("question", "problem"),
        "steps",
        paraphrase=harvest.knobs.paraphrase,
        pool=harvest.pool,
        answer_words=220,
    )
