"""What a lab concludes about a campaign, and how many answers it had got by each point on the way there.

An **alarm** calls accounts ``attack``. A **step** accuses nobody: it is what the policy rule
``verdict == 'watch' && indicators > 0`` with the action ``verify`` or ``throttle`` does, on an account that bears a
received mark and that the lab's own evidence (with what was received, or without) has put on watch.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.core.indicator import IndicatorKind
from stillwatch.detection import run as runs
from stillwatch.detection.deciding.decide import LEAST_CAMPAIGN_ACCOUNTS, near_of
from stillwatch.detection.registry import detectors
from stillwatch.detection.weighing.received import LEAST_BEARERS, ReceivedMarks
from stillwatch.storage.received.records import Mark, Pivot

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame
    from stillwatch.detection.run import Outcome
    from stillwatch.range.world import World
    from stillwatch.settings import Settings


LEAST_SEEN: Final = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Lab:
    """One lab's site: its world, and its traffic as detection sees it."""

    world: World
    frame: Frame
    settings: Settings

    @property
    def members(self) -> set[str]:
        """Accounts of the campaign."""
        return {account for account, truth in self.world.truth.items() if truth.campaign_id}


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """What a lab concluded; each count is of the campaign's answers, all of them where the point was never reached.

    Attributes:
        leaked: answers before its first alarm.
        stepped: answers before the first step against one of its accounts, or the alarm if that came first.
        borne: answers before enough of its accounts bore a mark for that to weigh anything.
        seen: answers before five of its accounts stood in one candidate.
        called: members called ``attack``.
        accused: honest accounts called so.
        asked: honest accounts that a step would be taken against, and that are not called.
        honest: honest accounts there are.
    """

    leaked: int
    stepped: int
    borne: int
    seen: int
    called: frozenset[str]
    accused: int
    asked: int
    honest: int

    @property
    def way(self) -> str:
        """The points in the order in which they come, in words."""
        return f"marks {self.borne}, candidate {self.seen}, step {self.stepped}, alarm {self.leaked}"


def outcome_of(at: Lab, received: Sequence[Mark] = ()) -> Outcome:
    """A run over a lab's traffic."""
    return runs.run(
        at.frame,
        list(detectors().values()),
        threads=at.settings.threads,
        checkpoint_hours=at.settings.checkpoint_hours,
        fdr=at.settings.fdr,
        received=received,
    )


def lies(at: Lab, outcome: Outcome, weight: float) -> tuple[Mark, ...]:
    """What a lying member could do at worst: an indicator for each candidate in which honest accounts alone stand.

    Args:
        at: the lab that is lied to.
        outcome: its run without what anybody said, which no member can know.
        weight: how far the liar's word counts, times the confidence it claims.
    """
    members = np.isin(np.array(at.frame.accounts), list(at.members))
    return tuple(
        Mark(
            f"indicator--{track}",
            Pivot.ACCOUNT,
            at.frame.accounts[account],
            IndicatorKind.TEMPLATE,
            weight,
            seen_us=int(at.frame.ts[-1]),
            received_us=0,
        )
        for track, s in sorted(outcome.judgement.latest.items())
        if not members[s.accounts].any()
        for account in s.accounts.tolist()
    )


def judged(at: Lab, outcome: Outcome, received: Sequence[Mark] = ()) -> Judged:
    """What a lab concluded, and what had been answered by then."""
    answers, members = _Answers(at), np.isin(np.array(at.frame.accounts), list(at.members))
    alarms = {account: alarm.checkpoint for account, alarm in outcome.judgement.alarms.items()}
    called = [account for account in alarms if members[account]]
    leaked = answers.by(outcome, min((alarms[account] for account in called), default=None))
    asked = _asked(outcome)
    ours = [k for account, k in asked.items() if members[account]]
    seen = [s.checkpoint for s in outcome.snapshots if members[s.accounts].sum() >= LEAST_SEEN]
    return Judged(
        leaked=leaked,
        stepped=min(leaked, answers.by(outcome, min(ours, default=None))),
        borne=answers.before(_borne(at, received, members)),
        seen=answers.by(outcome, min(seen, default=None)),
        called=frozenset(at.frame.accounts[account] for account in called),
        accused=len(alarms) - len(called),
        asked=sum(not members[account] for account in asked.keys() - alarms.keys()),
        honest=int((~members).sum()),
    )


class _Answers:
    """When the campaign was answered."""

    def __init__(self, at: Lab) -> None:
        harvested = {request for request, campaign in at.world.exchange_truth() if campaign is not None}
        times = [
            micros(record["ts"])
            for record in at.world.exchanges()
            if record["request_id"] in harvested and record["status"] == 200
        ]
        self._times = np.sort(np.array(times, dtype=np.int64))
        self._frame = at.frame

    def before(self, row: int | None) -> int:
        """How many it had got by the exchange before a row; all where there is no row."""
        if row is None or row >= self._frame.size:
            return int(self._times.size)
        return int(np.searchsorted(self._times, self._frame.ts[max(row - 1, 0)], side="right"))

    def by(self, outcome: Outcome, checkpoint: int | None) -> int:
        """How many it had got by a checkpoint; all where there is none."""
        return self.before(None if checkpoint is None else int(outcome.checkpoints[checkpoint]))


def _asked(outcome: Outcome) -> dict[int, int]:
    """The accounts a step is taken against, with the checkpoint of the first one."""
    found: dict[int, int] = {}
    for s in outcome.snapshots:
        decision = outcome.judgement.decisions[s.checkpoint, s.track]
        near = near_of(s, decision, outcome.evidence)
        if near.size < LEAST_CAMPAIGN_ACCOUNTS:
            continue
        for account in near[np.isin(near, outcome.evidence.bearing(s))].tolist():
            found[account] = min(s.checkpoint, found.get(account, s.checkpoint))
    return found


def _borne(at: Lab, received: Sequence[Mark], members: Any) -> int | None:
    """The row from which on enough members bear a mark."""
    if not received:
        return None
    since = np.sort(ReceivedMarks(at.frame, received).since[members])
    return int(since[LEAST_BEARERS - 1]) + 1 if since.size >= LEAST_BEARERS else None


def micros(ts: str) -> int:
    """RFC 3339 as microseconds since 1970."""
    return int(datetime.datetime.fromisoformat(ts).timestamp() * 1e6)
