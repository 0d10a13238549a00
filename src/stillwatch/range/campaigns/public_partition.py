"""A public prompt set, split over the accounts without overlap and without any template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.harness import HarnessAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "answers to a public prompt set, split over the accounts without any template"
KIND = Kind.NO_TEMPLATE
SPLIT = TRAIN
DEFAULTS = Knobs(accounts=110, exchanges=40)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    return HarnessAuthor(
        harvest.english,
        "open-instructions",
        frame=None,
        shape="prose",
        temperature=None,
        max_tokens=None,
        answer_words=240,
    )
