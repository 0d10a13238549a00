"""Is this candidate a campaign? Its evidence is added up and compared with the site's other candidates.

The base and the detectors' decibans make a total: the log odds, in decibans, that a candidate is a campaign where as
many candidates are campaigns as are not. The total has to stand out among the site's own candidates (`site_test`) and
to reach a fixed threshold: honest communities have a heavier tail than any fitted bulk. Whom it is then held against is
decided by `membership`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from stillwatch.detection.site_test import stand_out

if TYPE_CHECKING:
    from stillwatch.detection.candidates import Snapshot
    from stillwatch.detection.evidence import Evidence
    from stillwatch.detection.scales import Scales

SMALL: Final = 14
SMALL_PENALTY: Final = 0.7
COLD_CAUTION: Final = 18.0  # where nothing tells what is new, everything a site has may look like a campaign
ATTACK: Final = 4.0
AT_ONCE: Final = 8.0
FADING: Final = 4.0  # decibans below its best at which a campaign, mixed with others, gains no further member
WATCH: Final = -3.0
LEAST_CAMPAIGN_ACCOUNTS: Final = 5
LEAST_CAMPAIGN_EXCHANGES: Final = 25
LEAST_CAMPAIGN_GRAMS: Final = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """What is concluded about one snapshot.

    Attributes:
        total: posterior decibans before the site's calibration.
        p_value: chance of such a sum among honest candidates of this site.
        confirmed: called a campaign.
    """

    total: float
    p_value: float
    confirmed: bool


@dataclasses.dataclass(slots=True)
class Alarm:
    """The first time an account was called ``attack``: checkpoint and track."""

    checkpoint: int
    track: int


@dataclasses.dataclass(frozen=True, slots=True)
class Judgement:
    """Everything decided, in order of time.

    Attributes:
        decisions: by (checkpoint, track).
        latest: last snapshot of each track; of a confirmed one, the last that was confirmed.
        confirmed_at: checkpoint at which each confirmed track was first confirmed.
        alarms: by account number.
        watched: account number to track, for accounts that came near.
    """

    decisions: dict[tuple[int, int], Decision]
    latest: dict[int, Snapshot]
    confirmed_at: dict[int, int]
    alarms: dict[int, Alarm]
    watched: dict[int, int]


def judge(snapshots: Sequence[Snapshot], evidence: Evidence, scales: Scales, fdr: float) -> Judgement:
    """Decide forward in time; a decision is never taken back by what comes later.

    Args:
        snapshots: the candidates in order of checkpoint.
        evidence: what the detectors found.
        scales: for the decibans before any evidence.
        fdr: level of the site test.
    """
    decisions: dict[tuple[int, int], Decision] = {}
    latest: dict[int, Snapshot] = {}
    totals: dict[int, float] = {}
    confirmed_at: dict[int, int] = {}
    best: dict[int, float] = {}
    alarms: dict[int, Alarm] = {}
    watched: dict[int, int] = {}
    near_before: set[int] = set()
    by_time: dict[int, list[Snapshot]] = {}
    for s in snapshots:
        by_time.setdefault(s.checkpoint, []).append(s)
    for checkpoint in sorted(by_time):
        now = by_time[checkpoint]
        for s in now:
            totals[s.track] = _total(s, evidence, scales)
        passed, p_values = stand_out(totals, fdr)
        for s in now:
            total = totals[s.track]
            enough = s.track in passed and total >= ATTACK
            confirmed = (
                enough
                and (total >= AT_ONCE or s.track in near_before or s.track in confirmed_at)
                and total >= best.get(s.track, total) - FADING
                and s.members.size >= LEAST_CAMPAIGN_ACCOUNTS  # touching the demand makes no member
                and s.rows.size >= LEAST_CAMPAIGN_EXCHANGES
                and s.grams >= LEAST_CAMPAIGN_GRAMS
            )
            (near_before.add if enough else near_before.discard)(s.track)
            decisions[checkpoint, s.track] = Decision(total, p_values[s.track], confirmed)
            if confirmed:
                confirmed_at.setdefault(s.track, checkpoint)
                best[s.track] = max(total, best.get(s.track, total))
            if confirmed or s.track not in confirmed_at:
                latest[s.track] = s
            if confirmed:
                for account in s.members.tolist():
                    alarms.setdefault(account, Alarm(checkpoint, s.track))
    for track, s in latest.items():
        if track in confirmed_at:
            for account in s.near.tolist():
                watched.setdefault(account, track)
        elif totals[track] >= WATCH:
            for account in s.members.tolist():
                watched.setdefault(account, track)
    return Judgement(decisions, latest, confirmed_at, alarms, watched)


def _total(snapshot: Snapshot, evidence: Evidence, scales: Scales) -> float:
    """Base and reasons, less what few members and the lack of earlier traffic cost."""
    key = snapshot.checkpoint, snapshot.track
    card = scales.of(evidence.figures.get(key, {}))
    caution = SMALL_PENALTY * max(0, SMALL - int(snapshot.members.size))
    if card is scales.cold:
        caution += COLD_CAUTION
    return card.base - caution + math.fsum(r.decibans for r in evidence.campaign.get(key, ()))


def posterior(decibans: float) -> float:
    """Decibans as a probability."""
    return float(1.0 / (1.0 + 10.0 ** (-decibans / 10.0)))
