"""What became of shared indicators: who reported each, and what an adjudication found.

An adjudication is the outcome of a review (by the member itself, the auditor, or two members who agree), not a single
false-positive sighting: such a sighting asks for a review, and by itself costs nobody anything.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclasses.dataclass(frozen=True, slots=True)
class Adjudicated:
    """One indicator whose truth is known by now.

    Attributes:
        reporters: members that reported it with a detector that counts fully.
        genuine: True where it did describe a campaign.
        week: number of the week in which it was reported, counted from any Monday.
    """

    reporters: frozenset[str]
    genuine: bool
    week: int


class History:
    """Adjudicated indicators and how many were reported at all.

    Args:
        half_life_weeks: after so many weeks an outcome counts half: people, detectors and intentions change.
    """

    def __init__(self, outcomes: Iterable[Adjudicated] = (), *, half_life_weeks: float = 26.0) -> None:
        self.half_life_weeks = half_life_weeks
        self._outcomes: list[Adjudicated] = list(outcomes)
        self._reported: dict[int, int] = {}

    def __iter__(self) -> Iterator[Adjudicated]:
        return iter(self._outcomes)

    def __len__(self) -> int:
        return len(self._outcomes)

    def reported(self, week: int, indicators: int) -> None:
        """Note how many indicators a week brought, adjudicated or not."""
        self._reported[week] = self._reported.get(week, 0) + indicators

    def add(self, outcome: Adjudicated) -> None:
        """Take an outcome."""
        self._outcomes.append(outcome)

    def age_weight(self, week: int, now: int) -> float:
        """How much an outcome of a week counts now, 0 to 1."""
        return float(0.5 ** (max(0, now - week) / self.half_life_weeks))

    def weighted(self, now: int) -> Iterator[tuple[Adjudicated, float]]:
        """Each outcome with how much it counts now."""
        for outcome in self._outcomes:
            yield outcome, self.age_weight(outcome.week, now)

    def weeks(self, now: int) -> float:
        """Weeks that the history covers, each counted by its age."""
        return sum(self.age_weight(week, now) for week in self._reported)

    def adjudicated_share(self) -> float:
        """Share of the reported indicators whose truth is known, above 0 and at most 1."""
        total = sum(self._reported.values())
        return min(1.0, max(len(self._outcomes), 1) / total) if total else 1.0
