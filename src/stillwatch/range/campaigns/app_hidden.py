"""A harvest that poses as customers of apps with own keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import FROZEN

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "worked answers among the customers of honest apps"
KIND = Kind.HIDDEN
SPLIT = FROZEN
DEFAULTS = Knobs(accounts=60, exchanges=60, dilution=0.7, paraphrase=0.3)
TACTIC = "inside_an_app"
COVERS = ("tutor_app", "new_byok_app", "tutor_app")


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frames = harvest.frames(harvest.english, ("steps", "trace"))
    return FramedAuthor(
        frames,
        ("problem", "question"),
        "trace",
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=260,
    )
