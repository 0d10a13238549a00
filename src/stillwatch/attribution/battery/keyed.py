"""What every test that rests on keys does alike: sum what texts put on each key's choices, and rank it among decoys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from stillwatch.attribution.battery.contract import KeyFinding, TestResult, Weight
from stillwatch.attribution.keyed_sums import MOST_E, score_needed

if TYPE_CHECKING:
    from stillwatch.attribution.battery.material import Material
    from stillwatch.attribution.battery.options import BatteryOptions
    from stillwatch.attribution.keyed_sums import KeyedSum

Total = Callable[[bytes], float]
"""The sum under the key that a slot's secret leads to."""


def findings(
    under_innocence: KeyedSum,
    total: Total,
    reach: float,
    material: Material,
    options: BatteryOptions,
    p: Callable[[float], float] | None = None,
) -> tuple[KeyFinding, ...]:
    """What is found under each key.

    Args:
        under_innocence: the distribution of the sum.
        total: the sum under a key.
        reach: all weight there is; the effect is the sum's excess as a share of it.
        material: whose keys and decoys.
        options: how many decoys.
        p: an exact chance of a sum, where there is one; else the bound of ``under_innocence``.
    """
    decoys = np.array([total(secret) for secret in material.decoys[: options.decoys]])
    found = []
    for key in material.keys:
        value = total(key.secret)
        found.append(
            KeyFinding(
                cluster=key.cluster,
                epoch=key.epoch,
                e=under_innocence.e(value),
                p=(p or under_innocence.p)(value),
                units=under_innocence.units,
                effect=(value - under_innocence.mean) / reach if reach else 0.0,
                rank=1 + int((decoys >= value).sum()),
                decoys=len(decoys),
                score=under_innocence.score(value),
            )
        )
    return tuple(found)


def decoys_below(
    level: float, under_innocence: KeyedSum, total: Total, material: Material, count: int
) -> int:
    """How many decoys fall below a level of p: where innocence is true they show whether it is kept to."""
    return sum(under_innocence.p(total(secret)) < level for secret in material.decoys[:count])


def result(
    name: str,
    found: Sequence[KeyFinding],
    under_innocence: KeyedSum,
    reach: float,
    options: BatteryOptions,
    words: str,
    details: Mapping[str, object],
) -> TestResult:
    """A test's result from what was found under each key.

    Args:
        name: of the test.
        found: at least one finding.
        under_innocence: the distribution of the sum.
        reach: as for ``findings``.
        options: for the effect that must not escape.
        words: what is counted, for the sentence.
        details: what else a second lab compares.
    """
    strongest = max(found, key=lambda each: each.score)
    least = score_needed(options.alpha) * under_innocence.spread
    needed = (
        int(np.ceil(under_innocence.units * (least / (options.least_effect * reach)) ** 2)) if reach else 0
    )
    sentence = (
        f"{strongest.effect:+.1%} against chance under the key of {strongest.cluster} in {strongest.epoch}, "
        f"over {strongest.units:,} {words}; p ≤ {strongest.p:.1e}"
    )
    return TestResult(
        name=name,
        weight=Weight.EVIDENCE,
        p=min(1.0, len(found) * min(each.p for each in found)),
        e=min(MOST_E, float(np.mean([each.e for each in found if each.e is not None]))),
        units=under_innocence.units,
        needed=needed,
        effect=strongest.effect,
        sentence=sentence,
        keys=tuple(found),
        details={"effective_units": round(under_innocence.effective, 3), **details},
    )
