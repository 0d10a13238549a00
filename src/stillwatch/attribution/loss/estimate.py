"""The estimate: every part with its interval, what moves it most, and what acting at the first alarm had cost."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.attribution.loss import leak_curve
from stillwatch.attribution.loss.assumptions import Assumption, Assumptions, Notice, notices
from stillwatch.attribution.loss.drawing import Draws, Values, draw, quantile
from stillwatch.attribution.loss.parts.contract import Part, Side, parts

if TYPE_CHECKING:
    from stillwatch.attribution.loss.taken import Taken

MARKING: Final = "INTERNAL"
DRAWS: Final = 20_000
SEED: Final = 1
COMPUTES: Final = (10.0, 152.0, 2_000.0, 20_000.0)
"""H100 hours for which the curve is drawn."""
_STEPS: Final = 8
"""Points of a curve for each power of ten."""


@dataclasses.dataclass(frozen=True, slots=True)
class Amount:
    """USD with the interval that 90 % of the draws lie in."""

    low: float
    median: float
    high: float
    mean: float


@dataclasses.dataclass(frozen=True, slots=True)
class PartEstimate:
    """One part.

    Attributes:
        amount: None where an assumption that it needs has no numbers; ``missing`` names those.
        if_stopped: had everything ended at the first alarm; None likewise, or where it is not known when that was.
    """

    name: str
    title: str
    formula: str
    side: Side
    amount: Amount | None
    if_stopped: Amount | None
    missing: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Swing:
    """How far a total moves with one assumption: at its 5 % and its 95 % value, all others at their medians."""

    name: str
    at_low: float
    at_high: float

    @property
    def width(self) -> float:
        """USD from end to end."""
        return abs(self.at_high - self.at_low)


@dataclasses.dataclass(frozen=True, slots=True)
class Curve:
    """Points (answers, 5 %, median, 95 %) of the share of the capability that a copy has."""

    gpu_hours: float
    points: tuple[tuple[float, float, float, float], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Estimate:
    """What was taken and what it cost; marked `MARKING`.

    Attributes:
        total: of the lab's costs that could be estimated; ``middle`` is what it is with every assumption at its median.
        swings: of that total, the widest first.
        copier_swings: of the replacement cost.
        leaked: share of the capability that the copy has, over all assumptions.
        notices: what a reader has to know about the assumptions.
    """

    taken: Taken
    made_on: datetime.date
    draws: int
    seed: int
    parts: tuple[PartEstimate, ...]
    total: Amount
    total_if_stopped: Amount | None
    middle: float
    swings: tuple[Swing, ...]
    copier_middle: float
    copier_swings: tuple[Swing, ...]
    leaked: Amount
    leaked_if_stopped: Amount | None
    curves: tuple[Curve, ...]
    assumptions: tuple[Assumption, ...]
    notices: tuple[Notice, ...]


def estimate(
    taken: Taken,
    assumptions: Assumptions,
    *,
    today: datetime.date,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Estimate:
    """Work everything out.

    Args:
        taken: what was taken.
        assumptions: all of them.
        today: the day that the estimate bears.
        draws: of the Monte Carlo.
        seed: the same one gives the same figures.
    """
    drawn = draw(assumptions, draws, seed)
    known = [each for each in parts().values() if set(each.needs) <= drawn.keys()]
    lab = [each for each in known if each.side is Side.LAB]
    copier = [each for each in known if each.name == "replacement_cost"]
    stopped = taken.before_alarm
    return Estimate(
        taken=taken,
        made_on=today,
        draws=draws,
        seed=seed,
        parts=tuple(_part(each, drawn, taken) for each in parts().values()),
        total=_amount(_sum(lab, drawn, taken, taken.exchanges)),
        total_if_stopped=None if stopped is None else _amount(_sum(lab, drawn, taken, stopped)),
        middle=_at_medians(lab, assumptions, taken),
        swings=_swings(lab, assumptions, taken),
        copier_middle=_at_medians(copier, assumptions, taken),
        copier_swings=_swings(copier, assumptions, taken),
        leaked=_leaked(drawn, taken.exchanges),
        leaked_if_stopped=None if stopped is None else _leaked(drawn, stopped),
        curves=tuple(
            Curve(hours, tuple(leak_curve.curve(drawn, _answers(taken), hours))) for hours in COMPUTES
        ),
        assumptions=tuple(assumptions.values()),
        notices=notices(assumptions, today),
    )


def _answers(taken: Taken) -> list[float]:
    """Where the curves have points: from ten to beyond a million, and beyond what was taken."""
    last = max(6, math.ceil(math.log10(max(1, taken.exchanges))))
    return [float(round(10 ** (step / _STEPS))) for step in range(_STEPS, _STEPS * last + 1)]


def _part(part: Part, drawn: Draws, taken: Taken) -> PartEstimate:
    missing = tuple(name for name in part.needs if name not in drawn)
    stopped = taken.before_alarm
    return PartEstimate(
        part.name,
        part.title,
        part.formula,
        part.side,
        None if missing else _amount(part.amounts(drawn, taken, taken.exchanges)),
        None if missing or stopped is None else _amount(part.amounts(drawn, taken, stopped)),
        missing,
    )


def _leaked(drawn: Draws, answers: int) -> Amount:
    return _amount(leak_curve.leaked_share(drawn, answers, drawn["copier_gpu_hours"]))


def _sum(listed: Sequence[Part], drawn: Draws, taken: Taken, answers: int) -> Values:
    amounts = [each.amounts(drawn, taken, answers) for each in listed]
    return np.sum(amounts, axis=0) if amounts else np.zeros(1)


def _amount(values: Values) -> Amount:
    low, median, high = np.quantile(values, (0.05, 0.5, 0.95))
    return Amount(float(low), float(median), float(high), float(np.mean(values)))


def _at_medians(listed: Sequence[Part], assumptions: Assumptions, taken: Taken) -> float:
    return float(_sum(listed, _fixed(assumptions.values(), {}), taken, taken.exchanges)[0])


def _swings(listed: Sequence[Part], assumptions: Assumptions, taken: Taken) -> tuple[Swing, ...]:
    """One assumption at a time at its ends, widest first; those that move nothing are left out."""
    needed = {name for each in listed for name in each.needs}
    found = []
    for name in sorted(needed):
        low, high = (
            float(_sum(listed, _fixed(assumptions.values(), {name: end}), taken, taken.exchanges)[0])
            for end in (0.05, 0.95)
        )
        found.append(Swing(name, low, high))
    return tuple(
        sorted((each for each in found if each.width > 0), key=lambda each: (-each.width, each.name))
    )


def _fixed(assumptions: Iterable[Assumption], moved: dict[str, float]) -> dict[str, Values]:
    """One draw with every assumption at its median but those that are moved to another quantile."""
    return {
        each.name: quantile(each, np.array([moved.get(each.name, 0.5)])) for each in assumptions if each.given
    }
