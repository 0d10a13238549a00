"""What a run concluded, as verdicts, campaigns and a summary. Nothing is decided here."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from stillwatch.core.verdict import LIFTED, Call, Campaign, DetectionResult, Reason, Summary, Verdict
from stillwatch.detection.checkpoints import iso
from stillwatch.detection.conclusions.cleared import PermittedReasons, permitted_uses
from stillwatch.detection.conclusions.innocence import innocent_explanation
from stillwatch.detection.conclusions.joined import Joined, joined_campaigns
from stillwatch.detection.conclusions.links import links_of
from stillwatch.detection.conclusions.timeline import timeline_of
from stillwatch.detection.contract import clamp, decibans
from stillwatch.detection.deciding.decide import lifted, posterior
from stillwatch.detection.linking.infrastructure import rare_use

if TYPE_CHECKING:
    from stillwatch.detection.deciding.decide import Judgement
    from stillwatch.detection.frame import Frame
    from stillwatch.detection.linking.infrastructure import RareUse
    from stillwatch.detection.run import Outcome

BASE_RATE: Final = 0.001
WATCH_DAMPING: Final = 0.5
CLEAR_DAMPING: Final = 0.2
_PIVOT_FIELDS: Final = {
    "api_key": "api_key_id",
    "address": "ip",
    "client": "user_agent",
    "payment": "payment_fingerprint",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What the summary says about how the logs were read.

    Attributes:
        background: where the background came from and how much that weakens the verdicts, in a sentence.
        seconds: wall time by stage.
    """

    read: int
    rejected: int
    duplicates: int
    background: str
    seconds: Mapping[str, float]
    version: str
    config_digest: str


def conclude(frame: Frame, outcome: Outcome, reading: Reading) -> DetectionResult:
    """Put a run's outcome into verdicts on every account, campaigns and a summary.

    Args:
        frame: the exchanges that were judged.
        outcome: what `detection.run.run` concluded.
        reading: how they were read.
    """
    joined = joined_campaigns(frame, outcome)
    use = rare_use(frame)
    campaigns = tuple(_campaign(frame, outcome, use, each) for each in joined)
    verdicts = tuple(_verdicts(frame, outcome, joined))
    counts = {call.value: 0 for call in Call}
    for verdict in verdicts:
        counts[verdict.verdict.value] += 1
    summary = Summary(
        read=reading.read,
        rejected=reading.rejected,
        duplicates=reading.duplicates,
        accounts=len(frame.accounts),
        campaigns=sum(c.verdict is Call.ATTACK for c in campaigns),
        verdicts=counts,
        seconds={stage: round(seconds, 3) for stage, seconds in reading.seconds.items()},
        version=reading.version,
        config_digest=reading.config_digest,
        first_ts=iso(frame.ts[0]) if frame.size else None,
        last_ts=iso(frame.ts[-1]) if frame.size else None,
        exchanges=frame.size,
        background=reading.background,
    )
    authorised = permitted_uses(frame, outcome)
    return DetectionResult(summary, verdicts, campaigns, outcome.evidence.unjudged, authorised)


def _campaign(frame: Frame, outcome: Outcome, use: Mapping[str, RareUse], joined: Joined) -> Campaign:
    """One campaign in words and figures."""
    key = joined.snapshot.checkpoint, joined.snapshot.track
    reasons = (*outcome.evidence.campaign.get(key, ()), *outcome.judgement.decisions[key].said)
    reasons = tuple(sorted(reasons, key=lambda r: -abs(r.decibans)))
    rows, members = joined.rows, joined.members
    alarm = joined.alarm_row
    return Campaign(
        campaign_id=joined.campaign_id,
        verdict=Call.ATTACK if joined.confirmed else Call.WATCH,
        accounts=tuple(frame.accounts[a] for a in members.tolist()),
        score=round(joined.score, 6),
        exchanges=int(rows.size),
        first_ts=iso(frame.ts[rows[0]]),
        last_ts=iso(frame.ts[rows[-1]]),
        first_alarm_ts=None if alarm is None else iso(frame.ts[alarm - 1]),
        leaked=int(rows.size if alarm is None else np.searchsorted(rows, alarm)),
        reasons=_with_doubt(reasons),
        innocent_explanation=innocent_explanation(frame, rows, reasons, crew=joined.snapshot.is_crew),
        missing=_missing(frame, outcome, rows),
        links=links_of(frame, outcome.wording, use, rows, members),
        timeline=timeline_of(frame, rows, members),
    )


def _verdicts(frame: Frame, outcome: Outcome, joined: list[Joined]) -> Iterable[Verdict]:
    """A verdict on every account, in the order of account ids."""
    total = np.bincount(frame.account, minlength=len(frame.accounts))
    campaign_of = {int(a): each for each in reversed(joined) for a in each.members.tolist()}
    demand = {
        each.campaign_id: np.bincount(frame.account[each.rows], minlength=total.size) for each in joined
    }
    near, permitted = _near_scores(frame, outcome), PermittedReasons(outcome)
    for account in sorted(range(len(frame.accounts)), key=frame.accounts.__getitem__):
        campaign = campaign_of.get(account)
        if campaign is None:
            yield Verdict(
                frame.accounts[account],
                Call.CLEAR,
                float(near[account]),
                None,
                None,
                permitted.cleared(account),
                int(total[account]),
            )
        else:
            sent = int(demand[campaign.campaign_id][account])
            yield _called(frame, outcome, permitted, campaign, account, int(total[account]), sent)


def _called(
    frame: Frame,
    outcome: Outcome,
    permitted: PermittedReasons,
    campaign: Joined,
    account: int,
    total: int,
    sent: int,
) -> Verdict:
    """The verdict on an account that a campaign made attack or watch."""
    alarm = outcome.judgement.alarms.get(account)
    if alarm is not None:
        key = alarm.checkpoint, alarm.track
        score = max(campaign.score, posterior(outcome.judgement.decisions[key].total))
        first = iso(frame.ts[outcome.checkpoints[alarm.checkpoint] - 1])
    else:
        key = campaign.snapshot.checkpoint, campaign.snapshot.track
        score, first = WATCH_DAMPING * campaign.score, None
    part = _part_reason(sent, total, campaign.rows.size / max(frame.size, 1), crew=campaign.snapshot.is_crew)
    said = (*permitted.reasons(key, account), part)
    if alarm is None:
        said += _spared(outcome.judgement, account)
    if alarm is None and _lifted(outcome, account):
        said = (*said, Reason(LIFTED, 0.0, "what this site saw itself would not have put it on watch"))
    reasons = sorted(said, key=lambda r: (-abs(r.decibans), r.detector))
    return Verdict(
        account_id=frame.accounts[account],
        verdict=Call.WATCH if alarm is None else Call.ATTACK,
        score=round(score, 6),
        campaign_id=campaign.campaign_id,
        first_alarm_ts=first,
        reasons=_with_doubt(reasons),
        exchanges=total,
        campaign_exchanges=sent,
    )


def _spared(judgement: Judgement, account: int) -> tuple[Reason, ...]:
    """Why an account on watch was not called with what it is a member of; empty where it was no member."""
    key = judgement.watched.get(account, -1), account
    return (judgement.spared[key],) if key in judgement.spared else ()


def _lifted(outcome: Outcome, account: int) -> bool:
    """Whether an account is on watch with the help of others' word only."""
    judgement, track = outcome.judgement, outcome.judgement.watched[account]
    if track in judgement.confirmed_at:
        return False
    snapshot = judgement.latest[track]
    return lifted(snapshot, judgement.decisions[snapshot.checkpoint, track], outcome.evidence)


def _part_reason(sent: int, total: int, site_share: float, *, crew: bool) -> Reason:
    """How much of the account's own traffic is the campaign's, against the site's; of a crew, all of it."""
    if crew:
        return Reason(
            "membership", 0.0, f"in its {total:,} requests it behaves as the others of the campaign do"
        )
    weight = clamp(decibans((sent / max(total, 1) + 0.01) / (site_share + 0.01)), -3.0, 10.0)
    if sent == 1:
        sentence = f"1 of its {total:,} requests carries the campaign's wording"
    else:
        sentence = f"{sent:,} of its {total:,} requests carry the campaign's wording"
    return Reason("membership", round(weight, 1), sentence)


def _with_doubt(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """The reasons, and a word about the other side where none of them speaks for innocence."""
    reasons = tuple(reasons)
    if any(reason.decibans < 0 for reason in reasons):
        return reasons
    return (
        *reasons,
        Reason("counter_evidence", 0.0, "no detector found anything that speaks for an honest cause"),
    )


def _near_scores(frame: Frame, outcome: Outcome) -> Any:
    """Scores of accounts that nothing was concluded about: the base rate, or more near a candidate."""
    scores = np.full(len(frame.accounts), BASE_RATE)
    for track, snapshot in outcome.judgement.latest.items():
        if track < 0:
            continue
        decision = outcome.judgement.decisions[snapshot.checkpoint, track]
        score = round(max(BASE_RATE, CLEAR_DAMPING * posterior(decision.total)), 6)
        scores[snapshot.accounts] = np.maximum(scores[snapshot.accounts], score)
    scores[list(outcome.judgement.excused)] = BASE_RATE
    return scores


def _missing(frame: Frame, outcome: Outcome, rows: Any) -> tuple[str, ...]:
    """Canonical fields that detectors or links could have used and these exchanges did not carry."""
    lacking = {field for unjudged in outcome.evidence.unjudged for field in unjudged.fields}
    taken = pa.array(rows)
    for column, field in _PIVOT_FIELDS.items():
        if frame.table[column].take(taken).null_count == rows.size:
            lacking.add(field)
    return tuple(sorted(lacking))
