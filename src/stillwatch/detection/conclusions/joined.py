"""From tracks to campaigns, with one alarm each; which tracks are one campaign says `one_campaign`.

Accounts of tracks that are merely likely stand in a campaign of their own, on watch, as far as they are not members of
a confirmed one.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from stillwatch.detection.checkpoints import iso
from stillwatch.detection.conclusions.one_campaign import campaigns
from stillwatch.detection.deciding.decide import LEAST_CAMPAIGN_ACCOUNTS, posterior, watch_from

if TYPE_CHECKING:
    from stillwatch.detection.candidates.snapshots import Snapshot
    from stillwatch.detection.deciding.decide import Judgement
    from stillwatch.detection.frame import Frame
    from stillwatch.detection.run import Outcome


@dataclasses.dataclass(frozen=True, slots=True)
class Joined:
    """A campaign before it is put into words.

    Attributes:
        campaign_id: stays the same when the log is read again or grows.
        confirmed: whether any of its tracks was confirmed.
        score: posterior of its strongest track.
        tracks: its tracks, the strongest first.
        snapshot: the strongest track as of its last confirmation (of the end, when unconfirmed).
        attack: int32: accounts called ``attack``, most exchanges of the demand first.
        watch: int32: accounts called ``watch`` because of it, in the same order.
        rows: int64: exchanges of the demand by these accounts, sorted.
        alarm_row: exchanges known at its first alarm; None when none came.
    """

    campaign_id: str
    confirmed: bool
    score: float
    tracks: tuple[int, ...]
    snapshot: Snapshot
    attack: Any
    watch: Any
    rows: Any
    alarm_row: int | None

    @property
    def members(self) -> Any:
        """int32: the accounts called ``attack``, then those called ``watch``."""
        return np.concatenate((self.attack, self.watch))


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """A campaign as it was decided, before anybody looks at exchanges; fields as in `Joined`.

    Attributes:
        latest: the snapshots that say what its demand is.
        alarm_checkpoint: of its first alarm; None when none came.
    """

    confirmed: bool
    score: float
    tracks: tuple[int, ...]
    snapshot: Snapshot
    latest: tuple[Snapshot, ...]
    attack: Any
    watch: Any
    alarm_checkpoint: int | None


def joined_campaigns(frame: Frame, outcome: Outcome) -> list[Joined]:
    """Every campaign, confirmed or on watch, the surest first."""
    found = [_joined(frame, outcome, each) for each in standings(outcome.snapshots, outcome.judgement)]
    return sorted(found, key=lambda c: (not c.confirmed, -c.score, -c.rows.size, c.campaign_id))


def standings(snapshots: Sequence[Snapshot], judgement: Judgement) -> list[Standing]:
    """Every campaign, confirmed or on watch, from what was decided alone.

    Args:
        snapshots: the candidates in order of checkpoint.
        judgement: what was decided about them.
    """
    shown = _shown_snapshots(snapshots, judgement)
    alarmed: dict[int, list[int]] = {}
    for account, alarm in judgement.alarms.items():
        alarmed.setdefault(alarm.track, []).append(account)
    members = {
        track: np.union1d(snapshot.members, np.array(alarmed.get(track, []), dtype=np.int32))
        for track, snapshot in shown.items()
    }
    watched: dict[int, list[int]] = {}
    for account, track in judgement.watched.items():
        if account not in judgement.alarms:
            watched.setdefault(track, []).append(account)
    permitted = Counter(track for _, track in judgement.excused.values())
    found = [
        _standing(judgement, shown, tracks, called, watched, permitted)
        for tracks, called in campaigns(members, shown, judgement)
    ]
    return [each for each in found if each is not None]


def _shown_snapshots(snapshots: Sequence[Snapshot], judgement: Judgement) -> dict[int, Snapshot]:
    """Per track worth showing, the snapshot that speaks for it: its last confirmed one, else its last."""
    shown = {
        snapshot.track: snapshot
        for snapshot in snapshots  # in order of checkpoint: a later one replaces an earlier
        if judgement.decisions[snapshot.checkpoint, snapshot.track].confirmed
    }
    watched = set(judgement.watched.values())
    for track, snapshot in judgement.latest.items():
        decision = judgement.decisions[snapshot.checkpoint, track]
        near = track >= 0 and decision.noticeable >= watch_from(snapshot)
        if track not in shown and (near or track in watched):
            shown[track] = snapshot
    return shown


def _standing(
    judgement: Judgement,
    shown: dict[int, Snapshot],
    group: list[int],
    called: list[int],
    watched: Mapping[int, list[int]],
    permitted: Mapping[int, int],
) -> Standing | None:
    """One campaign out of a group of tracks and who was called; None where no account is, or is on watch."""
    total = {t: judgement.decisions[shown[t].checkpoint, t].for_others for t in group}
    confirmed = any(t in judgement.confirmed_at for t in group)
    tracks = tuple(sorted(group, key=lambda t: (t not in judgement.confirmed_at, -total[t], t)))
    attack = np.array(called, dtype=np.int32)
    watch = np.array(sorted(a for t in group for a in watched.get(t, ())), dtype=np.int32)
    size = attack.size + watch.size
    if not size or (confirmed and not attack.size):
        return None
    if not confirmed and size + sum(permitted.get(t, 0) for t in group) < LEAST_CAMPAIGN_ACCOUNTS:
        return None  # what is left of it stands with the campaigns that its other accounts belong to
    return Standing(
        confirmed,
        posterior(total[tracks[0]]),
        tracks,
        shown[tracks[0]],
        tuple(s for t in group for s in (shown[t], judgement.latest[t])),
        attack,
        watch,
        min(judgement.alarms[a].checkpoint for a in attack.tolist()) if attack.size else None,
    )


def _joined(frame: Frame, outcome: Outcome, standing: Standing) -> Joined:
    """A campaign with its exchanges."""
    everyone = np.concatenate((standing.attack, standing.watch))
    rows = np.unique(np.concatenate([s.rows for s in standing.latest]))
    rows = rows[np.isin(frame.account[rows], everyone)]
    sent = np.bincount(frame.account[rows], minlength=len(frame.accounts))
    first = standing.alarm_checkpoint
    alarm_row = None if first is None else int(outcome.checkpoints[first])
    return Joined(
        _campaign_id(frame, rows, everyone, alarm_row),
        standing.confirmed,
        standing.score,
        standing.tracks,
        standing.snapshot,
        _most_first(frame, standing.attack, sent),
        _most_first(frame, standing.watch, sent),
        rows,
        alarm_row,
    )


def _most_first(frame: Frame, accounts: Any, sent: Any) -> Any:
    """Account numbers by exchanges of the demand, ties by name."""
    order = sorted(accounts.tolist(), key=lambda a: (-int(sent[a]), frame.accounts[a]))
    return np.array(order, dtype=np.int32)


def _campaign_id(frame: Frame, rows: Any, accounts: Any, alarm_row: int | None) -> str:
    """A name made of when it was first alarmed (else first seen) and the smallest member id."""
    moment = int(frame.ts[rows[0]]) if alarm_row is None else int(frame.ts[alarm_row - 1])
    smallest = min(frame.accounts[a] for a in accounts.tolist())
    return "cmp-" + hashlib.blake2b(f"{iso(moment)}\0{smallest}".encode(), digest_size=5).hexdigest()
