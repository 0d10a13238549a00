"""The same demand in ten languages, each account another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN
from stillwatch.range.text.bank import LANGUAGES

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "step-by-step answers in ten languages, one for each account"
KIND = Kind.LANGUAGES
SPLIT = TRAIN
DEFAULTS = Knobs(accounts=150, exchanges=40, paraphrase=0.2, dilution=0.2)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    words = harvest.words(LANGUAGES[harvest.member % len(LANGUAGES)])
    frames = harvest.frames(words, ("steps", "format_final"))
    return FramedAuthor(
        frames,
        ("question", "problem"),
        "steps",
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=220,
    )
