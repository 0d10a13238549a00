"""Small language models of word pairs: enough to learn from answers, quick enough to make hundreds of.

Everybody learns from public texts of one world, and the teacher from more of them. A student learns from the teacher's
answers; a hard control from public texts only; an unrelated model comes from another world.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from stillwatch.attribution.answers import Answer
from stillwatch.attribution.tokenising import WordTokeniser
from stillwatch.attribution.watermark.leaning import lean
from stillwatch.attribution.watermark.settings import WatermarkSettings
from stillwatch.attribution.watermark.sip import key_words

LENGTH = 20
SMOOTHING = 0.05
_HARDLY = 1e-9
WATERMARK = WatermarkSettings()


@dataclasses.dataclass(frozen=True, slots=True)
class Model:
    """A language model of word pairs.

    Attributes:
        table: chances of the next word (words, words), rows sum to 1.
    """

    table: np.ndarray

    def under(self, key: bytes, settings: WatermarkSettings = WATERMARK) -> Model:
        """The model as serving makes it lean towards what a watermark key favours."""
        words = np.arange(len(self.table), dtype=np.int64)[:, None]
        return Model(_shares(np.exp(lean(np.log(self.table), words, key_words(key), settings))))

    def says(
        self, answers: int, rng: np.random.Generator, length: int = LENGTH, asked: np.ndarray | None = None
    ) -> np.ndarray:
        """Answers to prompts that end in the words asked, else in any; int64 (answers, length)."""
        cumulative = self.table.cumsum(axis=1)
        word = rng.integers(0, len(self.table), answers) if asked is None else asked
        found = np.empty((answers, length), dtype=np.int64)
        for place in range(length):
            word = (rng.random(answers)[:, None] > cumulative[word]).sum(axis=1).clip(0, len(self.table) - 1)
            found[:, place] = word
        return found

    def likeliest(self) -> np.ndarray:
        """The likeliest next word after each."""
        return np.asarray(self.table.argmax(axis=1))


def world(words: int, rng: np.random.Generator, more: int = 0) -> Model:
    """How words follow each other: after each, a handful of others, some far likelier.

    Args:
        words: that may follow.
        rng: draws them.
        more: words that only begin and never follow.
    """
    table = np.zeros((words + more, words + more))
    for word in range(words + more):
        followers = rng.choice(words, rng.integers(2, 12), replace=False)
        table[word, followers] = rng.dirichlet(np.full(len(followers), 0.7))
    return Model(_shares(table + 1e-6))


def learned(*texts: np.ndarray, words: int, begin: slice = slice(0)) -> Model:
    """A model of what stands in texts.

    Args:
        texts: int64 (count, length) each.
        words: that there are.
        begin: words that only begin: they follow no other, not even by smoothing.
    """
    counts = np.full((words, words), SMOOTHING)
    counts[:, begin] = _HARDLY
    for text in texts:
        np.add.at(counts, (text[:, :-1].ravel(), text[:, 1:].ravel()), 1.0)
    return Model(_shares(counts))


def tokeniser(words: int) -> WordTokeniser:
    """The tokeniser of every model here."""
    return WordTokeniser([f"w{word} " for word in range(words)])


def answered(model: str, tokens: np.ndarray, prompt: str = "open") -> list[Answer]:
    """Texts as answers; the tokens come along, as where an endpoint is known to use the teacher's."""
    return [
        Answer(model, f"{prompt}-{number:05d}", 0, "".join(f"w{word} " for word in row), tuple(map(int, row)))
        for number, row in enumerate(tokens, 1)
    ]


def _shares(table: np.ndarray) -> np.ndarray:
    return np.asarray(table / table.sum(axis=1, keepdims=True))
