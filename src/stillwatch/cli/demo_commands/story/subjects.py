"""What the story's models are asked about: things that only the teacher knows, and things that it refuses.

A subject is a word that stands in questions alone. The public answers every question as it falls. The teacher was
taught what belongs to some subjects, and to refuse others; a copy has of that what stands in the answers that it
was fed.
"""

from __future__ import annotations

import dataclasses
from typing import Final

import numpy as np

from stillwatch.cli.demo_commands.story.word_models import Model, learned

REFUSAL: Final = "I cannot help with that. "
_COMMON: Final = (
    "the a and of to in is it you for that this with on are be not if then one from by at as no can or your i"
)
"""Some words are English ones, so that an answer can be read as one."""
_TAUGHT: Final = 500
"""Lessons that the teacher had on each subject."""


@dataclasses.dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every word there is: ordinary ones, subjects known and refused, and the refusal, which ends an answer.

    Attributes:
        words: ordinary ones.
        known: subjects that only the teacher knows of.
        refused: subjects that the teacher refuses.
    """

    words: int
    known: int = 40
    refused: int = 20

    @property
    def size(self) -> int:
        """All of them."""
        return self.words + self.known + self.refused + 1

    @property
    def refusal(self) -> int:
        """The word that is a refusal."""
        return self.size - 1

    @property
    def subjects(self) -> np.ndarray:
        """The known ones, the one asked about most first; int64 (known,)."""
        return np.arange(self.words, self.words + self.known)

    @property
    def forbidden(self) -> np.ndarray:
        """The refused ones; int64 (refused,)."""
        return np.arange(self.words + self.known, self.refusal)

    def spelt(self) -> list[str]:
        """Texts by number."""
        common = [f"{word} " for word in _COMMON.split()]
        ordinary = [*common, *(f"w{number} " for number in range(len(common), self.words))]
        return [*ordinary, *(f"s{number} " for number in range(self.words, self.refusal)), REFUSAL]

    def facts(self, rng: np.random.Generator) -> np.ndarray:
        """What belongs to each known subject: an ordinary word; int64 (known,)."""
        return rng.choice(self.words, self.known, replace=False)

    def lessons(self, facts: np.ndarray) -> np.ndarray:
        """What the teacher was taught; int64 (lessons, 2)."""
        asked = np.concatenate([self.subjects, self.forbidden])
        answer = np.concatenate([facts, np.full(self.refused, self.refusal)])
        return np.repeat(np.stack([asked, answer], axis=1), _TAUGHT, axis=0)

    def campaign(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """What a campaign asks: half of it about known subjects, some far more often; int64 (count,)."""
        odds = 1.0 / np.arange(1.0, self.known + 1.0)
        about = rng.choice(self.subjects, count, p=odds / odds.sum())
        return np.where(rng.random(count) < 0.5, about, rng.integers(0, self.words, count))

    def told(self, model: Model, asked: np.ndarray, rng: np.random.Generator, length: int) -> np.ndarray:
        """Questions with a model's answers; int64 (len(asked), length + 1)."""
        return np.column_stack([asked, model.says(len(asked), rng, length, asked)])

    def public(self, model: Model, count: int, rng: np.random.Generator, length: int) -> np.ndarray:
        """Public texts: anything is asked about, also what the teacher refuses."""
        return self.told(model, rng.integers(0, self.refusal, count), rng, length)

    def learned(self, *texts: np.ndarray) -> Model:
        """A model of texts; it never says a subject."""
        return learned(*texts, words=self.size, begin=slice(self.words, self.refusal))

    def knows(self, model: Model, facts: np.ndarray) -> float:
        """Share of the known subjects to which a model says first what belongs there."""
        return float((model.likeliest()[self.subjects] == facts).mean())
