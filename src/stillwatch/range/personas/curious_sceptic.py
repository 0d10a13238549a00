"""People who never take the first answer: an everyday question, then one doubt after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.dialogue import DialogueAuthor
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.02
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Own interests, own hours; the further questions are everybody's."""
    found = []
    for _ in range(cohort.count):
        rng = cohort.rng
        words = cohort.english
        author = DialogueAuthor(
            words,
            (),
            None,
            kinds=("question", "problem", "sensitive"),
            follow=rng.choice(("drill", "follow", "drill")),
            shape="steps",
            topics=cohort.topics(words, 8),
        )
        rhythm = Rhythm(rng.choice(("evening", "waking")), 1.0, 4.0, 110.0)
        country = cohort.country()
        found.append(cohort.account([Stream(author, rhythm, cohort.heavy_tail(26, 0.9))], country=country))
    return found
