"""A scorecard: logistic regression on bounded straight lines whose direction is given, not learned.

Each campaign counts as one, however many candidates show it, and so does each honest community. Lines are fitted to
figures straightened by their funnel (`funnels`): what is rare at one size is common at another. A figure that is
missing weighs nothing. Weights are drawn towards zero; one that would turn a detector's meaning round stays there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.optimize import minimize

from stillwatch.detection.weighing.kinds import KINDS
from stillwatch.detection.weighing.scales import Scale, Scales, Scorecard, kind_of
from stillwatch.errors import StillwatchError
from stillwatch.range.fitting.funnels import funnels_of, straight

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.range.fitting.example import Example

DECIBANS: Final = 10.0 / np.log(10.0)
TAILS: Final = 0.03  # of the figures lie beyond each bound
WIDEST: Final = (
    12.0  # decibans between the bounds of one detector: none may decide alone, whatever the worlds say
)
WIDEST_FOR_INNOCENCE: Final = 5.0  # of those that look for one product: its absence is hardly a sign of guilt
MOST_ACQUITTAL: Final = (
    2.0  # decibans for innocence by what an attacker shapes at will, where all traffic is measured
)
NOT_TAUGHT: Final = -60.0
BY_SIZE: Final = frozenset({"cold", "cold_crew"})
"""Kinds whose figures are straightened. Where earlier traffic tells what is new, few communities are left to learn
from, and what weighs most hardly scatters by chance: there it made verdicts no better on worlds not learned from."""
_LEAST_WIDTH: Final = 1e-9
LEAST_KNOWN: Final = 20  # figures below which a detector is not fitted


def fit_all(
    examples: Sequence[Example],
    rises: Mapping[str, bool],
    *,
    ridge: float,
    innocence: frozenset[str] = frozenset(),
    shaped: frozenset[str] = frozenset(),
) -> Scales:
    """Fit a scorecard to each kind of candidates; a crew that nothing was learned about is never confirmed.

    Of a crew all traffic is measured, and what it sends beside the harvest costs an attacker little: detectors in
    ``shaped`` acquit no crew by more than `MOST_ACQUITTAL`.
    """
    cards = {}
    for kind in KINDS:
        part = [e for e in examples if kind_of(e.figures) == kind]
        taught = min(sum(e.campaign for e in part), sum(not e.campaign for e in part)) >= LEAST_KNOWN
        if taught or not kind.endswith("crew"):
            card = fit(part, rises, ridge=ridge, innocence=innocence, by_size=kind in BY_SIZE)
            cards[kind] = _hardly_acquitting(card, shaped) if kind.endswith("crew") else card
        else:
            cards[kind] = Scorecard(NOT_TAUGHT, {})
    return Scales(cards, {})


def fit(
    examples: Sequence[Example],
    rises: Mapping[str, bool],
    *,
    ridge: float,
    innocence: frozenset[str] = frozenset(),
    by_size: bool = False,
) -> Scorecard:
    """Fit lines to examples.

    Args:
        examples: candidates with truth.
        rises: by detector, whether a larger figure speaks for a campaign.
        ridge: how strongly weights are drawn towards zero.
        innocence: detectors that speak for innocence, by being there rather than by being absent.
        by_size: whether to straighten figures by funnels before.

    Raises:
        StillwatchError: there are too few examples.
    """
    funnels = funnels_of(examples, rises) if by_size else {}
    examples = [dataclasses.replace(e, figures=straight(e.figures, e.members, funnels)) for e in examples]
    truth = np.array([e.campaign for e in examples], dtype=np.bool_)
    weight = group_weights(examples)
    lines = {name: line for name in rises if (line := _line(examples, name, truth)) is not None}
    for name in innocence & lines.keys():
        lines[name] = _for_innocence_only(*lines[name], rises[name])
    lines = {name: line for name, line in lines.items() if line[1] - line[0] > _LEAST_WIDTH}
    if not lines:
        raise StillwatchError(
            f"{truth.sum()} campaigns and {(~truth).sum()} honest candidates are too few to fit anything",
            code="SW-RANGE-70",
            where="lessons",
            hint=f"add lessons until each side has {LEAST_KNOWN} candidates, with a history and without",
        )
    table = np.column_stack([_steps(examples, name, *line, rises[name]) for name, line in lines.items()])
    most = [(WIDEST_FOR_INNOCENCE if name in innocence else WIDEST) / DECIBANS for name in lines]
    base, weights = _logistic(table, truth, weight, ridge, most)
    scales = {}
    for (name, (low, high, usual)), strength in zip(lines.items(), weights.tolist(), strict=True):
        slope = DECIBANS * strength / (high - low) * (1.0 if rises[name] else -1.0)
        scales[name] = Scale(low, high, usual, slope, funnels.get(name))
    return Scorecard(DECIBANS * base, scales)


def _hardly_acquitting(card: Scorecard, shaped: frozenset[str]) -> Scorecard:
    """The card with the bounds of these detectors drawn in, so that they speak little for innocence."""
    drawn = {}
    for name in shaped & card.scales.keys():
        scale = card.scales[name]
        if scale.slope:
            least = scale.usual - MOST_ACQUITTAL / scale.slope
            drawn[name] = (
                dataclasses.replace(scale, low=max(scale.low, least))
                if scale.slope > 0
                else dataclasses.replace(scale, high=min(scale.high, least))
            )
    return dataclasses.replace(card, scales={**card.scales, **drawn})


def group_weights(examples: Sequence[Example]) -> NDArray[np.float64]:
    """float64 (examples): each group weighs its share in all; campaigns together as much as honest communities."""
    sizes: dict[str, int] = {}
    for e in examples:
        sizes[e.group] = sizes.get(e.group, 0) + 1
    weight = np.array([e.share / sizes[e.group] for e in examples])
    truth = np.array([e.campaign for e in examples])
    half = 0.5 * weight.sum()
    for side in (truth, ~truth):
        weight[side] *= half / max(weight[side].sum(), 1e-9)
    return weight


def _line(
    examples: Sequence[Example], name: str, truth: NDArray[np.bool_]
) -> tuple[float, float, float] | None:
    """The bounds of a detector's figures, and the median of the honest; None where hardly any are known."""
    known = np.array([e.figures.get(name, np.nan) for e in examples])
    told = np.isfinite(known)
    if (told & truth).sum() < LEAST_KNOWN or (told & ~truth).sum() < LEAST_KNOWN:
        return None
    low, high = np.quantile(known[told], [TAILS, 1.0 - TAILS]).tolist()
    if high - low < _LEAST_WIDTH:
        return None
    return low, high, float(np.clip(np.median(known[told & ~truth]), low, high))


def _for_innocence_only(low: float, high: float, usual: float, rises: bool) -> tuple[float, float, float]:
    """The bounds drawn in so that no figure speaks for a campaign: that a product is absent is no sign of guilt."""
    return (low, usual, usual) if rises else (usual, high, usual)


def _steps(
    examples: Sequence[Example], name: str, low: float, high: float, usual: float, rises: bool
) -> NDArray[np.float64]:
    """Figures as shares of the distance between the bounds, signed so that more speaks for a campaign."""
    known = np.array([e.figures.get(name, usual) for e in examples])
    return np.asarray((np.clip(known, low, high) - usual) / (high - low) * (1.0 if rises else -1.0))


def _logistic(
    table: NDArray[np.float64],
    truth: NDArray[np.bool_],
    weight: NDArray[np.float64],
    ridge: float,
    most: Sequence[float],
) -> tuple[float, NDArray[np.float64]]:
    """Intercept and weights, none negative or above its most, of a logistic regression (bounded BFGS)."""
    side = np.where(truth, 1.0, -1.0)

    def loss(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = side * (at[0] + table @ at[1:])
        pull = -side * weight / (1.0 + np.exp(np.clip(margin, -60.0, 60.0)))
        value = float((np.logaddexp(0.0, -margin) * weight).sum() + ridge * (at[1:] ** 2).sum())
        return value, np.concatenate(([pull.sum()], table.T @ pull + 2.0 * ridge * at[1:]))

    start = np.zeros(table.shape[1] + 1)
    bounds: list[Any] = [(None, None), *((0.0, each) for each in most)]
    at = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return float(at[0]), np.asarray(at[1:])
