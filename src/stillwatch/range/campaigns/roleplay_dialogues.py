"""Long dialogues in character, each opened in other words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.dialogue import DialogueAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import VALIDATION

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "dialogues in character over many turns, every opening in new words"
KIND = Kind.NO_TEMPLATE
SPLIT = VALIDATION
DEFAULTS = Knobs(accounts=90, exchanges=50, dilution=0.3)
COVERS = ("chat_hobbyist", "roleplay_fan", "scaffold_user")


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    return DialogueAuthor(
        harvest.english,
        ("roleplay", "roleplay"),
        harvest.pool,
        kinds=("message", "question"),
        follow="follow",
    )
