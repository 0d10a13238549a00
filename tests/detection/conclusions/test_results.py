"""An outcome put into words: what a person reads is what was decided, no more and no less."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from stillwatch.core.verdict import Call, DetectionResult, Reason
from stillwatch.detection.conclusions.joined import joined_campaigns
from stillwatch.detection.conclusions.links import MOST_MEMBERS
from stillwatch.detection.conclusions.results import BASE_RATE, Reading, conclude
from stillwatch.detection.conclusions.timeline import MOST_BINS, timeline_of
from stillwatch.detection.deciding.decide import Alarm, Decision, Judgement, posterior
from stillwatch.detection.linking.infrastructure import RARE_LIMITS, rare_links, rare_use

READING = Reading(
    read=9,
    rejected=1,
    duplicates=2,
    background="None.",
    seconds={"read": 1.23456},
    version="0",
    config_digest="d",
)


@pytest.fixture(scope="module")
def decided(small_world: Any) -> Any:
    """The small world with a judgement of our own: its largest candidate confirmed, the next one on watch."""
    outcome = small_world.outcome
    by_track: dict[int, dict[int, Any]] = {}
    for snapshot in outcome.snapshots:
        by_track.setdefault(snapshot.track, {})[snapshot.checkpoint] = snapshot
    last = outcome.checkpoints.size - 1
    latest = {t: s[max(s)] for t, s in by_track.items()}
    members = {t: s.members for t, s in latest.items()}
    order = sorted(latest, key=lambda t: -members[t].size)
    first = order[0]
    second = next(t for t in order[1:] if np.intersect1d(members[t], members[first]).size < 2)
    at = min(c for c in by_track[first] if c >= last // 2)
    decisions = {(s.checkpoint, s.track): Decision(-20.0, 0.5, confirmed=False) for s in outcome.snapshots}
    decisions[at, first] = Decision(12.0, 1e-9, confirmed=True)
    decisions[latest[second].checkpoint, second] = Decision(2.0, 0.01, confirmed=False)
    early, near = by_track[first][at].members, by_track[first][at].near
    alarms = {int(a): Alarm(at, first) for a in early}
    watched = {int(a): first for a in near if int(a) not in alarms}
    watched |= {int(a): second for a in members[second] if int(a) not in alarms}
    judgement = Judgement(decisions, latest, {first: at}, alarms, watched)
    return dataclasses.replace(outcome, judgement=judgement), first, second, at


@pytest.fixture(scope="module")
def result(small_world: Any, decided: Any) -> DetectionResult:
    return conclude(small_world.frame, decided[0], READING)


def test_every_account_has_a_verdict_in_the_order_of_their_ids(
    small_world: Any, result: DetectionResult
) -> None:
    assert [v.account_id for v in result.verdicts] == sorted(small_world.frame.accounts)
    assert sum(v.exchanges for v in result.verdicts) == small_world.frame.size


def test_alarms_become_attack_and_near_ones_watch(
    small_world: Any, decided: Any, result: DetectionResult
) -> None:
    judgement = decided[0].judgement
    calls = {v.account_id: v.verdict for v in result.verdicts}
    for number, name in enumerate(small_world.frame.accounts):
        expected = (
            Call.ATTACK
            if number in judgement.alarms
            else Call.WATCH
            if number in judgement.watched
            else Call.CLEAR
        )
        assert calls[name] is expected


def test_a_member_that_was_spared_says_why_where_it_is_on_watch_for_that(
    small_world: Any, decided: Any
) -> None:
    outcome, first, second, _ = decided
    account = next(a for a, track in outcome.judgement.watched.items() if track == second)
    why = Reason("bystander", 0.0, "it is at the edge")

    def said(track: int, number: int) -> bool:
        judgement = dataclasses.replace(outcome.judgement, spared={(track, number): why})
        found = conclude(small_world.frame, dataclasses.replace(outcome, judgement=judgement), READING)
        name = small_world.frame.accounts[number]
        return why in next(v.reasons for v in found.verdicts if v.account_id == name)

    assert said(second, account)
    assert not said(first, account)
    assert not said(first, next(iter(outcome.judgement.alarms)))


def test_the_first_alarm_is_the_last_exchange_known_then(
    small_world: Any, decided: Any, result: DetectionResult
) -> None:
    outcome, _, _, at = decided
    known = small_world.frame.ts[outcome.checkpoints[at] - 1]
    alarms = {v.first_alarm_ts for v in result.verdicts if v.verdict is Call.ATTACK}
    assert alarms == {f"{np.datetime64(int(known) // 1000, 'ms')}Z"}
    assert all(v.first_alarm_ts is None for v in result.verdicts if v.verdict is not Call.ATTACK)


def test_scores_rank_attack_over_watch_over_clear(result: DetectionResult) -> None:
    scores = {call: [v.score for v in result.verdicts if v.verdict is call] for call in Call}
    assert set(scores[Call.ATTACK]) == {round(posterior(12.0), 6)}
    assert min(scores[Call.ATTACK]) > max(scores[Call.WATCH])
    assert min(scores[Call.WATCH]) > max(scores[Call.CLEAR]) >= BASE_RATE


def test_the_confirmed_track_comes_first_and_the_likely_one_is_on_watch(
    small_world: Any, decided: Any, result: DetectionResult
) -> None:
    attack, watch = result.campaigns
    assert (attack.verdict, watch.verdict) == (Call.ATTACK, Call.WATCH)
    assert result.summary.campaigns == 1
    assert watch.first_alarm_ts is None
    assert watch.leaked == watch.exchanges
    assert 0 < attack.leaked < attack.exchanges
    outcome, _, _, at = decided
    rows = joined_campaigns(small_world.frame, outcome)[0].rows
    assert attack.leaked == int((rows < outcome.checkpoints[at]).sum())


def test_accounts_of_a_campaign_stand_with_attack_first_and_most_exchanges_first(
    result: DetectionResult,
) -> None:
    verdicts = {v.account_id: v for v in result.verdicts}
    for campaign in result.campaigns:
        members = [verdicts[name] for name in campaign.accounts]
        assert members == sorted(
            members, key=lambda v: (v.verdict is not Call.ATTACK, -v.campaign_exchanges, v.account_id)
        )
        assert sum(v.campaign_exchanges for v in members) == campaign.exchanges
        assert {v.campaign_id for v in members} == {campaign.campaign_id}


def test_reasons_name_the_accounts_own_part_and_are_sorted_by_weight(result: DetectionResult) -> None:
    for verdict in result.verdicts:
        if verdict.verdict is Call.CLEAR:
            continue
        (part,) = (r for r in verdict.reasons if r.detector == "membership")
        assert part.sentence.startswith(
            (
                f"{verdict.campaign_exchanges:,} of its {verdict.exchanges:,} requests carr",
                f"in its {verdict.exchanges:,} requests it behaves",
            )
        )
        weights = [abs(r.decibans) for r in verdict.reasons]
        assert weights == sorted(weights, reverse=True)
        assert any(r.decibans < 0 or r.detector == "counter_evidence" for r in verdict.reasons)
        assert all(len(r.sentence) <= 120 for r in verdict.reasons)


def test_a_campaign_keeps_its_name_when_the_result_is_made_again(
    small_world: Any, decided: Any, result: DetectionResult
) -> None:
    again = conclude(small_world.frame, decided[0], READING)
    assert again == result
    assert all(c.campaign_id.startswith("cmp-") and len(c.campaign_id) == 14 for c in result.campaigns)


def test_tracks_with_half_of_their_members_in_common_are_one_campaign(small_world: Any, decided: Any) -> None:
    outcome, first, second, _ = decided
    judgement = outcome.judgement
    twin = dataclasses.replace(judgement.latest[first], track=10_000)
    again = dataclasses.replace(
        judgement,
        latest={**judgement.latest, 10_000: twin},
        decisions={**judgement.decisions, (twin.checkpoint, 10_000): Decision(3.0, 0.01, confirmed=True)},
        confirmed_at={**judgement.confirmed_at, 10_000: twin.checkpoint},
    )
    joined = joined_campaigns(
        small_world.frame,
        dataclasses.replace(outcome, judgement=again, snapshots=(*outcome.snapshots, twin)),
    )
    assert [set(c.tracks) for c in joined] == [{first, 10_000}, {second}]


def test_a_track_that_is_merely_likely_does_not_swell_a_confirmed_campaign(
    small_world: Any, decided: Any, result: DetectionResult
) -> None:
    outcome, first, _, _ = decided
    judgement = outcome.judgement
    twin = dataclasses.replace(judgement.latest[first], track=10_000)
    again = dataclasses.replace(
        judgement,
        latest={**judgement.latest, 10_000: twin},
        decisions={**judgement.decisions, (twin.checkpoint, 10_000): Decision(3.0, 0.01, confirmed=False)},
    )
    changed = dataclasses.replace(outcome, judgement=again, snapshots=(*outcome.snapshots, twin))
    assert conclude(small_world.frame, changed, READING).campaigns == result.campaigns


def test_links_join_members_and_say_why_without_text(result: DetectionResult) -> None:
    for campaign in result.campaigns:
        drawn = set(campaign.accounts[:MOST_MEMBERS])
        content = [link for link in campaign.links if link.kind == "content"]
        assert content
        assert len(content) <= 2 * len(drawn)
        for link in campaign.links:
            assert {link.left, link.right} <= drawn
            assert link.left != link.right
            assert link.weight > 0
            assert len(link.sentence) <= 120


def test_rare_links_are_exactly_the_pairs_that_share_a_rare_value(
    small_world: Any, result: DetectionResult
) -> None:
    frame = small_world.frame
    members = np.arange(len(frame.accounts), dtype=np.int32)[:80]
    found = {
        (link.kind, *sorted((link.left, link.right))) for link in rare_links(frame, rare_use(frame), members)
    }
    expected = set()
    for kind, limit in RARE_LIMITS.items():
        users: dict[int, set[int]] = {}
        for value, account in zip(frame.infrastructure[kind].tolist(), frame.account.tolist(), strict=True):
            if value:
                users.setdefault(value, set()).add(account)
        for group in users.values():
            inside = sorted(group & set(members.tolist()))
            if 2 <= len(group) <= limit:
                for place, left in enumerate(inside):
                    for right in inside[place + 1 :]:
                        expected.add((kind, *sorted((frame.accounts[left], frame.accounts[right]))))
    assert found <= expected
    assert len(found) == min(len(expected), 150)


def test_the_timeline_counts_every_exchange_in_few_enough_bins(result: DetectionResult) -> None:
    for campaign in result.campaigns:
        assert set(campaign.timeline.counts) == set(campaign.accounts)
        assert sum(map(sum, campaign.timeline.counts.values())) == campaign.exchanges
        lengths = {len(line) for line in campaign.timeline.counts.values()}
        assert len(lengths) == 1
        assert lengths.pop() <= MOST_BINS
        assert (
            campaign.timeline.step_seconds in {60, 300, 900, 1800}
            or campaign.timeline.step_seconds % 3600 == 0
        )


def test_a_timeline_of_many_years_still_fits(small_world: Any) -> None:
    frame = dataclasses.replace(small_world.frame, ts=small_world.frame.ts * 40)
    rows = np.arange(0, frame.size, 50)
    members = np.unique(frame.account[rows])
    assert all(len(line) <= MOST_BINS for line in timeline_of(frame, rows, members).counts.values())


def test_an_innocent_explanation_says_whom_to_ask(result: DetectionResult) -> None:
    assert all("Ask " in campaign.innocent_explanation for campaign in result.campaigns)


def test_a_word_about_the_other_side_stands_where_nothing_spoke_against(
    small_world: Any, decided: Any
) -> None:
    outcome, first, _, at = decided
    only_for = {**outcome.evidence.campaign, (at, first): (Reason("novelty", 9.0, "new"),)}
    changed = dataclasses.replace(outcome, evidence=dataclasses.replace(outcome.evidence, campaign=only_for))
    campaign = conclude(small_world.frame, changed, READING).campaigns[0]
    assert campaign.reasons[-1] == Reason(
        "counter_evidence", 0.0, "no detector found anything that speaks for an honest cause"
    )


def test_the_summary_is_the_reading_and_the_counts(result: DetectionResult) -> None:
    summary = result.summary
    assert (summary.read, summary.rejected, summary.duplicates) == (9, 1, 2)
    assert summary.seconds == {"read": 1.235}
    assert sum(summary.verdicts.values()) == summary.accounts == len(result.verdicts)
