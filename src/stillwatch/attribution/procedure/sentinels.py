"""The few prompts that are asked in rounds, and whether a round's answers are still those of the first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from stillwatch.attribution.querying.drift import ROUNDS, drift_p
from stillwatch.attribution.querying.question import Question

if TYPE_CHECKING:
    from stillwatch.attribution.archive.history import History
    from stillwatch.attribution.plans.plan import Plan


class Sentinels:
    """Rounds of sentinels with one model.

    A round's samples are numbered on from those of the round before. One that was broken off is not finished later: the
    model may have changed between its halves.

    Args:
        plan: which prompts, how often, and the chance of a false alarm over all rounds with all models.
        history: what was answered before.

    Attributes:
        due: whether a round is to be asked now.
        level: the p-value below which one round is an alarm (Bonferroni over the rounds a run has, and its models).
    """

    def __init__(self, plan: Plan, history: History) -> None:
        self._prompts = plan.sentinels
        self._samples = plan.stopping.sentinel_samples
        self._history = history
        self._seed = plan.options.seed
        most = max((plan.questions(each.side) for each in plan.models), default=0)
        rounds = math.ceil(most / plan.stopping.sentinel_every) + 2
        self.level = max(plan.stopping.drift / (rounds * max(len(plan.models), 1)), 2 / (ROUNDS + 1))
        self.due = bool(self._prompts)

    def questions(self) -> list[Question]:
        """The next round's; `due` is done with."""
        self.due = False
        first = self._next() * self._samples
        return [
            Question.of(
                prompt.prompt_id,
                prompt.text,
                sample=sample,
                max_tokens=prompt.max_tokens,
                temperature=prompt.temperature,
            )
            for sample in range(first, first + self._samples)
            for prompt in self._prompts
        ]

    def compare(self) -> float | None:
        """The p-value of the last round's answers being like the first's; None after the first."""
        last = self._next() - 1
        first = self._first()
        if first is None or last <= first:
            return None
        return drift_p(self._round(first), self._round(last), seed=self._seed + last)

    def _next(self) -> int:
        """The round that follows all that were begun."""
        samples = [sample for kept in self._history.sentinels.values() for sample in kept]
        return max(samples) // self._samples + 1 if samples else 0

    def _first(self) -> int | None:
        """The first round that was answered in full."""
        for number in range(self._next()):
            if all(len(texts) == self._samples for texts in self._round(number).values()):
                return number
        return None

    def _round(self, number: int) -> dict[str, list[str]]:
        samples = range(number * self._samples, (number + 1) * self._samples)
        return {
            prompt.prompt_id: [kept[each] for each in samples if each in kept]
            for prompt in self._prompts
            if (kept := self._history.sentinels.get(prompt.prompt_id, {})) is not None
        }
