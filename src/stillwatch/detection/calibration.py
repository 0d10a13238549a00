"""What the decision promises on a site, and what it did there on traffic that is believed to be clean.

The site test promises a level under a normal distribution fitted to the bulk of the site's candidates. Nobody can prove
that honest communities scatter so. But an operator has traffic in which nobody was found to be extracting: whoever is
called there is either a campaign that nobody knew or a false accusation, so their share bounds the false ones from
above (Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import betaincinv, ndtr, ndtri

from stillwatch.detection.deciding.decide import ATTACK
from stillwatch.detection.deciding.site_test import USUAL_WEIGHT, empirical_null

if TYPE_CHECKING:
    from collections.abc import Collection

    from stillwatch.detection.deciding.decide import Judgement
    from stillwatch.detection.frame import Frame
    from stillwatch.detection.run import Outcome

POINTS: Final = (0.5, 0.8, 0.9, 0.95, 0.99)
SURE: Final = 0.95
STRONGEST: Final = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Labelled:
    """What detection says about accounts that people found honest.

    They had been accused once, so they are the hardest of the honest ones and no sample of all: their rate says how far
    detection has learned, not how often it is wrong about a customer.

    Attributes:
        known: accounts labelled honest.
        seen: of them, those with traffic in the calibration.
        attack: of those seen, called ``attack`` again: accusations that are known to be false.
        watch: of those seen, on watch.
        attack_upper: 95 % upper bound of the share of accounts like them that is called ``attack``.
        again: the accounts called ``attack`` again, in the order of their ids.
    """

    known: int
    seen: int
    attack: int
    watch: int
    attack_upper: float
    again: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Calibration:
    """Promised and achieved.

    Attributes:
        accounts: accounts judged.
        attack: of them called ``attack``; ``watch`` likewise.
        watch: see ``attack``.
        attack_upper: 95 % upper bound of the share of accounts called ``attack``.
        candidates: communities weighed.
        centre: decibans around which the site's candidates lie; ``spread``, how far they scatter.
        spread: see ``centre``.
        fdr: promised level of the site test.
        threshold: total, in decibans, from which a single candidate is called here.
        expected: candidates above the threshold if the bulk's distribution held for all.
        shares: by point of the fitted distribution: share of candidates promised above it, and share found.
        strongest: total, accounts and the strongest reason of the candidates nearest to being called.
        labelled: what became of accounts that people found honest; None where no labels were given.
    """

    accounts: int
    attack: int
    watch: int
    attack_upper: float
    candidates: int
    centre: float
    spread: float
    fdr: float
    threshold: float
    expected: float
    shares: tuple[tuple[float, float], ...]
    strongest: tuple[tuple[float, int, str], ...]
    labelled: Labelled | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return dataclasses.asdict(self)


def calibration_of(
    frame: Frame,
    outcome: Outcome,
    fdr: float,
    watched: Collection[str],
    honest: Collection[str] | None = None,
) -> Calibration:
    """What a run promises and what it did.

    Args:
        frame: the exchanges, believed to be clean.
        outcome: what was concluded about them.
        fdr: level of the site test.
        watched: accounts that the findings have on watch.
        honest: accounts that people found honest after they had been accused; None for no labels.
    """
    judgement = outcome.judgement
    last = {snapshot.track: snapshot for snapshot in outcome.snapshots}
    decisions = {t: judgement.decisions[s.checkpoint, s.track] for t, s in last.items()}
    totals = np.array([decision.total for decision in decisions.values()])
    centre, spread = empirical_null(totals) if totals.size else (float("nan"), float("nan"))
    tested = max(totals.size, USUAL_WEIGHT)
    threshold = max(ATTACK, centre - spread * float(ndtri(fdr / tested))) if totals.size else ATTACK
    above = [centre + spread * float(ndtri(point)) for point in POINTS]
    order = sorted(decisions, key=lambda track: -decisions[track].total)[:STRONGEST]
    accounts, attack = len(frame.accounts), len(judgement.alarms)
    return Calibration(
        accounts=accounts,
        attack=attack,
        watch=len(watched),
        attack_upper=upper_bound(attack, accounts),
        candidates=totals.size,
        centre=centre,
        spread=spread,
        fdr=fdr,
        threshold=threshold,
        expected=float(totals.size * ndtr((centre - threshold) / spread)) if totals.size else 0.0,
        shares=tuple(
            (1.0 - point, float((totals > value).mean()) if totals.size else 0.0)
            for point, value in zip(POINTS, above, strict=True)
        ),
        strongest=tuple(
            (
                decisions[t].total,
                int(last[t].accounts.size),
                _strongest_reason(outcome, last[t].checkpoint, t),
            )
            for t in order
        ),
        labelled=None if honest is None else _labelled(frame, judgement, watched, honest),
    )


def _labelled(
    frame: Frame, judgement: Judgement, watched: Collection[str], honest: Collection[str]
) -> Labelled:
    """What the judgement says about labelled accounts."""
    codes = {name: code for code, name in enumerate(frame.accounts)}
    seen = {name: codes[name] for name in set(honest) if name in codes}
    again = tuple(sorted(name for name, code in seen.items() if code in judgement.alarms))
    return Labelled(
        known=len(set(honest)),
        seen=len(seen),
        attack=len(again),
        watch=len(seen.keys() & set(watched)),
        attack_upper=upper_bound(len(again), len(seen)),
        again=again,
    )


def upper_bound(found: int, of: int) -> float:
    """The 95 % upper bound of a share, exact; 1 where there is nothing to count."""
    return float(betaincinv(found + 1, of - found, SURE)) if of > found else 1.0


def _strongest_reason(outcome: Outcome, checkpoint: int, track: int) -> str:
    """What speaks most for a campaign."""
    reasons = [r for r in outcome.evidence.campaign.get((checkpoint, track), ()) if r.decibans > 0]
    return reasons[0].sentence if reasons else "nothing speaks for a campaign"
