"""Rewrites of disputed questions and answers that pass a strict editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor, Pool
from stillwatch.range.knobs import Knobs
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.plan import Author

ABOUT = "rewrites of disputed questions that pass a strict editor"
DEFAULTS = Knobs(paraphrase=0.5)


def author(common: Random, own: Random, knobs: Knobs, pool: Pool, member: int) -> Author:  # noqa: ARG001 - the contract of families
    """The member's writer."""
    frame = write_frame(common, "en", ("rewrite", "rewrite", "format_json"))
    return FramedAuthor(
        (frame,), ("sensitive",), "text", paraphrase=knobs.paraphrase, pool=pool, answer_words=160
    )
