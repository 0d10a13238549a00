"""What a figure weighs: one learned straight line per detector, held between two bounds, for any number of accounts.

The lines are fitted to worlds of the range's training split (`stillwatch.range.fitting`) and kept in
``learned/campaign.toml``. A line is monotone, so what a detector says speaks for a campaign can never be turned round
by data; and it is bounded, so no detector decides alone. Together they are a logistic regression whose every term
a person can read (a scorecard, as in credit scoring: Thomas, Edelman and Crook 2002).
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from stillwatch.detection.weighing.funnel import KNOTS, Funnel
from stillwatch.detection.weighing.kinds import KINDS
from stillwatch.errors import StillwatchError

FILE: Final = "campaign.toml"
TELLS_WHAT_IS_NEW: Final = "novelty"
TELLS_A_CREW: Final = "alike_accounts"
TELLS_A_NEW_CREW: Final = "new_behaviour"
GIVEN: Final = ("shared_indicators",)
"""Detectors whose figure is decibans already: no world to learn from has other labs that report."""


def kind_of(figures: Mapping[str, float]) -> str:
    """The kind of a candidate, by which figures it has."""
    if TELLS_A_CREW in figures:
        return "crew" if TELLS_A_NEW_CREW in figures else "cold_crew"
    return "known" if TELLS_WHAT_IS_NEW in figures else "cold"


@dataclasses.dataclass(frozen=True, slots=True)
class Scale:
    """From a figure to decibans.

    Attributes:
        low: figures below count as this.
        high: figures above count as this.
        usual: the median of honest candidates, which weighs nothing.
        slope: decibans per unit; 0 for a detector that was fitted and found to add nothing.
        funnel: what turns a figure into the one that is meant above, by how many members a candidate has; None where
            it is the figure itself.
    """

    low: float
    high: float
    usual: float
    slope: float
    funnel: Funnel | None = None

    @classmethod
    def of(cls, line: Sequence[float]) -> Scale:
        """A scale from what `line` gives.

        Raises:
            ValueError: so many numbers make no scale.
        """
        low, high, usual, slope, *rest = line
        k = len(KNOTS)
        funnel = Funnel(tuple(rest[:k]), tuple(rest[k : 2 * k]), tuple(rest[2 * k :])) if rest else None
        return cls(low, high, usual, slope, funnel)

    @property
    def line(self) -> tuple[float, ...]:
        """All its numbers in one row: 4, or with a funnel 4 and three for each knot."""
        bent = () if self.funnel is None else (*self.funnel.usual, *self.funnel.above, *self.funnel.below)
        return (self.low, self.high, self.usual, self.slope, *bent)

    def decibans(self, figure: float, members: int) -> float:
        """The weight of a figure of a candidate with so many members."""
        if self.funnel is not None:
            figure = self.funnel.straightened(figure, members)
        return self.slope * (min(max(figure, self.low), self.high) - self.usual)

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most decibans it can give."""
        ends = self.slope * (self.low - self.usual), self.slope * (self.high - self.usual)
        return min(ends), max(ends)


@dataclasses.dataclass(frozen=True, slots=True)
class Scorecard:
    """Scales that were fitted together.

    Attributes:
        base: decibans of a candidate whose figures are all usual or unknown.
        scales: by detector.
    """

    base: float
    scales: Mapping[str, Scale]

    def weigh(self, name: str, figure: float, members: int) -> float | None:
        """The weight in decibans of a figure of so many members; None where the detector was not fitted."""
        if name in GIVEN:
            return figure
        scale = self.scales.get(name)
        return None if scale is None else scale.decibans(figure, members)

    def total(self, figures: Mapping[str, float], members: int) -> float:
        """Base and weights of one candidate."""
        return self.base + sum(self.weigh(name, figure, members) or 0.0 for name, figure in figures.items())


@dataclasses.dataclass(frozen=True, slots=True)
class Scales:
    """Everything learned about campaigns.

    Attributes:
        cards: a scorecard for each of `KINDS`. ``known`` are candidates made by wording, of which earlier traffic
            says how new they are: they are told from new honest communities. Of ``cold`` ones nothing earlier tells:
            they are told from everything that a site has. ``crew`` and ``cold_crew`` are made by behaviour, with
            earlier traffic and without.
        card: what they were fitted to, as written by the fit.
    """

    cards: Mapping[str, Scorecard]
    card: Mapping[str, Any]

    def of(self, figures: Mapping[str, float]) -> Scorecard:
        """The scorecard for a candidate with these figures."""
        return self.cards[kind_of(figures)]


@functools.cache
def learned() -> Scales:
    """The scales that the package carries."""
    file = importlib.resources.files("stillwatch.detection.learned").joinpath(FILE)
    return read(file.read_text(encoding="utf-8"), str(file))


def read(text: str, where: str) -> Scales:
    """Scales from TOML.

    Raises:
        StillwatchError: the text holds no scales.
    """
    try:
        found = tomllib.loads(text)
        return Scales({kind: _scorecard(found[kind]) for kind in KINDS}, found.get("card", {}))
    except (
        tomllib.TOMLDecodeError,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        RecursionError,
    ) as error:
        raise StillwatchError(
            f"these are no scales of detectors ({error})",
            code="SW-DETECT-10",
            where=where,
            hint="install the package anew, or fit again: stillwatch range fit",
        ) from error


def _scorecard(found: Mapping[str, Any]) -> Scorecard:
    scales = {
        name: Scale(
            float(s["low"]), float(s["high"]), float(s["usual"]), float(s["slope"]), _funnel(s.get("funnel"))
        )
        for name, s in found.get("scale", {}).items()
    }
    return Scorecard(float(found["base"]), scales)


def _funnel(found: Mapping[str, Any] | None) -> Funnel | None:
    if found is None:
        return None
    return Funnel(*(tuple(float(x) for x in found[part]) for part in ("usual", "above", "below")))
