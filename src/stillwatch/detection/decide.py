"""Is this candidate a campaign? Its evidence is added up and compared with the site's other candidates.

The base and the detectors' decibans make a total: the log odds, in decibans, that a candidate is a campaign where as
many candidates are campaigns as are not. The total has to stand out among the site's own candidates (`site_test`) and
to reach a fixed threshold: honest communities have a heavier tail than any fitted bulk. Whom it is then held against is
decided by `membership`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Container, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.core.verdict import Reason
from stillwatch.detection.authorisations import standing
from stillwatch.detection.crew_record import CrewRecord
from stillwatch.detection.lasting import Lasting, Sufficed
from stillwatch.detection.registry import detectors
from stillwatch.detection.scales import GIVEN as _GIVEN
from stillwatch.detection.scales import kind_of
from stillwatch.detection.siblings import Waiting, beside_called
from stillwatch.detection.site_test import stand_out

if TYPE_CHECKING:
    from stillwatch.detection.candidates import Snapshot
    from stillwatch.detection.evidence import Evidence
    from stillwatch.detection.scales import Scales

SMALL: Final = 14
SMALL_PENALTY: Final = 1.2
COLD_SMALL_PENALTY: Final = 0.8  # there funnels have weakened what few accounts show (see `scales`)
COLD_CAUTION: Final = 22.0  # where nothing tells what is new, everything a site has may look like a campaign
CREW_CAUTION: Final = 4.0
COLD_CREW_CAUTION: Final = 9.0
ONE_OWNER: Final = 8.0  # off accounts of one organisation, which is known and can be asked
_ONE_OWNER_SPEAKS: Final = -3.0
_OPENED_BY_ITS_OWNER: Final = frozenset({"age_cohort", "one_season", "opened_together"})
"""Detectors of which one organisation is explanation enough: it opens its accounts when it needs them."""
CONTENT_ALONE: Final = 5.0
COMPANY: Final = (
    0.5  # established accounts outside a crew that send its system prompt, for each of its members
)
_NEW_TO_THE_SITE: Final = _OPENED_BY_ITS_OWNER | {"dormant_accounts", "own_history"}
"""Detectors of accounts that are new: so are those of whoever does what others did before."""
_MAKES_A_CREW: Final = frozenset({"alike_accounts", "changed_accounts", "new_behaviour", "own_history"})
"""Detectors of what every new community shows; that a crew shows it says little about how it came together."""
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
_CAUTION: Final = {"known": 0.0, "cold": COLD_CAUTION, "crew": CREW_CAUTION, "cold_crew": COLD_CREW_CAUTION}
_PENALTY: Final = {
    "known": SMALL_PENALTY,
    "cold": COLD_SMALL_PENALTY,
    "crew": SMALL_PENALTY,
    "cold_crew": COLD_SMALL_PENALTY,
}


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
    """

    decisions: dict[tuple[int, int], Decision]
    latest: dict[int, Snapshot]
    confirmed_at: dict[int, int]
    alarms: dict[int, Alarm]
    watched: dict[int, int]
    excused: dict[int, tuple[int, int]] = dataclasses.field(default_factory=dict)


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
    alone: dict[
        int, float
    ] = {}  # without others' word, which must not come back as what a template says of a crew
    confirmed_at: dict[int, int] = {}
    best: dict[int, float] = {}  # of the looks at which it was called by itself
    highest: dict[int, float] = {}  # of all looks
    alarms: dict[int, Alarm] = {}
    watched: dict[int, int] = {}
    excused: dict[int, tuple[int, int]] = {}
    held: dict[int, tuple[int, int]] = {}
    sufficed = Sufficed()
    lasting = Lasting()
    crews = CrewRecord()
    by_time: dict[int, list[Snapshot]] = {}
    for s in snapshots:
        by_time.setdefault(s.checkpoint, []).append(s)
    for checkpoint in sorted(by_time):
        now = by_time[checkpoint]
        sufficed.next_checkpoint()
        for s in sorted(now, key=lambda s: s.is_crew):  # what wording says is asked about crews
            totals[s.track] = _total(s, evidence, scales)
            alone[s.track] = totals[s.track] - _heard(s, evidence)
            if s.is_crew:
                crews.tracks.add(s.track)
                by_template = crews.told_by_template(s, alone)
                totals[s.track] += by_template
                crews.totals[s.track] = alone[s.track] + by_template
            elif kind_of(evidence.figures.get((s.checkpoint, s.track), {})) == "known":
                crews.take_template(s)
        said = {s.track: _said(s, evidence) for s in now}
        for s in now:
            if s.is_crew:
                beside = crews.told_by_surroundings(s)
                template = crews.totals[s.track] - alone[s.track]
                totals[s.track] += beside
                said[s.track] += crews.reasons(template, beside)
        passed, p_values = _standing_out(totals, crews.tracks, fdr)
        waiting: list[Waiting] = []
        for s in now:
            total = totals[s.track]
            highest[s.track] = max(total, highest.get(s.track, total))
            own = total - _heard(s, evidence)
            suffices = total >= ATTACK and own >= watch_from(s)
            enough = suffices and s.track in passed
            at_checkpoints = s.track >= 0  # looks between them are too close together for anything to last
            stands = at_checkpoints and s.track in passed and own >= 0.0 and _told_what_is_new(s, evidence)
            lasted = lasting.take(s.track, s.members, total, stands=stands)
            at_once = enough and (total >= AT_ONCE or s.track in best)
            unmixed = total >= highest[s.track] - FADING
            again = sufficed.before(s.members) if enough and unmixed else s.members[:0]
            called = evidence.permits(s).others(crews.settled(s, alone) if s.is_crew else s.kindred)
            settled = called
            if not at_once:  # who has come to it since is not called with those who were there before
                called = called[np.isin(called, np.union1d(again, lasted))]
            confirmed = (
                (at_once or again.size > 0 or lasted.size > 0)
                and total >= best.get(s.track, total) - FADING
                and called.size >= LEAST_CAMPAIGN_ACCOUNTS  # touching the demand makes no member
                and s.rows.size >= LEAST_CAMPAIGN_EXCHANGES
                and (s.is_crew or s.grams >= LEAST_CAMPAIGN_GRAMS)
            )
            if suffices:
                sufficed.take(s.members)
            decisions[checkpoint, s.track] = Decision(
                total,
                p_values[s.track],
                confirmed,
                _relief(s, evidence, standing.RELIEVING),
                _relief(s, evidence, (standing.AUTHORISED,)),
                said[s.track],
            )
            if decisions[checkpoint, s.track].noticeable >= ATTACK:
                for account in np.intersect1d(s.members, evidence.permits(s).holders).tolist():
                    held.setdefault(account, (checkpoint, s.track))
            if confirmed:
                confirmed_at.setdefault(s.track, checkpoint)
                best[s.track] = max(total, best.get(s.track, total))
            if confirmed or s.track not in confirmed_at:
                latest[s.track] = s
            if confirmed:
                if own < min(
                    total, AT_ONCE
                ):  # others' word tipped it, and is about those only who bear the mark
                    called = called[np.isin(called, evidence.bearing(s))]
                for account in called.tolist():
                    alarms.setdefault(account, Alarm(checkpoint, s.track))
            elif s.is_crew and at_checkpoints and s.rows.size >= LEAST_CAMPAIGN_EXCHANGES:
                waiting.append(Waiting(s, own, settled))
        for sibling in beside_called(waiting, alarms.keys(), ATTACK, LEAST_CAMPAIGN_ACCOUNTS):
            s, decision = sibling.crew, decisions[checkpoint, sibling.crew.track]
            decisions[checkpoint, s.track] = dataclasses.replace(
                decision,
                total=decision.total + sibling.reason.decibans,
                confirmed=True,
                said=(*decision.said, sibling.reason),
            )
            confirmed_at.setdefault(s.track, checkpoint)
            latest[s.track] = s
            for account in sibling.accounts.tolist():
                alarms.setdefault(account, Alarm(checkpoint, s.track))
    for track, s in latest.items():
        if track in confirmed_at:
            near = np.union1d(s.near, s.members)
        elif track < 0:  # seen between checkpoints only, which say how it ended
            continue
        else:
            near = near_of(s, decisions[s.checkpoint, track], evidence)
        permitted = np.isin(near, evidence.permits(s).within)
        for account, within in zip(near.tolist(), permitted.tolist(), strict=True):
            if account in alarms:
                continue
            if within:
                excused.setdefault(account, (s.checkpoint, track))
            else:
                watched.setdefault(account, track)
    for account in held.keys() - alarms.keys() - watched.keys():  # what came only earlier is not passed over
        excused.setdefault(account, held[account])
    return Judgement(decisions, latest, confirmed_at, alarms, watched, excused)


def _total(snapshot: Snapshot, evidence: Evidence, scales: Scales) -> float:
    """Base and reasons, less what few members and the lack of earlier traffic cost."""
    key = snapshot.checkpoint, snapshot.track
    kind = kind_of(evidence.figures.get(key, {}))
    reasons = evidence.campaign.get(key, ())
    caution = _CAUTION[kind] + _few(int(snapshot.members.size), kind)
    weighed = (r.decibans for r in (*reasons, *_known_of(kind, snapshot, reasons)))
    return scales.cards[kind].base - caution + math.fsum(weighed)


def _said(snapshot: Snapshot, evidence: Evidence) -> tuple[Reason, ...]:
    key = snapshot.checkpoint, snapshot.track
    return _known_of(kind_of(evidence.figures.get(key, {})), snapshot, evidence.campaign.get(key, ()))


def _known_of(kind: str, snapshot: Snapshot, reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """What speaks for a candidate beyond its figures, each by itself."""
    known = _of_one_owner(reasons) or _of_company(snapshot, reasons)
    return (*known, *(_of_content_alone(reasons) if kind == "crew" else ()))


def _of_company(snapshot: Snapshot, reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """What speaks for a crew that does what others did before it; empty where they are few."""
    others = max(snapshot.company, snapshot.predecessors)
    if others < max(LEAST_CAMPAIGN_ACCOUNTS, COMPANY * snapshot.members.size):
        return ()
    new = math.fsum(r.decibans for r in reasons if r.detector in _NEW_TO_THE_SITE and r.decibans > 0)
    if not new:
        return ()
    prompt = snapshot.company == others
    company = f"{others} customers from before {'send the same system prompt' if prompt else 'sent the same template'}"
    sentence = f"{company}; that its accounts are new counts nothing"
    return (Reason("wider_company", round(-new, 6), sentence),)


def _of_content_alone(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """What speaks for a crew against which only what it asks for and its being new speak: so does every new app."""
    known = detectors()
    told = [
        r.decibans
        for r in reasons
        if r.detector in known
        and known[r.detector].aspect != "content"
        and r.detector not in _MAKES_A_CREW
        and r.detector not in _GIVEN
    ]
    if math.fsum(told) >= 0.0:
        return ()
    return (
        Reason("content_alone", -CONTENT_ALONE, "nothing speaks against its accounts but what they ask for"),
    )


def _of_one_owner(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """What speaks for accounts that one organisation is known to own; empty where none is."""
    if not any(r.detector == "one_organisation" and r.decibans <= _ONE_OWNER_SPEAKS for r in reasons):
        return ()
    opened = math.fsum(r.decibans for r in reasons if r.detector in _OPENED_BY_ITS_OWNER and r.decibans > 0)
    sentence = "one organisation owns its accounts and can be asked; when it opened them counts nothing"
    return (Reason("one_owner", round(-ONE_OWNER - opened, 6), sentence),)


def _told_what_is_new(snapshot: Snapshot, evidence: Evidence) -> bool:
    """Whether earlier traffic tells how new a candidate is; without it, what lasts may be a reseller as well."""
    return kind_of(evidence.figures.get((snapshot.checkpoint, snapshot.track), {})) in ("known", "crew")


def _relief(snapshot: Snapshot, evidence: Evidence, kinds: Container[str]) -> float:
    """What authorisations took off the total."""
    reasons = evidence.campaign.get((snapshot.checkpoint, snapshot.track), ())
    return -math.fsum(r.decibans for r in reasons if r.detector in kinds)


def _heard(snapshot: Snapshot, evidence: Evidence) -> float:
    """What other members' word added to the total: it tips what is on watch, and lifts onto watch what is near it."""
    reasons = evidence.campaign.get((snapshot.checkpoint, snapshot.track), ())
    return math.fsum(r.decibans for r in reasons if r.detector in _GIVEN)


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
    heard = _heard(snapshot, evidence)
    kind = kind_of(evidence.figures.get((snapshot.checkpoint, snapshot.track), {}))
    own = decision.noticeable - heard
    own += max(0.0, _few(snapshot.members.size, kind) - _few(bearing.size, kind))
    return bearing if own >= least - HEARD_REACH and own + heard >= least else bearing[:0]


def _few(members: int, kind: str) -> float:
    """Decibans that a candidate of a kind pays for having so few members."""
    return _PENALTY[kind] * max(0, SMALL - members)


def lifted(snapshot: Snapshot, decision: Decision, evidence: Evidence) -> bool:
    """Whether what this site saw itself would not put a candidate's members on watch."""
    return decision.noticeable - _heard(snapshot, evidence) < watch_from(snapshot)


def watch_from(snapshot: Snapshot) -> float:
    """The total from which on a candidate's members are on watch."""
    return CREW_WATCH if snapshot.is_crew else WATCH


def _standing_out(
    totals: dict[int, float], crews: Container[int], fdr: float
) -> tuple[set[int], dict[int, float]]:
    """As `stand_out`, crews among crews and the others among the others: their totals lie differently."""
    passed: set[int] = set()
    p_values: dict[int, float] = {}
    for kind in (True, False):
        part = {track: total for track, total in totals.items() if (track in crews) is kind}
        if part:
            found, chances = stand_out(part, fdr, CREW_ABOVE if kind else 1.0)
            passed |= found
            p_values |= chances
    return passed, p_values


def posterior(decibans: float) -> float:
    """Decibans as a probability."""
    return float(1.0 / (1.0 + 10.0 ** (-decibans / 10.0)))
