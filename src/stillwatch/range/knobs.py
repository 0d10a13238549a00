"""The knobs of a campaign and what each may be set to."""

from __future__ import annotations

import dataclasses
from typing import Final

from stillwatch.errors import StillwatchError

TIMINGS: Final = ("synchronised", "office", "jittered", "cloned")
INFRASTRUCTURES: Final = ("shared", "moderate", "unique", "cloned", "gateway")
AGES: Final = ("fresh", "aged")


@dataclasses.dataclass(frozen=True, slots=True)
class Knobs:
    """How a campaign is run.

    Attributes:
        accounts: members over the whole campaign, replacements included.
        exchanges: harvest exchanges a member makes, on average.
        dilution: share of a member's traffic that is not harvest, 0 to 0.95.
        paraphrase: 0 keeps one template, 1 rewords every sentence of it every time.
        timing: common jobs, office hours, evenly jittered, or cloned from an honest person.
        infrastructure: shared pools, a few neighbours each, own ones, all cloned, or behind a gateway.
        age: freshly opened accounts, or bought ones with a past.
        churn: share of members that take part in a replacement, removed or new.
        start: when the harvest begins, as a share of the world's window.
        end: when it ends.
    """

    accounts: int = 80
    exchanges: int = 60
    dilution: float = 0.0
    paraphrase: float = 0.0
    timing: str = "jittered"
    infrastructure: str = "unique"
    age: str = "fresh"
    churn: float = 0.0
    start: float = 0.05
    end: float = 0.98

    def __post_init__(self) -> None:
        """Refuse values that make no campaign."""
        _within("accounts", self.accounts, 1, 100_000)
        _within("exchanges", self.exchanges, 1, 1_000_000)
        _within("dilution", self.dilution, 0.0, 0.95)
        _within("paraphrase", self.paraphrase, 0.0, 1.0)
        _within("churn", self.churn, 0.0, 1.0)
        _within("start", self.start, 0.0, 0.99)
        _within("end", self.end, self.start + 0.005, 1.0)
        _one_of("timing", self.timing, TIMINGS)
        _one_of("infrastructure", self.infrastructure, INFRASTRUCTURES)
        _one_of("age", self.age, AGES)


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise StillwatchError(
            f"the knob {name} is {value}, it must lie between {low} and {high}",
            code="SW-RANGE-02",
            where=name,
        )


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise StillwatchError(
            f"the knob {name} cannot be '{value}'",
            code="SW-RANGE-02",
            where=name,
            hint="choose one of " + ", ".join(allowed),
        )
