"""A harvest from a few seats of lawful teams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import VALIDATION

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "worked answers from single seats of lawful teams"
KIND = Kind.HIDDEN
SPLIT = VALIDATION
DEFAULTS = Knobs(accounts=40, exchanges=90, dilution=0.7, paraphrase=0.3)
TACTIC = "among_staff"
COVERS = ("vpn_staff", "support_desk", "night_office")


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    frames = harvest.frames(harvest.english, ("steps", "check"))
    return FramedAuthor(
        frames,
        ("question", "problem"),
        "steps",
        paraphrase=harvest.rewording,
        pool=harvest.pool,
        answer_words=240,
    )
