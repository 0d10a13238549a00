"""A campaign of a small world becomes a partner's: with its authorisation it is not accused, and never silently."""

from __future__ import annotations

import dataclasses
import functools

import pytest
from tests.detection.conftest import SmallWorld

from stillwatch.core.authorisation import Authorisation, AuthorisationKind, Breach, Period
from stillwatch.core.verdict import Call, DetectionResult
from stillwatch.detection.authorisations.standing import AUTHORISED, STRANGER
from stillwatch.detection.conclusions import results
from stillwatch.detection.deciding import decide
from stillwatch.detection.engine import DEFAULT, engines
from stillwatch.detection.registry import detectors
from stillwatch.detection.replay.recorded import Record, site_from
from stillwatch.detection.replay.recording import record_of
from stillwatch.detection.replay.rejudging import rejudge
from stillwatch.detection.weighing.evidence import gather
from stillwatch.detection.weighing.scales import learned


def concluded(world: SmallWorld, *authorisations: Authorisation) -> DetectionResult:
    """The world judged with authorisations; its candidates are those of the fixture, which authorisations do not change."""
    outcome = world.outcome
    evidence = gather(
        world.frame,
        outcome.snapshots,
        outcome.checkpoints,
        list(detectors().values()),
        learned(),
        functools.partial(engines()[DEFAULT].session, 2, 2.0),
        authorisations,
    )
    judgement = decide.judge(outcome.snapshots, evidence, learned(), 0.001)
    outcome = dataclasses.replace(outcome, evidence=evidence, judgement=judgement)
    result = results.conclude(world.frame, outcome, results.Reading(0, 0, 0, "", {}, "0", "0"))
    _is_judged_again_alike(result, record_of(world.frame, outcome, result), world.frame.accounts)
    return result


def _is_judged_again_alike(result: DetectionResult, record: Record, names: tuple[str, ...]) -> None:
    """What was recorded of the run says the same of every account, without the traffic."""
    again = rejudge(site_from(record.site)).campaigns
    for call, found in (
        (Call.ATTACK, {a for each in again for a in each.attack}),
        (Call.WATCH, {a for each in again for a in each.watch}),
    ):
        assert {names[a] for a in found} == {v.account_id for v in result.verdicts if v.verdict is call}


def calls(result: DetectionResult) -> dict[str, Call]:
    return {verdict.account_id: verdict.verdict for verdict in result.verdicts}


@pytest.fixture(scope="module")
def alone(small_world: SmallWorld) -> DetectionResult:
    return concluded(small_world)


@pytest.fixture(scope="module")
def partner(small_world: SmallWorld, alone: DetectionResult) -> Authorisation:
    """An authorisation for all accounts of a campaign that is called attack without it."""
    called = calls(alone)
    members: dict[str, list[str]] = {}
    for account, truth in small_world.truth.items():
        if truth.campaign_id is not None and account in called:
            members.setdefault(truth.campaign_id, []).append(account)
    accounts = next(
        each for each in members.values() if all(called[account] is Call.ATTACK for account in each)
    )
    return Authorisation(
        authorisation_id="example-lab",
        kind=AuthorisationKind.DISTILLATION,
        name="Example Lab",
        owner="partnerships",
        agreement="MSA-14",
        since_us=0,
        until_us=int(small_world.frame.ts[-1]) + 1,
        accounts=tuple(sorted(accounts)),
    )


def test_a_permitted_campaign_is_not_accused_its_permission_is_named_and_nobody_else_is_called_otherwise(
    small_world: SmallWorld, alone: DetectionResult, partner: Authorisation
) -> None:
    result = concluded(small_world, partner)
    before, after = calls(alone), calls(result)
    attacked = [{a for a, call in calls.items() if call is Call.ATTACK} for calls in (before, after)]
    assert attacked[0] ^ attacked[1] == set(partner.accounts), "watch follows what stands out beside them"
    assert {after[a] for a in partner.accounts} == {Call.CLEAR}
    for verdict in result.verdicts:
        if verdict.account_id in partner.accounts:
            assert verdict.reasons[0].detector == AUTHORISED
            assert "MSA-14, owner partnerships, until" in verdict.reasons[0].sentence
            assert any(reason.decibans > 0 for reason in verdict.reasons)
    (use,) = result.authorised
    assert use.cleared == partner.accounts
    assert use.alarms == ()


def test_a_partner_that_sends_more_than_agreed_is_on_watch_with_an_alarm_of_its_own(
    small_world: SmallWorld, partner: Authorisation
) -> None:
    result = concluded(small_world, dataclasses.replace(partner, volume=50, period=Period.DAY))
    called = calls(result)
    assert {called[a] for a in partner.accounts} == {Call.WATCH}
    (alarm,) = result.authorised[0].alarms
    assert alarm.breach is Breach.VOLUME
    assert set(alarm.accounts) == set(partner.accounts)


def test_accounts_the_partner_did_not_name_are_an_alarm_and_stay_on_watch(
    small_world: SmallWorld, partner: Authorisation
) -> None:
    named, forgotten = partner.accounts[:-2], partner.accounts[-2:]
    result = concluded(small_world, dataclasses.replace(partner, accounts=named))
    called = calls(result)
    assert {called[a] for a in named} == {Call.CLEAR}
    assert {called[a] for a in forgotten} == {Call.WATCH}
    assert [(a.breach, set(a.accounts)) for a in result.authorised[0].alarms] == [
        (Breach.OTHERS, set(forgotten))
    ]
    about = [c.innocent_explanation for c in result.campaigns if set(forgotten) & set(c.accounts)]
    assert any(words.startswith("Work that was agreed") for words in about)
    reasons = {v.account_id: v.reasons for v in result.verdicts}
    assert any(reason.detector == STRANGER for account in forgotten for reason in reasons[account])
