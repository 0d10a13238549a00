"""What a baseline is: a name, its papers, its knobs, and a function from traffic to scores."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from stillwatch.range.baselines.traffic import Traffic

Knob: TypeAlias = int | float | str
Knobs: TypeAlias = Mapping[str, Knob]


@dataclasses.dataclass(frozen=True, slots=True)
class Scores:
    """What a baseline concludes.

    Attributes:
        account: float64 [accounts], higher is more suspect; NaN where the baseline has nothing to say.
        group: int32 [accounts], the cluster an account was put into, -1 for none; None where it forms no clusters.
    """

    account: NDArray[np.float64]
    group: NDArray[np.int32] | None = None


class Baseline(Protocol):
    """A published way to find extraction, as it would be used on account logs.

    Attributes:
        name: as it is called on the command line; the file's name.
        title: what it is in a few words.
        references: papers with year.
        about: what it looks at and how it was carried over to account logs, in one or two sentences.
        knobs: default of each knob.
        grid: values to try for each knob when it is tuned; knobs not listed keep their default.
        learns: it needs a training world with labels (`Traffic.training`).
        single: it judges accounts one by one, so it can be run on windows of single accounts.
    """

    name: str
    title: str
    references: tuple[str, ...]
    about: str
    knobs: Knobs
    grid: Mapping[str, tuple[Knob, ...]]
    learns: bool
    single: bool

    def judge(self, traffic: Traffic, knobs: Knobs) -> Scores:
        """Score the accounts of a log; the same log always gives the same scores."""
        ...


def defaults(**knobs: Knob) -> Knobs:
    """The defaults of a baseline's knobs, by name."""
    return MappingProxyType(knobs)


def choices(**grid: tuple[Knob, ...]) -> Mapping[str, tuple[Knob, ...]]:
    """The values to try for each knob, by name."""
    return MappingProxyType(grid)


def combinations(baseline: Baseline) -> list[dict[str, Knob]]:
    """Every setting of a baseline's knobs that its grid gives."""
    settings: list[dict[str, Knob]] = [dict(baseline.knobs)]
    for knob, values in baseline.grid.items():
        settings = [setting | {knob: value} for setting in settings for value in values]
    return settings


def number(knobs: Knobs, name: str) -> float:
    """A knob that is a number."""
    return float(knobs[name])


def whole(knobs: Knobs, name: str) -> int:
    """A knob that is a whole number."""
    return int(knobs[name])
