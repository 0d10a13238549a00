"""Is this candidate a campaign? Its total is compared with the site's other candidates and with what it was before.

It has to stand out among the site's own candidates (`site_test`) and to reach a fixed threshold: honest communities
have a heavier tail than any fitted bulk. Whom it is then held against is decided by `membership`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.detection.authorisations import standing
from stillwatch.detection.deciding.crew_record import CrewRecord, spared
from stillwatch.detection.deciding.lasting import Lasting, Sufficed
from stillwatch.detection.deciding.siblings import Waiting, beside_called, called_within
from stillwatch.detection.deciding.site_test import stand_out
from stillwatch.detection.deciding.totals import SMALL as _SMALL
from stillwatch.detection.deciding.totals import (
    beyond_figures,
    for_few,
    heard_of,
    kind_among,
    relief_of,
    told_what_is_new,
    total_of,
)

if TYPE_CHECKING:
    from stillwatch.core.verdict import Reason
    from stillwatch.detection.candidates.snapshots import Snapshot
    from stillwatch.detection.deciding.siblings import Called
    from stillwatch.detection.weighing.evidence import Evidence
    from stillwatch.detection.weighing.scales import Scales

CREW_ABOVE: Final = 0.75  # honest crews scatter less towards guilt than towards innocence (see `site_test`)
ATTACK: Final = 3.0
AT_ONCE: Final = 8.0
FADING: Final = 4.0  # decibans below its best at which a campaign, mixed with others, gains no further member
WATCH: Final = -3.0
CREW_WATCH: Final = 0.0
HEARD_REACH: Final = 4.0  # below watch: what a site saw itself still counts where others' word adds to it
LEAST_CAMPAIGN_ACCOUNTS: Final = 5
LEAST_CAMPAIGN_EXCHANGES: Final = 25
LEAST_CAMPAIGN_GRAMS: Final = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """What is concluded about one snapshot.

    Attributes:
        total: posterior decibans before the site's calibration.
        p_value: chance of such a sum among honest candidates of this site.
        confirmed: called a campaign.
        relief: decibans that registered authorisations took off the total.
        holders_relief: those of them that speak for an authorisation's holder and for nobody else.
        said: what other candidates and a known owner say of it, which is part of the total.
    """

    total: float
    p_value: float
    confirmed: bool
    relief: float = 0.0
    holders_relief: float = 0.0
    said: tuple[Reason, ...] = ()

    @property
    def noticeable(self) -> float:
        """The total but for authorisations: they keep from being called, not from being looked at."""
        return self.total + self.relief

    @property
    def for_others(self) -> float:
        """The total for accounts that are not the holder's who is permitted to do that work."""
        return self.total + self.holders_relief


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
        excused: account number to (checkpoint, track), for accounts that would be called or watched but for an
            authorisation.
        spared: by (track, account number) why a member of what was called was not called with it.
    """

    decisions: dict[tuple[int, int], Decision]
    latest: dict[int, Snapshot]
    confirmed_at: dict[int, int]
    alarms: dict[int, Alarm]
    watched: dict[int, int]
    excused: dict[int, tuple[int, int]] = dataclasses.field(default_factory=dict)
    spared: dict[tuple[int, int], Reason] = dataclasses.field(default_factory=dict)


def judge(snapshots: Sequence[Snapshot], evidence: Evidence, scales: Scales, fdr: float) -> Judgement:
    """Decide forward in time; a decision is never taken back by what comes later.

    Args:
        snapshots: the candidates in order of checkpoint.
        evidence: what the detectors found.
        scales: for the decibans before any evidence.
        fdr: level of the site test.
    """
    course = _Course(evidence, scales, fdr)
    by_time: dict[int, list[Snapshot]] = {}
    for s in snapshots:
        by_time.setdefault(s.checkpoint, []).append(s)
    for checkpoint in sorted(by_time):
        course.look(checkpoint, by_time[checkpoint])
    return course.end()


class _Course:
    """What is decided, from look to look.

    Args:
        evidence: what the detectors found.
        scales: for the decibans before any evidence.
        fdr: level of the site test.
    """

    def __init__(self, evidence: Evidence, scales: Scales, fdr: float) -> None:
        self._evidence = evidence
        self._scales = scales
        self._fdr = fdr
        self._totals: dict[int, float] = {}  # by track, as last seen
        self._sizes: dict[int, int] = {}  # its members then
        # Without others' word, which must not come back as what a template says of a crew.
        self._alone: dict[int, float] = {}
        self._within: dict[int, float] = {}  # what `_met` adds
        # What fades is what a candidate shows itself, not what `_met` adds.
        self._standing: dict[int, float] = {}
        self._highest: dict[int, float] = {}  # of all looks
        self._best: dict[int, float] = {}  # of the looks at which it was called by itself
        self._sure: dict[int, int] = {}  # by account the track for which it was called without others' word
        self._held: dict[int, tuple[int, int]] = {}  # holders of an authorisation, of what would be called
        self._sufficed = Sufficed()
        self._lasting = Lasting()
        self._crews = CrewRecord()
        self._done = Judgement({}, {}, {}, {}, {})

    def look(self, checkpoint: int, now: list[Snapshot]) -> None:
        """Decide about the candidates that are new or have grown at one checkpoint."""
        self._sufficed.next_checkpoint()
        said = self._weigh(now)
        passed, p_values = _standing_out(self._totals, self._sizes, self._crews.tracks, self._fdr)
        waiting = [
            crew
            for s in now
            if (crew := self._decide(s, p_values[s.track], said[s.track], passes=s.track in passed))
        ]
        for sibling in beside_called(waiting, self._done.alarms.keys(), ATTACK, LEAST_CAMPAIGN_ACCOUNTS):
            self._call_beside(checkpoint, sibling)

    def end(self) -> Judgement:
        """Everything decided, with who came near in the end."""
        done, evidence = self._done, self._evidence
        for track, s in done.latest.items():
            if track in done.confirmed_at:
                near = np.union1d(s.near, s.members)
            elif track < 0:  # seen between checkpoints only, which say how it ended
                continue
            else:
                near = near_of(s, done.decisions[s.checkpoint, track], evidence)
            permitted = np.isin(near, evidence.permits(s).within)
            for account, within in zip(near.tolist(), permitted.tolist(), strict=True):
                if account in done.alarms:
                    continue
                if within:
                    done.excused.setdefault(account, (s.checkpoint, track))
                else:
                    done.watched.setdefault(account, track)
        # What came only earlier is not passed over.
        for account in self._held.keys() - done.alarms.keys() - done.watched.keys():
            done.excused.setdefault(account, self._held[account])
        return done

    def _weigh(self, now: list[Snapshot]) -> dict[int, tuple[Reason, ...]]:
        """Bring the totals up to date; returns by track what others say of each and what is known beyond figures."""
        said = {s.track: beyond_figures(s, self._evidence) for s in now}
        for s in sorted(now, key=lambda s: s.is_crew):  # what wording says is asked about crews
            total = total_of(s, self._evidence, self._scales, said[s.track])
            alone = total - heard_of(s, self._evidence)
            self._totals[s.track], self._alone[s.track] = total, alone
            self._sizes[s.track] = s.members.size
            self._standing[s.track] = total
            if s.is_crew:
                self._crews.tracks.add(s.track)
                by_template = self._crews.told_by_template(s, self._alone)
                self._totals[s.track] += by_template
                self._standing[s.track] += by_template
                self._crews.totals[s.track] = alone + by_template
            elif kind_among(s, self._evidence) == "known":
                self._crews.take_template(s)
        for s in now:
            if s.is_crew:
                beside = self._crews.told_by_surroundings(s)
                template = self._crews.totals[s.track] - self._alone[s.track]
                self._totals[s.track] += beside
                self._standing[s.track] += beside
                self._crews.take_crew(s, self._standing[s.track])
                said[s.track] += self._crews.reasons(template, beside)
            said[s.track] += self._met(s)
        return said

    def _met(self, s: Snapshot) -> tuple[Reason, ...]:
        """What others say for a candidate that is likelier a campaign than not but does not suffice by itself.

        Part of its total. Only with earlier traffic: without any, a reseller's customers may be all of them.
        """
        self._within[s.track] = 0.0
        own = self._totals[s.track] - heard_of(s, self._evidence)
        if not 0.0 <= own < ATTACK or not told_what_is_new(s, self._evidence):
            return ()
        parts = self._crews.told_by_parts(s, self._alone) if s.is_crew else ()
        reasons = (*parts, *called_within(s, self._sure))
        strongest = max(reasons, key=lambda reason: reason.decibans, default=None)
        if strongest is None:
            return ()
        self._within[s.track] = strongest.decibans
        self._totals[s.track] += strongest.decibans
        return (strongest,)

    def _decide(
        self, s: Snapshot, p_value: float, said: tuple[Reason, ...], *, passes: bool
    ) -> Waiting | None:
        """Call a candidate or do not; a crew that is not called may be for those beside it, and is returned."""
        total = self._totals[s.track]
        own = total - heard_of(s, self._evidence)
        eligible = self._crews.eligible(s, self._alone, self._done.alarms)
        settled = self._evidence.permits(s).others(eligible)
        called = self._in_time(s, own, settled, passes=passes)
        confirmed = (
            self._fades_from(self._best, s.track) <= FADING
            and called.size >= LEAST_CAMPAIGN_ACCOUNTS  # touching the demand makes no member
            and s.rows.size >= LEAST_CAMPAIGN_EXCHANGES
            and (s.is_crew or s.grams >= LEAST_CAMPAIGN_GRAMS)
        )
        relief = relief_of(s, self._evidence, standing.RELIEVING)
        holders_relief = relief_of(s, self._evidence, (standing.AUTHORISED,))
        decision = Decision(total, p_value, confirmed, relief, holders_relief, said)
        self._note(s, decision)
        if decision.noticeable >= ATTACK:  # who would be called but for an authorisation
            for account in np.intersect1d(s.members, self._evidence.permits(s).holders).tolist():
                self._held.setdefault(account, (s.checkpoint, s.track))
        if confirmed:
            self._call(s, own, called)
            reason = spared(crew=s.is_crew)
            self._done.spared.update(
                {(s.track, account): reason for account in np.setdiff1d(s.kindred, eligible).tolist()}
            )
        elif s.is_crew and s.track >= 0 and s.rows.size >= LEAST_CAMPAIGN_EXCHANGES:
            return Waiting(s, own, settled, told_what_is_new(s, self._evidence))
        return None

    def _in_time(self, s: Snapshot, own: float, settled: Any, *, passes: bool) -> Any:
        """Which of the accounts (int32) that may be called are called now: at once, for the second time or at last."""
        total = self._totals[s.track]
        standing = self._standing[s.track]
        self._highest[s.track] = max(standing, self._highest.get(s.track, standing))
        # Looks between checkpoints are too close together for anything to last.
        stands = s.track >= 0 and passes and own >= 0.0 and told_what_is_new(s, self._evidence)
        lasted = self._lasting.take(s.track, s.members, total, stands=stands)
        suffices = total >= ATTACK and own >= watch_from(s)
        again = s.members[:0]
        if suffices and passes and self._fades_from(self._highest, s.track) <= FADING:
            again = self._sufficed.before(s.members)
        if suffices:
            self._sufficed.take(s.members)
        overwhelming = total - self._within.get(s.track, 0.0) >= AT_ONCE and s.members.size >= _SMALL
        if suffices and passes and (overwhelming or s.track in self._best):
            return settled
        # Who has come to it since is not called with those who were there before.
        return settled[np.isin(settled, np.union1d(again, lasted))]

    def _fades_from(self, best: Mapping[int, float], track: int) -> float:
        """Decibans by which a candidate lies below its best so far."""
        return best.get(track, self._standing[track]) - self._standing[track]

    def _note(self, s: Snapshot, decision: Decision) -> None:
        """Keep a decision."""
        self._done.decisions[s.checkpoint, s.track] = decision
        if decision.confirmed:
            self._done.confirmed_at.setdefault(s.track, s.checkpoint)
        if decision.confirmed or s.track not in self._done.confirmed_at:
            self._done.latest[s.track] = s

    def _call(self, s: Snapshot, own: float, called: Any) -> None:
        """Raise the alarm about these accounts (int32), where others' word tipped it those only who bear the mark."""
        total = self._totals[s.track]
        standing = self._standing[s.track]
        self._best[s.track] = max(standing, self._best.get(s.track, standing))
        if own < min(total, AT_ONCE):
            called = called[np.isin(called, self._evidence.bearing(s))]
        for account in called.tolist():
            self._done.alarms.setdefault(account, Alarm(s.checkpoint, s.track))
            if own >= ATTACK:
                self._sure.setdefault(account, s.track)

    def _call_beside(self, checkpoint: int, sibling: Called) -> None:
        """Call a crew for those beside it."""
        s = sibling.crew
        before = self._done.decisions[checkpoint, s.track]
        total, said = before.total + sibling.reason.decibans, (*before.said, sibling.reason)
        self._note(s, dataclasses.replace(before, total=total, confirmed=True, said=said))
        for account in sibling.accounts.tolist():
            self._done.alarms.setdefault(account, Alarm(checkpoint, s.track))


def near_of(snapshot: Snapshot, decision: Decision, evidence: Evidence) -> Any:
    """int32: the accounts that a candidate puts on watch: its members, where what this site saw itself suffices.

    Where that alone does not, by no more than `HEARD_REACH`, and does with others' word, those that bear what was
    reported: they may be asked who they are, and are accused of nothing. So they count instead of the members, who
    have to have sent more, for what few members cost.
    """
    least = watch_from(snapshot)
    if decision.noticeable >= least and not lifted(snapshot, decision, evidence):
        return snapshot.members
    bearing = np.intersect1d(snapshot.accounts, evidence.bearing(snapshot))
    heard = heard_of(snapshot, evidence)
    kind = kind_among(snapshot, evidence)
    own = decision.noticeable - heard
    own += max(0.0, for_few(snapshot.members.size, kind) - for_few(bearing.size, kind))
    return bearing if own >= least - HEARD_REACH and own + heard >= least else bearing[:0]


def lifted(snapshot: Snapshot, decision: Decision, evidence: Evidence) -> bool:
    """Whether what this site saw itself would not put a candidate's members on watch."""
    return decision.noticeable - heard_of(snapshot, evidence) < watch_from(snapshot)


def watch_from(snapshot: Snapshot) -> float:
    """The total from which on a candidate's members are on watch."""
    return CREW_WATCH if snapshot.is_crew else WATCH


def _standing_out(
    totals: dict[int, float], sizes: dict[int, int], crews: Container[int], fdr: float
) -> tuple[set[int], dict[int, float]]:
    """As `stand_out`, crews among crews and the others among the others: their totals lie differently.

    Crews count by their size; for templates that made no difference.
    """
    passed: set[int] = set()
    p_values: dict[int, float] = {}
    for kind in (True, False):
        part = {track: total for track, total in totals.items() if (track in crews) is kind}
        if part:
            above, weights = (CREW_ABOVE, sizes) if kind else (1.0, None)
            found, chances = stand_out(part, fdr, above, weights)
            passed |= found
            p_values |= chances
    return passed, p_values


def posterior(decibans: float) -> float:
    """Decibans as a probability."""
    return float(1.0 / (1.0 + 10.0 ** (-decibans / 10.0)))
