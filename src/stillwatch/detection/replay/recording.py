"""Writes down what a run rested on, so that it can be judged again without the traffic (`recorded`, `rejudging`)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch import __version__
from stillwatch.detection.candidates.snapshots import Snapshot
from stillwatch.detection.checkpoints import iso
from stillwatch.detection.conclusions.joined import joined_campaigns
from stillwatch.detection.linking.infrastructure import rare_use, rarity
from stillwatch.detection.replay import code_versions, recorded

if TYPE_CHECKING:
    from stillwatch.core.verdict import Campaign, DetectionResult, Verdict
    from stillwatch.detection.conclusions.joined import Joined
    from stillwatch.detection.frame import Frame
    from stillwatch.detection.linking.infrastructure import RareUse
    from stillwatch.detection.run import Outcome
    from stillwatch.detection.weighing.scales import Scales

_COUNTED: Final = ("rows", "accounts")
_FIELDS: Final = tuple(each.name for each in dataclasses.fields(Snapshot) if each.name not in _COUNTED)
_PIVOTS: Final = 200
_EXEMPLARS: Final = 48
_EXEMPLARS_AN_ACCOUNT: Final = 4
_LANES: Final = 60


@dataclasses.dataclass(frozen=True, slots=True)
class _Seen:
    """The exchanges behind a run: ``use`` who used what is rare, ``site`` the digest of the `recorded.Site`."""

    frame: Frame
    use: Mapping[str, RareUse]
    site: str


def record_of(frame: Frame, outcome: Outcome, result: DetectionResult) -> recorded.Record:
    """A run with everything its verdicts rest on.

    Args:
        frame: the exchanges that were judged.
        outcome: what was concluded about them.
        result: the same in words.
    """
    site = recorded.encoded(_site(frame, outcome, result.summary.config_digest))
    number = {name: k for k, name in enumerate(frame.accounts)}
    verdicts = {v.account_id: v for v in result.verdicts}
    joined = {each.campaign_id: each for each in joined_campaigns(frame, outcome)}
    seen = _Seen(frame, rare_use(frame), recorded.address(site))
    campaigns = [
        _campaign(campaign, verdicts, number, seen, joined[campaign.campaign_id])
        for campaign in result.campaigns
    ]
    return recorded.Record(tuple(campaigns), site, result.summary.last_ts)


def record_of_result(result: DetectionResult) -> recorded.Record:
    """A run of which only the result is left: its campaigns can be worked on but not judged again."""
    verdicts = {v.account_id: v for v in result.verdicts}
    campaigns = [_campaign(campaign, verdicts, {}) for campaign in result.campaigns]
    return recorded.Record(tuple(campaigns), b"", result.summary.last_ts)


def _site(frame: Frame, outcome: Outcome, config_digest: str) -> recorded.Site:
    moments = [iso(frame.ts[row - 1]) for row in outcome.checkpoints.tolist()]
    return recorded.Site(
        format=recorded.FORMAT,
        checkpoints=tuple(moments),
        fdr=outcome.fdr,
        scales=_plain_scales(outcome.scales),
        scales_from=str(outcome.scales.card.get("source", "")),
        constants=code_versions.constants(),
        code=code_versions.code(),
        detectors=code_versions.detector_code(),
        package=__version__,
        config_digest=config_digest,
        candidates=tuple(_candidates(outcome)),
    )


def _plain_scales(scales: Scales) -> dict[str, tuple[float, dict[str, tuple[float, ...]]]]:
    return {
        kind: (card.base, {name: scale.line for name, scale in card.scales.items()})
        for kind, card in scales.cards.items()
    }


def _candidates(outcome: Outcome) -> Iterator[recorded.Candidate]:
    """The candidates in the order in which they were judged."""
    evidence = outcome.evidence
    for s in outcome.snapshots:
        key = s.checkpoint, s.track
        values = {name: getattr(s, name) for name in _FIELDS}
        groups = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
        figures = evidence.figures.get(key, {})
        decision = outcome.judgement.decisions[key]
        others = [
            (r.detector, r.decibans) for r in evidence.campaign.get(key, ()) if r.detector not in figures
        ]
        yield recorded.Candidate(
            numbers={name: value for name, value in values.items() if name not in groups},
            exchanges=int(s.rows.size),
            accounts=int(s.accounts.size),
            groups={name: _packed(value) for name, value in groups.items()},
            figures={name: float(figure) for name, figure in figures.items()},
            others=tuple(others),
            total=float(decision.total),
            p_value=float(decision.p_value),
            confirmed=bool(decision.confirmed),
            holders=_packed(evidence.permits(s).holders),
            within=_packed(evidence.permits(s).within),
            bearers=_packed(evidence.bearing(s)),
        )


def _packed(accounts: Any) -> bytes:
    return bytes(np.asarray(accounts, dtype="<i4").tobytes())


def _campaign(
    campaign: Campaign,
    verdicts: dict[str, Verdict],
    number: dict[str, int],
    seen: _Seen | None = None,
    joined: Joined | None = None,
) -> recorded.CampaignRecord:
    sent = np.array(list(campaign.timeline.counts.values()), dtype=np.int64)
    counts = sent.sum(axis=0)
    active = _active_bins(campaign.timeline.counts, sent)
    accounts = [
        recorded.AccountRecord(
            v.account_id,
            number.get(v.account_id, -1),
            v.verdict,
            v.score,
            v.exchanges,
            v.campaign_exchanges,
            v.first_alarm_ts,
            *active.get(v.account_id, (-1, -1)),
        )
        for v in map(verdicts.__getitem__, campaign.accounts)
    ]
    return recorded.CampaignRecord(
        campaign_id=campaign.campaign_id,
        verdict=campaign.verdict,
        score=campaign.score,
        exchanges=campaign.exchanges,
        leaked=campaign.leaked,
        first_ts=campaign.first_ts,
        last_ts=campaign.last_ts,
        first_alarm_ts=campaign.first_alarm_ts,
        reasons=campaign.reasons,
        innocent_explanation=campaign.innocent_explanation,
        missing=campaign.missing,
        links=campaign.links,
        start=campaign.timeline.start,
        step_seconds=campaign.timeline.step_seconds,
        counts=tuple(np.atleast_1d(counts).tolist()),
        accounts=tuple(accounts),
        tracks=joined.tracks if joined is not None else (),
        exemplars=tuple(_exemplars(seen.frame, joined)) if seen is not None and joined is not None else (),
        pivots=tuple(_pivots(seen.frame, joined, seen.use))
        if seen is not None and joined is not None
        else (),
        site=seen.site if seen is not None else "",
        lanes=tuple(_lanes(list(campaign.timeline.counts), sent)),
    )


def _active_bins(names: Iterable[str], sent: Any) -> dict[str, tuple[int, int]]:
    """The first and the last bin in which each account sent some of the demand."""
    if sent.ndim != 2 or not sent.size:
        return {}
    some = sent > 0
    first, last = some.argmax(axis=1), sent.shape[1] - 1 - some[:, ::-1].argmax(axis=1)
    ends = zip(first.tolist(), last.tolist(), some.any(axis=1).tolist(), strict=True)
    return {
        name: (first, last) if any_ else (-1, -1)
        for name, (first, last, any_) in zip(names, ends, strict=True)
    }


def _lanes(names: Sequence[str], sent: Any) -> Iterator[recorded.Lane]:
    """When the busiest accounts sent their part, the busiest first."""
    if sent.ndim != 2:
        return
    for place in np.argsort(-sent.sum(axis=1), kind="stable")[:_LANES].tolist():
        yield recorded.Lane(names[place], tuple(sent[place].tolist()))


def _exemplars(frame: Frame, joined: Joined) -> Iterator[recorded.Exemplar]:
    """Exchanges of the demand, spread over time, of the accounts that sent most of it."""
    request_id = frame.table["request_id"]
    taken = 0
    for account in joined.members.tolist():
        rows = joined.rows[frame.account[joined.rows] == account]
        if not rows.size:  # it was called for what the candidate has lost since
            continue
        for place in np.unique(np.linspace(0, rows.size - 1, _EXEMPLARS_AN_ACCOUNT).astype(np.int64)):
            row = int(rows[place])
            if taken == _EXEMPLARS:
                return
            taken += 1
            yield recorded.Exemplar(
                frame.accounts[account], request_id[row].as_py() or "", iso(frame.ts[row])
            )


def _pivots(frame: Frame, joined: Joined, use: Mapping[str, RareUse]) -> Iterator[recorded.Pivot]:
    """Rare values that the demand came with, those of most accounts first."""
    listed = {member: place for place, member in enumerate(joined.members.tolist())}
    for kind, rare in use.items():
        found = np.unique(rare.of_row[joined.rows])
        found = found[found >= 0]
        if not found.size:
            continue
        users, inside = rare.users_in(found, joined.members)
        for place in np.lexsort((rare.value[found], -inside))[:_PIVOTS].tolist():
            group = int(found[place])
            members = tuple(sorted(listed[each] for each in rare.users(group).tolist() if each in listed))
            yield recorded.Pivot(
                kind,
                f"{int(rare.value[group]):016x}",
                int(inside[place]),
                int(users[place]),
                members,
                rarity(frame, int(users[place])),
            )
