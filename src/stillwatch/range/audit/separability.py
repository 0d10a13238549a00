"""How far one feature alone tells attack accounts from honest ones, and which campaigns it solves alone."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.range.score.ranking import area

if TYPE_CHECKING:
    import numpy.typing as npt

LOW: Final = 0.40
HIGH: Final = 0.75
PRECISION: Final = 0.95
RECALL: Final = 0.5


@dataclasses.dataclass(frozen=True, slots=True)
class Separation:
    """What one feature can do alone.

    Attributes:
        name: the feature; fields with many values begin with ``value of``.
        area: chance that an attack account has more of it than an honest one; None if only one kind has it.
        recall: the most attack accounts that one threshold, in either direction, finds at 95 % precision.
        solved: numbers of the campaigns of which that threshold finds at least half.
        known: accounts that have the number at all; an area over few of them says little.
    """

    name: str
    area: float | None
    recall: float
    solved: tuple[int, ...]
    known: int

    @property
    def outside(self) -> bool:
        """Whether the area lies outside the band wanted for adaptive worlds."""
        return self.area is not None and not LOW <= self.area <= HIGH


def separation(
    name: str,
    values: npt.NDArray[np.float64],
    attack: npt.NDArray[np.bool_],
    campaign: npt.NDArray[np.int64],
) -> Separation:
    """Judges one feature; accounts that have no such number are left out of it and never found by it.

    Args:
        name: what it is called.
        values: one an account, NaN where there is none.
        attack: label of each account.
        campaign: campaign of each account, -1 outside.
    """
    known = ~np.isnan(values)
    solved: set[int] = set()
    best = 0.0
    sizes = np.bincount(campaign[campaign >= 0])
    for direction in (1.0, -1.0):
        called = _called(direction * values, known, attack)
        best = max(best, float((called & attack).sum() / max(1, attack.sum())))
        hits = np.bincount(campaign[called & (campaign >= 0)], minlength=len(sizes))
        solved.update(np.flatnonzero((sizes > 0) & (hits >= RECALL * sizes)).tolist())
    return Separation(name, area(values[known], attack[known]), best, tuple(sorted(solved)), int(known.sum()))


def _called(
    values: npt.NDArray[np.float64], known: npt.NDArray[np.bool_], attack: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Whom the lowest threshold calls whose calls are right often enough; more cannot be found by any."""
    places = np.flatnonzero(known)
    order = places[np.argsort(-values[places], kind="stable")]
    ranked, right = values[order], np.cumsum(attack[order])
    last = np.append(ranked[1:] != ranked[:-1], True) if len(order) else np.empty(0, dtype=np.bool_)
    good = np.flatnonzero(last & (right >= PRECISION * np.arange(1, len(order) + 1)))
    called = np.zeros(len(values), dtype=np.bool_)
    if len(good):
        called[order[: good[-1] + 1]] = True
    return called
