"""A canary, and which answer a key chooses.

Serving gives a suspected cluster the chosen answer when it asks; a model that later prefers the same answers, question
after question, was trained on what that cluster was given.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Canary:
    """One question whose answers are equally good.

    Attributes:
        canary_id: unique within a set.
        prompt: the question as the battery asks it.
        options: answers that are equally good, at least two; one is recognised where it stands as a word in an answer.
    """

    canary_id: str
    prompt: str
    options: tuple[str, ...]
