"""Two stages: is this candidate a campaign, and if so, is this account a member of it?

Stage one adds the detectors' decibans to prior odds, then asks whether the sum stands out among the site's own
candidates (`site_test`), and whether it reaches a fixed threshold: honest communities have a heavier tail than any
fitted bulk. Stage two never takes a whole cluster: an account must carry the demand's wording about as strongly as
the other members do, more than once.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.detection.site_test import stand_out

if TYPE_CHECKING:
    from stillwatch.detection.candidates import Snapshot
    from stillwatch.detection.evidence import Evidence
    from stillwatch.detection.frame import Frame

PRIOR: Final = -8.0
PRIOR_COLD: Final = -12.0
SMALL: Final = 14
SMALL_PENALTY: Final = 0.7
ATTACK: Final = 16.0
AT_ONCE: Final = 22.0
OVERWHELMING: Final = 9.0
REWORDED: Final = 0.75  # an app sends its template whole; only then can wording alone be overwhelming
WATCH: Final = -3.0
LEAST_CAMPAIGN_ACCOUNTS: Final = 5
LEAST_CAMPAIGN_EXCHANGES: Final = 25
LEAST_CAMPAIGN_GRAMS: Final = 5
MEMBER_SHARE: Final = 0.75
NEAR_SHARE: Final = 0.5
MISFIT_SHARE: Final = 1.0  # for an account unlike nearly all others of the campaign: old where they are fresh
FRESH_DAYS: Final = 14
ALIKE: Final = 0.8
REPEATS: Final = 3
SHARE_OF_LOAD: Final = 0.15  # of what members usually sent: who sent far less may only have met the wording


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


def judge(frame: Frame, snapshots: Sequence[Snapshot], evidence: Evidence, fdr: float) -> Judgement:
    """Decide forward in time; a decision is never taken back by what comes later.

    Args:
        frame: the exchanges.
        snapshots: the candidates in order of checkpoint.
        evidence: what the detectors found.
        fdr: level of the site test.
    """
    decisions: dict[tuple[int, int], Decision] = {}
    latest: dict[int, Snapshot] = {}
    totals: dict[int, float] = {}
    confirmed_at: dict[int, int] = {}
    alarms: dict[int, Alarm] = {}
    watched: dict[int, int] = {}
    near_before: set[int] = set()
    by_time: dict[int, list[Snapshot]] = {}
    for s in snapshots:
        by_time.setdefault(s.checkpoint, []).append(s)
    for checkpoint in sorted(by_time):
        now = by_time[checkpoint]
        for s in now:
            prior = PRIOR_COLD if math.isnan(s.earlier) else PRIOR
            small = SMALL_PENALTY * max(0, SMALL - s.accounts.size)
            reasons = evidence.campaign.get((checkpoint, s.track), ())
            totals[s.track] = prior - small + sum(r.decibans for r in reasons)
        passed, p_values = stand_out(totals, fdr)
        for s in now:
            total = totals[s.track]
            reworded = total >= OVERWHELMING and s.wording <= REWORDED
            enough = s.track in passed and (total >= ATTACK or reworded)
            confirmed = (
                enough
                and (total >= AT_ONCE or s.track in near_before or s.track in confirmed_at)
                and s.accounts.size >= LEAST_CAMPAIGN_ACCOUNTS
                and s.rows.size >= LEAST_CAMPAIGN_EXCHANGES
                and s.grams >= LEAST_CAMPAIGN_GRAMS
            )
            members = member_test(frame, s)[0].tolist() if confirmed else []
            confirmed = len(members) >= LEAST_CAMPAIGN_ACCOUNTS  # touching the demand makes no member
            (near_before.add if enough else near_before.discard)(s.track)
            decisions[checkpoint, s.track] = Decision(total, p_values[s.track], confirmed)
            if confirmed:
                confirmed_at.setdefault(s.track, checkpoint)
            if confirmed or s.track not in confirmed_at:
                latest[s.track] = s
            if confirmed:
                for account in members:
                    alarms.setdefault(account, Alarm(checkpoint, s.track))
    for track, s in latest.items():
        members, near = member_test(frame, s)
        if track in confirmed_at:
            for account in near.tolist():
                watched.setdefault(account, track)
        elif totals[track] >= WATCH:
            for account in members.tolist():
                watched.setdefault(account, track)
    return Judgement(decisions, latest, confirmed_at, alarms, watched)


def member_test(frame: Frame, snapshot: Snapshot) -> tuple[Any, Any]:
    """Accounts that carry the demand, and those that only touch it or sent the like before the log began.

    Returns:
        int32 account numbers twice: members, and accounts near them.
    """
    rows, weight = _openings(frame, snapshot)
    who = frame.account[rows]
    order = np.lexsort((-weight, who))
    accounts, begin, count = np.unique(who[order], return_index=True, return_counts=True)
    steady = count >= REPEATS
    if steady.any():
        steady &= count >= SHARE_OF_LOAD * np.median(count[steady])
    held = weight[order][np.minimum(begin + REPEATS - 1, order.size - 1)]
    usual = float(np.median(held[steady])) if steady.any() else np.inf
    fresh = _fresh(frame, rows[order][begin])
    misfit = (
        ~fresh if steady.any() and fresh[steady].mean() >= ALIKE else np.zeros(fresh.size, dtype=np.bool_)
    )
    needed = np.where(misfit, MISFIT_SHARE, MEMBER_SHARE) * usual
    member = steady & (held >= needed) & ~np.isin(accounts, snapshot.veterans)
    second = weight[order][np.minimum(begin + 1, order.size - 1)]
    near = ~member & (count >= 2) & (second >= NEAR_SHARE * usual)
    return accounts[member].astype(np.int32), accounts[near].astype(np.int32)


def _fresh(frame: Frame, rows: Any) -> Any:
    """Whether the account behind each exchange was opened shortly before it or, if unknown, is new to the site."""
    known = frame.created[rows] > 0
    age = frame.ts[rows] - frame.created[rows]
    return np.where(known, age < FRESH_DAYS * 86_400_000_000, frame.newcomer[rows])


def _openings(frame: Frame, snapshot: Snapshot) -> tuple[Any, Any]:
    """The demand's exchanges without mere repetitions, and without later turns unless most are such."""
    first = frame.first_turn[snapshot.rows]
    if first.mean() < 0.5:
        first = np.ones(first.size, dtype=np.bool_)
    kept = first & snapshot.own
    return snapshot.rows[kept], snapshot.weight[kept]


def posterior(decibans: float) -> float:
    """Decibans as a probability."""
    return float(1.0 / (1.0 + 10.0 ** (-decibans / 10.0)))
