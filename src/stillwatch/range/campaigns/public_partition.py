"""A public prompt set, split over the accounts without overlap and without any template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.harness import HarnessAuthor
from stillwatch.range.knobs import Knobs

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.authors.framed import Pool
    from stillwatch.range.plan import Author

ABOUT = "answers to a public prompt set, split over the accounts without any template"
DEFAULTS = Knobs(exchanges=40)


def author(common: Random, own: Random, knobs: Knobs, pool: Pool, member: int) -> Author:  # noqa: ARG001 - the contract of families
    """The member's writer."""
    return HarnessAuthor(
        "open-instructions", frame=None, shape="prose", temperature=None, max_tokens=None, answer_words=240
    )
