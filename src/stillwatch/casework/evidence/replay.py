"""A case judged again from its snapshot alone: the same result, or exactly what differs.

Three questions are answered apart. Is the snapshot what was taken (its digests, and the ledger's word for them)? Does
the decision code give the recorded result with the thresholds and scales of then? And what would it say with those of
now? The first two have to hold whatever was tuned since; the third is information.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stillwatch.casework.evidence import snapshots
from stillwatch.casework.evidence.replayed import Replay
from stillwatch.core.verdict import Call
from stillwatch.detection.replay import code_versions, recorded
from stillwatch.detection.replay.rejudging import Rejudged, Rerun, rejudge
from stillwatch.detection.weighing.scales import learned
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.detection.replay.recorded import CampaignRecord, Candidate, Site
    from stillwatch.storage.ledger import Ledger


def replay(
    connection: Connection, ledger: Ledger, number: int, case_id: str, evidence: str | None = None
) -> Replay:
    """Judge a case again.

    Args:
        connection: of a reading transaction.
        ledger: the word for what was taken.
        number: of the case; ``case_id`` is its name in the ledger.
        case_id: see ``number``.
        evidence: digest of the snapshot, or its beginning; the latest unless given.

    Raises:
        StillwatchError: SW-EVID-03, the case has no such snapshot; SW-EVID-01 or SW-EVID-02, its content is gone or
            was changed; SW-EVID-04, the run recorded nothing to judge again.
    """
    snapshot = _chosen(snapshots.of_case(connection, number), evidence, case_id)
    if not snapshot.site:
        raise StillwatchError(
            f"nothing was recorded that {case_id} could be judged from",
            code="SW-EVID-04",
            where=case_id,
            hint="it was opened from a bare result; open cases from the folder of `stillwatch detect --out`",
        )
    campaign = recorded.campaign_from(snapshots.content_of(connection, snapshot.digest))
    site = recorded.site_from(snapshots.content_of(connection, snapshot.site))
    again = rejudge(site)
    found = _of(again, campaign)
    differences = tuple(_differences(campaign, site, again, found))
    now = _as_of_now(site, campaign)
    return Replay(
        case_id=case_id,
        evidence=snapshot.digest,
        taken_ts=snapshot.taken_ts,
        same=not differences,
        differences=differences,
        in_ledger=_in_ledger(ledger, case_id, snapshot.digest),
        changed_code=tuple(_changed_code(site)),
        changed_thresholds=tuple(_changed_thresholds(site)),
        verdict=campaign.verdict,
        score=campaign.score,
        attack=sum(account.verdict is Call.ATTACK for account in campaign.accounts),
        verdict_now=None if now is None else now.verdict,
        attack_now=None if now is None else len(now.attack),
        package=site.package,
    )


def _chosen(taken: tuple[snapshots.Snapshot, ...], evidence: str | None, case_id: str) -> snapshots.Snapshot:
    found = [each for each in taken if evidence is None or each.digest.startswith(evidence)]
    if not found:
        raise StillwatchError(
            "the case has no such snapshot" if taken else "no snapshot was taken of this case",
            code="SW-EVID-03",
            where=case_id,
            hint="its snapshots begin with: " + ", ".join(each.digest[:12] for each in taken)
            if taken
            else "name a case that was opened from a run",
        )
    return found[-1]


def _of(again: Rerun, campaign: CampaignRecord) -> Rejudged | None:
    """The campaign in the rerun: the one that shares most of its tracks."""
    tracks = set(campaign.tracks)
    best = max(again.campaigns, key=lambda each: len(tracks & set(each.tracks)), default=None)
    return best if best is not None and tracks & set(best.tracks) else None


def _differences(campaign: CampaignRecord, site: Site, again: Rerun, found: Rejudged | None) -> Iterator[str]:
    """Every part of the result that is not the recorded one."""
    for candidate in site.candidates:
        yield from _decision_differs(candidate, again)
    yield from _reasons_differ(campaign, again, found)
    if found is None:
        yield "judged again, there is no such campaign"
        return
    if found.verdict is not campaign.verdict:
        yield f"the campaign is {found.verdict} judged again, recorded was {campaign.verdict}"
    if found.score != campaign.score:
        yield f"its score is {found.score:.6f} judged again, recorded was {campaign.score:.6f}"
    if found.tracks != campaign.tracks:
        yield f"it consists of candidates {found.tracks} judged again, recorded were {campaign.tracks}"
    if found.first_alarm_ts != campaign.first_alarm_ts:
        yield f"its first alarm is {found.first_alarm_ts} judged again, recorded was {campaign.first_alarm_ts}"
    yield from _accounts_differ(campaign, found)


def _decision_differs(candidate: Candidate, again: Rerun) -> Iterator[str]:
    key = int(candidate.numbers["checkpoint"]), int(candidate.numbers["track"])
    recorded_then = candidate.total, candidate.p_value, candidate.confirmed
    decided = again.decisions[key]
    for name, then, now in zip(("total", "p-value", "confirmed"), recorded_then, decided, strict=True):
        if then != now:
            yield f"candidate {key[1]} at checkpoint {key[0]}: {name} is {now} judged again, recorded was {then}"


def _reasons_differ(campaign: CampaignRecord, again: Rerun, found: Rejudged | None) -> Iterator[str]:
    """Weights of the reasons that people saw; of the candidate that spoke for the campaign."""
    if found is None:
        return
    weighed = {reason.detector: reason.decibans for reason in again.reasons.get(found.spoke, ())}
    shown = {r.detector: r.decibans for r in campaign.reasons if r.detector != "counter_evidence"}
    for name in sorted(weighed.keys() | shown.keys()):
        if weighed.get(name) != shown.get(name):
            yield f"{name} weighs {weighed.get(name)} decibans judged again, recorded was {shown.get(name)}"


def _accounts_differ(campaign: CampaignRecord, found: Rejudged) -> Iterator[str]:
    attack = {a.number: a for a in campaign.accounts if a.verdict is Call.ATTACK}
    watch = {a.number: a for a in campaign.accounts if a.verdict is Call.WATCH}
    for call, then, now in (
        (Call.ATTACK, set(attack), set(found.attack)),
        (Call.WATCH, set(watch), found.watch),
    ):
        if then - now:
            yield f"{len(then - now):,} accounts that were {call} are not so judged again"
        if now - then:
            yield f"{len(now - then):,} accounts are {call} judged again that were not"
    moved = [
        a.account_id for n, a in attack.items() if found.attack.get(n, a.first_alarm_ts) != a.first_alarm_ts
    ]
    if moved:
        yield f"{len(moved):,} accounts have another first alarm judged again, such as {moved[0]}"


def _as_of_now(site: Site, campaign: CampaignRecord) -> Rejudged | None:
    """The same evidence, weighed and judged as it would be today."""
    try:
        again = rejudge(site, code_versions.constants(), learned())
    except StillwatchError:
        return None  # what is asked today was not recorded then
    return _of(again, campaign)


def _changed_code(site: Site) -> Iterator[str]:
    now = code_versions.code()
    for name, digest in site.code.items():
        if now.get(name) != digest:
            yield code_versions.file_named(name)
    detectors = code_versions.detector_code()
    for name, digest in site.detectors.items():
        if detectors.get(name) != digest:
            yield f"detector {name}" if name in detectors else f"detector {name} (gone)"


def _changed_thresholds(site: Site) -> Iterator[str]:
    now = code_versions.constants()
    for module, then in site.constants.items():
        for name, value in then.items():
            present = now.get(module, {}).get(name)
            if present != value:
                yield f"{module}.{name} was {value}, is {present}"
    if site.scales_from != str(learned().card.get("source", "")):
        yield f"the scales were fitted to {site.scales_from or 'something else'}, now to {learned().card.get('source')}"


def _in_ledger(ledger: Ledger, case_id: str, digest: str) -> bool:
    return any(entry.entry.details.get("evidence") == digest for entry in ledger.about(case_id))
