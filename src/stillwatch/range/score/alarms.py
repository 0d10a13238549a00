"""How much a campaign had harvested when it was first alarmed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from stillwatch.range.score.answers import Answers
    from stillwatch.range.score.truth import Truth

CLASSES: Final = (("undiluted", 0.0), ("up to 50 %", 0.5), ("up to 90 %", 0.9), ("over 90 %", 1.0))
_NEVER: Final = np.iinfo(np.int64).max


@dataclasses.dataclass(frozen=True, slots=True)
class Leak:
    """One campaign: what it had when it was first alarmed.

    Attributes:
        leaked: harvest exchanges up to and including the moment of the first alarm; all, if none came.
        harvest: harvest exchanges in all.
        alarm_ms: time of the first alarm of a member called attack, milliseconds since 1970; None if none
            came, or only one whose time is unknown.
    """

    campaign_id: str
    dilution: float | None
    leaked: int
    harvest: int
    alarm_ms: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class Leaks:
    """Campaigns of one kind, taken together.

    Attributes:
        median: of the leaked exchanges, campaigns without an alarm counting with all of theirs; None if empty.
        p95: the least number that at least 95 % of the campaigns do not exceed.
        never: campaigns without an alarm.
    """

    name: str
    campaigns: int
    median: float | None
    p95: float | None
    never: int


def leaks(truth: Truth, answers: Answers) -> tuple[Leak, ...] | None:
    """Every campaign's leak, in the order of the truth; None where times of exchanges are not known."""
    if truth.first_seen is None:
        return None
    first = np.full(len(truth.campaigns) + 1, _NEVER, dtype=np.int64)
    np.minimum.at(first, truth.campaign, np.where(answers.alarm < 0, _NEVER, answers.alarm))
    found = []
    for campaign, alarm in zip(truth.campaigns, first[:-1].tolist(), strict=True):
        harvest = np.empty(0, dtype=np.int64) if campaign.harvest is None else campaign.harvest
        leaked = int(np.searchsorted(harvest, alarm, side="right"))
        known = None if alarm == _NEVER else alarm
        found.append(Leak(campaign.campaign_id, campaign.dilution, leaked, len(harvest), known))
    return tuple(found)


def together(found: tuple[Leak, ...], name: str = "all campaigns") -> Leaks:
    """Median and 95th percentile of some campaigns."""
    counts = [leak.leaked for leak in found]
    return Leaks(
        name,
        len(found),
        float(np.median(counts)) if counts else None,
        float(np.percentile(counts, 95, method="inverted_cdf")) if counts else None,
        sum(leak.alarm_ms is None for leak in found),
    )


def by_dilution(found: tuple[Leak, ...]) -> tuple[Leaks, ...]:
    """The same for each class of dilution that has campaigns."""
    classes = []
    low = -1.0
    for name, high in CLASSES:
        part = tuple(leak for leak in found if leak.dilution is not None and low < leak.dilution <= high)
        low = high
        if part:
            classes.append(together(part, name))
    return tuple(classes)


def curve(found: tuple[Leak, ...]) -> tuple[tuple[int, float], ...]:
    """Steps (n, share of all campaigns that were alarmed by their n-th leaked exchange)."""
    counts = sorted(leak.leaked for leak in found if leak.alarm_ms is not None)
    steps = {count: place / len(found) for place, count in enumerate(counts, 1)}
    return tuple(steps.items())
