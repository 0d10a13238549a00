"""A small run that was really decided: two campaigns and honest communities, from figures made by hand."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
from tests.detection.worlds import planted

from stillwatch.core.verdict import Call, Campaign, DetectionResult, Summary, Timeline, Verdict
from stillwatch.detection.candidates.snapshots import Snapshot
from stillwatch.detection.checkpoints import iso
from stillwatch.detection.conclusions.joined import joined_campaigns
from stillwatch.detection.deciding.decide import judge
from stillwatch.detection.replay.recorded import Record
from stillwatch.detection.replay.recording import record_of
from stillwatch.detection.run import Outcome
from stillwatch.detection.weighing.evidence import Evidence, reasons_of
from stillwatch.detection.weighing.scales import Scales, Scorecard, learned

ACCOUNTS = 80
CANDIDATES = {0: range(20), 1: range(20, 36), 2: range(36, 50), 3: range(50, 64), 4: range(64, 80)}
ATTACKS = (0, 1)
EACH = 6


def figures(scales: Scales, share: float) -> dict[str, float]:
    """Figures of a candidate with earlier traffic that speak so strongly: 0 usual, 1 as strongly as can be."""
    found = {}
    for name, scale in scales.cards["known"].scales.items():
        if name not in ("alike_accounts", "new_behaviour", "changed_accounts"):
            best = scale.high if scale.slope > 0 else scale.low
            found[name] = scale.usual + share * (best - scale.usual)
    return found


def at_any_size(scales: Scales) -> Scales:
    """The scales without funnels, so that a figure weighs the same however many accounts it is of."""
    cards = {
        kind: Scorecard(card.base, {n: dataclasses.replace(s, funnel=None) for n, s in card.scales.items()})
        for kind, card in scales.cards.items()
    }
    return Scales(cards, scales.card)


@functools.cache
def run() -> Record:
    """The run, recorded as the program records it."""
    rows = [
        (f"acct-{account:03d}", [track])
        for _ in range(EACH)
        for track in CANDIDATES
        for account in CANDIDATES[track]
    ]
    frame = planted(rows, hours=0.05)
    scales = at_any_size(learned())
    seen, snapshots, found = [len(rows) // 2, len(rows)], [], {}
    for checkpoint, known in enumerate(seen):
        for track, accounts in CANDIDATES.items():
            members = np.array(list(accounts), dtype=np.int32)
            here = np.flatnonzero(np.isin(frame.account[:known], members))
            snapshots.append(
                Snapshot(
                    track,
                    checkpoint,
                    here,
                    members,
                    ACCOUNTS,
                    50,
                    0.01,
                    members,
                    members[:0],
                    members,
                    members,
                    0.5,
                    1.0,
                )
            )
            found[checkpoint, track] = figures(scales, 0.9 if track in ATTACKS else -0.1 * track)
    reasons = {
        key: reasons_of(
            {name: (figure, f"{name} is {figure:.2f}") for name, figure in each.items()},
            scales.of(each),
            len(CANDIDATES[key[1]]),
        )
        for key, each in found.items()
    }
    evidence = Evidence(reasons, found, ())
    judgement = judge(snapshots, evidence, scales, 0.01)
    outcome = Outcome(
        np.array(seen),
        tuple(snapshots),
        evidence,
        judgement,
        None,
        {},
        scales,
        0.01,  # type: ignore[arg-type]
    )
    campaigns, verdicts = [], []
    for joined in joined_campaigns(frame, outcome):
        names = tuple(frame.accounts[a] for a in joined.members.tolist())
        spoke = joined.snapshot.checkpoint, joined.snapshot.track
        first = None if joined.alarm_row is None else iso(frame.ts[joined.alarm_row - 1])
        campaigns.append(
            Campaign(
                joined.campaign_id,
                Call.ATTACK if joined.confirmed else Call.WATCH,
                names,
                round(joined.score, 6),
                joined.rows.size,
                iso(frame.ts[joined.rows[0]]),
                iso(frame.ts[joined.rows[-1]]),
                first,
                0,
                reasons[spoke],
                "A new app.",
                (),
                (),
                Timeline(iso(frame.ts[0]), 3600, dict.fromkeys(names, (EACH, 0))),
            )
        )
        for account, name in zip(joined.members.tolist(), names, strict=True):
            alarm = judgement.alarms.get(account)
            moment = None if alarm is None else iso(frame.ts[seen[alarm.checkpoint] - 1])
            call = Call.WATCH if alarm is None else Call.ATTACK
            verdicts.append(Verdict(name, call, 0.9, joined.campaign_id, moment, (), EACH, EACH))
    summary = Summary(
        len(rows),
        0,
        0,
        ACCOUNTS,
        len(campaigns),
        {},
        {},
        "0",
        "digest",
        iso(frame.ts[0]),
        iso(frame.ts[-1]),
        len(rows),
        "",
    )
    return record_of(frame, outcome, DetectionResult(summary, tuple(verdicts), tuple(campaigns), ()))
