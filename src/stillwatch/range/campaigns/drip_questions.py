"""An everyday question, and only then the demand for every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.dialogue import DialogueAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import FROZEN

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "reasons drawn out in follow-up questions, never in the first"
KIND = Kind.NO_TEMPLATE
SPLIT = FROZEN
DEFAULTS = Knobs(accounts=90, exchanges=45, dilution=0.3)


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    return DialogueAuthor(
        harvest.english, (), harvest.pool, kinds=("question", "problem"), follow="drill", shape="steps"
    )
