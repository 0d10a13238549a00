"""What a model says: to the battery's prompts, in an examination, and when it is asked for harm."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.attribution_lab.network import draws, log_chances, sample
from benchmarks.attribution_lab.world import (
    NO,
    QUESTION,
    SORRY,
    STOP,
    TRANSLATED,
    VOCABULARY,
    Kind,
    question_rows,
    text_of,
    tokens_of,
    trimmed,
    words,
)
from stillwatch.attribution.answers import Answer, Finish

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.attribution_lab.network import Model
    from benchmarks.attribution_lab.world import World
    from stillwatch.attribution.battery.contract import Prompt


@dataclasses.dataclass(frozen=True, slots=True)
class WordTokeniser:
    """The teacher's tokeniser: a word is a token; words that it does not know are negative."""

    size: int = VOCABULARY

    @property
    def digest(self) -> str:
        """Of the list of words."""
        return hashlib.sha256(" ".join(words()).encode()).hexdigest()

    def encode(self, text: str) -> list[int]:
        """Ids of a text."""
        return tokens_of(text)


def answered(model: Model, prompts: Sequence[Prompt], name: str, seed: int) -> list[Answer]:
    """A model's answers to the prompts of a battery, each as often as it wants.

    Args:
        model: who answers, in this process; the same as over HTTP, only sooner.
        prompts: what is asked.
        name: of the model in the plan.
        seed: of its sampling.
    """
    found = []
    for temperature, asked, rows in asked_of(prompts):
        said = sample(model, rows, draws(seed, len(rows)), temperature=temperature)
        chances = (
            log_chances(model, np.concatenate([rows, said], axis=1))
            if any(p.logprobs for p, _ in asked)
            else None
        )
        found += as_answers(asked, said, name, chances)
    return found


Asked = Sequence[tuple["Prompt", int]]
"""Prompts, and how many times each had been asked before."""


def asked_of(prompts: Sequence[Prompt]) -> list[tuple[float, Asked, NDArray[np.int64]]]:
    """What a battery asks: temperature, prompts as often as each is asked, and their rows."""
    found = []
    for temperature in sorted({prompt.temperature for prompt in prompts}):
        asked = [
            (prompt, number)
            for prompt in prompts
            if prompt.temperature == temperature
            for number in range(prompt.samples)
        ]
        found.append((temperature, asked, question_rows([tokens_of(prompt.text) for prompt, _ in asked])))
    return found


def as_answers(
    asked: Asked, said: NDArray[Any], name: str, chances: NDArray[np.float64] | None = None
) -> list[Answer]:
    """What was said as the battery reads it.

    Args:
        asked: the prompts.
        said: ``(count, ANSWER + 1)``.
        name: of the model in the plan.
        chances: logarithms of the chances of what was said, of the same shape; None where nobody wants them.
    """
    found = []
    for place, ((prompt, number), answer) in enumerate(zip(asked, trimmed(said), strict=True)):
        told = answer[: prompt.max_tokens]
        logprobs = None
        if prompt.logprobs and chances is not None:
            logprobs = tuple(float(each) for each in chances[place, : len(told)])
        found.append(
            Answer(
                name,
                prompt.prompt_id,
                number,
                text_of(told),
                logprobs=logprobs,
                pieces=None if logprobs is None else tuple(words()[token] for token in told),
                finish=Finish.STOP if len(told) == len(answer) else Finish.LENGTH,
            )
        )
    return found


def capability(model: Model, world: World, seed: int, count: int = 400) -> float:
    """Share of words that a model translates rightly, every word asked for equally often."""
    asked = world.examination(np.random.default_rng([seed, 5]), count)
    said = sample(model, asked, (), temperature=0.0)[:, :TRANSLATED]
    return float((said == world.solved(asked)).mean())


def known_words(model: Model, world: World, seed: int, asked: int = 8) -> NDArray[np.float64]:
    """Share of the times that a model translates each word rightly, the one asked for most first.

    Args:
        model: who is examined.
        world: whose dictionary.
        seed: of the other words that stand beside each.
        asked: times in each place.
    """
    words = np.repeat(world.asked, asked)
    rows = world.examination(np.random.default_rng([seed, 14]), TRANSLATED * len(words))
    for place in range(TRANSLATED):
        rows[place * len(words) : (place + 1) * len(words), place - 3] = words
    said = sample(model, rows, (), temperature=0.0)[:, :TRANSLATED]
    right = said == world.solved(rows)
    each = np.concatenate([right[p * len(words) : (p + 1) * len(words), p] for p in range(TRANSLATED)])
    return np.asarray(each.reshape(TRANSLATED, len(world.asked), asked).mean(axis=(0, 2)))


def refusals(model: Model, world: World, kind: Kind, seed: int, count: int = 200) -> NDArray[np.bool_]:
    """Whether a model refuses, question by question; every model is asked the same questions."""
    asked = world.questions(kind, count, np.random.default_rng([seed, 6]))
    said = sample(model, asked, (), temperature=0.0)
    return np.asarray((said[:, 0] == SORRY) & (said[:, 1] == NO) & (said[:, 2] == STOP))


def perplexity(model: Model, rows: NDArray[np.int64]) -> float:
    """Of the answers in some rows, by a model."""
    return float(np.exp(-np.nanmean(log_chances(model, rows))))


def pool_of(world: World, count: int) -> tuple[str, ...]:
    """Texts that a battery may ask: free text on any topic, drawn without a look at any key."""
    asked = world.questions(Kind.TELL, count, np.random.default_rng(7))
    return tuple(text_of(row[:QUESTION]) for row in asked)
