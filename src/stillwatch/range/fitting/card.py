"""What the fit says about itself, and the file it writes."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.detection.registry import detectors
from stillwatch.detection.weighing.kinds import KINDS
from stillwatch.detection.weighing.scales import Scales, kind_of
from stillwatch.range.fitting.scorecard import fit_all

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.range.fitting.example import Example

RIDGE: Final = 0.1
FOLDS: Final = 5

HEAD: Final = """\
# Written by `stillwatch range fit`; do not edit. What a figure weighs, in decibans: slope * (figure held between low
# and high - usual), the figure straightened by its funnel. Fitted to worlds of the training split only:
# docs/explanation/scoring.md.
"""


def speaks_for_innocence() -> frozenset[str]:
    """Detectors that look for one product behind a candidate."""
    return frozenset(name for name, each in detectors().items() if each.aspect == "product")


def shaped_at_will() -> frozenset[str]:
    """Detectors whose figure an attacker shapes at little cost by what accounts send beside the harvest."""
    return frozenset(name for name, each in detectors().items() if getattr(each, "shaped_at_will", False))


def left_out(
    examples: Sequence[Example], rises: Mapping[str, bool], part: Callable[[Example], str]
) -> NDArray[np.float64]:
    """float64 (examples): totals by a fit that has seen nothing of the same part."""
    totals = np.full(len(examples), np.nan)
    parts = np.array([part(e) for e in examples])
    for each in sorted(set(parts.tolist())):
        seen = [e for e, p in zip(examples, parts, strict=True) if p != each]
        scales = fit_all(seen, rises, ridge=RIDGE, innocence=speaks_for_innocence(), shaped=shaped_at_will())
        for k in np.flatnonzero(parts == each).tolist():
            figures = examples[k].figures
            totals[k] = scales.of(figures).total(figures, examples[k].members)
    return totals


def held_back(examples: Sequence[Example], rises: Mapping[str, bool]) -> dict[str, dict[str, float]]:
    """How well fits do on worlds, and on tactics, that they have not seen; without the caution of `decide`."""
    truth = np.array([e.campaign for e in examples])
    kinds = np.array([kind_of(e.figures) for e in examples])
    told = {}
    for name, part in _PARTS.items():
        totals = left_out(examples, rises, part)
        for kind in KINDS:
            honest, campaign = totals[(kinds == kind) & ~truth], totals[(kinds == kind) & truth]
            if not honest.size or not campaign.size:
                continue
            told[f"{kind}_unseen_{name}"] = {
                "honest_median": float(np.median(honest)),
                "honest_99": float(np.quantile(honest, 0.99)),
                "honest_most": float(honest.max()),
                "campaign_5": float(np.quantile(campaign, 0.05)),
                "campaign_median": float(np.median(campaign)),
                "auroc": _auroc(campaign, honest),
            }
    return told


def _world(example: Example) -> str:
    return example.world


def _folds(examples: Sequence[Example]) -> Callable[[Example], str]:
    """Which of a few parts of the worlds an example is of: leaving out world by world for each detector takes hours."""
    fold = {world: str(k % FOLDS) for k, world in enumerate(sorted({e.world for e in examples}))}
    return lambda example: fold[example.world]


def _tactic(example: Example) -> str:
    """A campaign's tactic; the world of an honest community, which has none."""
    return example.tactic if example.campaign else example.world


_PARTS: Final = {"world": _world, "tactic": _tactic}


def ablation(examples: Sequence[Example], rises: Mapping[str, bool]) -> dict[str, dict[str, float]]:
    """What each detector adds: chance that a campaign's total exceeds an honest one's, on unseen worlds, without it."""
    truth = np.array([e.campaign for e in examples])
    kinds = np.array([kind_of(e.figures) for e in examples])
    out: dict[str, dict[str, float]] = {f"without_{kind}": {} for kind in KINDS}
    fold = _folds(examples)
    for name in sorted(rises):
        fewer = {each: way for each, way in rises.items() if each != name}
        totals = left_out(examples, fewer, fold)
        for kind in KINDS:
            campaign, honest = totals[(kinds == kind) & truth], totals[(kinds == kind) & ~truth]
            if campaign.size and honest.size:
                out[f"without_{kind}"][name] = _auroc(campaign, honest)
    return out


def _auroc(campaign: NDArray[np.float64], honest: NDArray[np.float64]) -> float:
    """Chance that a campaign's total exceeds an honest one's."""
    ordered = np.sort(honest)
    below = np.searchsorted(ordered, campaign, "left") + np.searchsorted(ordered, campaign, "right")
    return float(below.mean() / (2.0 * honest.size))


def written(scales: Scales, told: Mapping[str, Any]) -> str:
    """The file of scales, in TOML."""
    lines = [HEAD, "[card]"]
    lines += [f"{name} = {_value(value)}" for name, value in told.items() if not isinstance(value, dict)]
    for name, value in told.items():
        if isinstance(value, dict):
            lines += ["", f"[card.{name}]"] + [f"{k} = {_value(v)}" for k, v in value.items()]
    for kind, card in scales.cards.items():
        lines += ["", f"[{kind}]", f"base = {card.base:.3f}"]
        for name, scale in sorted(card.scales.items()):
            lines += ["", f"[{kind}.scale.{name}]"]
            lines += [f"{part} = {getattr(scale, part):.5f}" for part in ("low", "high", "usual", "slope")]
            if scale.funnel is not None:
                bent = dataclasses.asdict(scale.funnel).items()
                lines.append(
                    f"funnel = {{ {', '.join(f'{part} = {_rounded(values)}' for part, values in bent)} }}"
                )
    return "\n".join(lines) + "\n"


def _rounded(values: Sequence[float]) -> str:
    return "[" + ", ".join(f"{value:.5f}" for value in values) + "]"


def _value(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}" if math.isfinite(value) else "nan"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    return '"' + str(value).replace('"', "'") + '"'
