"""What a member's word is worth: the posterior precision of its adjudicated reports."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from scipy.special import betaincinv

if TYPE_CHECKING:
    from stillwatch.sharing.trust.history import History

PRIOR_GENUINE: Final = 1.0
PRIOR_FALSE: Final = 1.0
"""Before anything is known half of what somebody says is believed."""


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """Adjudicated reports of a member, or of two together.

    Attributes:
        genuine: how many were right, by age.
        false: how many were wrong, by age.
    """

    genuine: float = 0.0
    false: float = 0.0

    @property
    def precision(self) -> float:
        """Posterior mean of the share that is right (Beta with a uniform prior), 0 to 1."""
        right = self.genuine + PRIOR_GENUINE
        return right / (right + self.false + PRIOR_FALSE)

    def at_least(self, sure: float = 0.9) -> float:
        """The share that is right is at least this, with that posterior probability."""
        return float(betaincinv(self.genuine + PRIOR_GENUINE, self.false + PRIOR_FALSE, 1.0 - sure))


def records(history: History, now: int) -> dict[frozenset[str], Record]:
    """Records of every member and of every pair that reported something together."""
    sums: dict[frozenset[str], list[float]] = {}
    for outcome, weight in history.weighted(now):
        for key in _keys(sorted(outcome.reporters)):
            both = sums.setdefault(key, [0.0, 0.0])
            both[0 if outcome.genuine else 1] += weight
    return {key: Record(*both) for key, both in sums.items()}


def _keys(members: list[str]) -> list[frozenset[str]]:
    pairs = [frozenset((one, other)) for at, one in enumerate(members) for other in members[at + 1 :]]
    return [*(frozenset((member,)) for member in members), *pairs]
