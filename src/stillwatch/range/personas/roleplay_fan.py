"""People who play stories with the model: long dialogues in character, for fun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.dialogue import DialogueAuthor
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.03
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Each with a few favourite settings."""
    found = []
    for _ in range(cohort.count):
        rng = cohort.rng
        words = cohort.english
        author = DialogueAuthor(
            words,
            ("roleplay",) * (1 + int(rng.random() * 2)),
            None,
            kinds=("message", "question"),
            follow=rng.choice(("follow", "roleplay")),
            topics=cohort.topics(words, 3),
        )
        rhythm = Rhythm("evening", 1.3, 8.0, 70.0)
        country = cohort.country()
        found.append(cohort.account([Stream(author, rhythm, cohort.heavy_tail(40, 1.0))], country=country))
    return found
