"""The same demand in ten languages, each account another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor, Pool
from stillwatch.range.knobs import Knobs
from stillwatch.range.text.bank import LANGUAGES
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.plan import Author

ABOUT = "step-by-step answers in ten languages, one for each account"
DEFAULTS = Knobs(paraphrase=0.2)


def author(common: Random, own: Random, knobs: Knobs, pool: Pool, member: int) -> Author:  # noqa: ARG001 - the contract of families
    """The member's writer."""
    language = LANGUAGES[member % len(LANGUAGES)]
    frame = write_frame(common, language, ("steps", "format_final"))
    return FramedAuthor(
        (frame,), ("question", "problem"), "steps", paraphrase=knobs.paraphrase, pool=pool, answer_words=220
    )
