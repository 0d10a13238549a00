"""What is to be hidden in an answer."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.core.decision import Limits


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """What to take out of an answer; nothing else of it changes.

    Attributes:
        reasoning: the text of reasoning. Signatures and encrypted parts stay: clients must send them back.
        logprobs: token probabilities. They go with the reasoning, too: they would spell it out.
        starts_inside: the model's answers begin inside a thought, without an opening tag.
    """

    reasoning: bool = False
    logprobs: bool = False
    starts_inside: bool = False

    @classmethod
    def of(cls, limits: Limits, *, starts_inside: bool = False) -> Wish:
        """What a decision's limits ask to be hidden."""
        return cls(limits.hide_reasoning, limits.hide_logprobs, starts_inside)

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to hide."""
        return not (self.reasoning or self.logprobs)
