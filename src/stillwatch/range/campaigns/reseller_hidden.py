"""A harvest that rides along with the lawful customers of a reseller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor, Pool
from stillwatch.range.knobs import Knobs
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.plan import Author

ABOUT = "worked answers hidden among the customers of a reseller"
DEFAULTS = Knobs(
    accounts=10, exchanges=400, dilution=0.7, paraphrase=0.3, infrastructure="gateway", age="aged"
)


def author(common: Random, own: Random, knobs: Knobs, pool: Pool, member: int) -> Author:  # noqa: ARG001 - the contract of families
    """The member's writer."""
    frame = write_frame(common, "en", ("steps", "format_final"))
    return FramedAuthor(
        (frame,), ("question", "problem"), "steps", paraphrase=knobs.paraphrase, pool=pool, answer_words=260
    )
