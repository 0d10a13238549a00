"""What a judge is: it reads one answer and says what the model did, and why it thinks so."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from stillwatch.attribution.safety_gap.prompts import Outcome, Prompt


@dataclasses.dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge says to one answer.

    Attributes:
        because: the rule that decided, in a few words; quotes neither prompt nor answer.
    """

    outcome: Outcome
    because: str


class Judge(Protocol):
    """One judge.

    Attributes:
        name: with its version or model, as reports cite it.
    """

    name: str

    def judge(self, prompt: Prompt, text: str) -> Judgement:
        """What the model did with the prompt.

        Raises:
            StillwatchError: a judge that has to be asked elsewhere cannot be reached.
        """
        ...
