"""A real run is written down and judged again without its traffic."""

from __future__ import annotations

import dataclasses

import msgspec
import numpy as np
import pytest
from tests.detection.conftest import SmallWorld

from stillwatch.core.verdict import Call, DetectionResult
from stillwatch.detection.conclusions import results
from stillwatch.detection.conclusions.joined import joined_campaigns
from stillwatch.detection.deciding import decide
from stillwatch.detection.replay import code_versions, recorded, recording
from stillwatch.detection.replay.recorded import Record
from stillwatch.detection.replay.recording import record_of, record_of_result
from stillwatch.detection.replay.rejudging import rejudge
from stillwatch.errors import StillwatchError


@pytest.fixture(scope="module")
def concluded(small_world: SmallWorld) -> DetectionResult:
    reading = results.Reading(small_world.frame.size, 0, 0, "", {}, "0.1.0", "digest")
    return results.conclude(small_world.frame, small_world.outcome, reading)


@pytest.fixture(scope="module")
def record(small_world: SmallWorld, concluded: DetectionResult) -> Record:
    return record_of(small_world.frame, small_world.outcome, concluded)


def test_every_candidate_is_decided_as_it_was(record: Record) -> None:
    site = recorded.site_from(record.site)
    again = rejudge(site)
    assert len(site.candidates) > 10
    for each in site.candidates:
        key = each.numbers["checkpoint"], each.numbers["track"]
        assert again.decisions[key] == (each.total, each.p_value, each.confirmed)


def test_every_campaign_and_account_is_called_what_it_was(record: Record, concluded: DetectionResult) -> None:
    again = {each.tracks: each for each in rejudge(recorded.site_from(record.site)).campaigns}
    assert [each.campaign_id for each in record.campaigns] == [
        each.campaign_id for each in concluded.campaigns
    ]
    assert any(each.verdict is Call.ATTACK for each in record.campaigns)
    for each in record.campaigns:
        found = again[each.tracks]
        assert (found.verdict, found.score, found.first_alarm_ts) == (
            each.verdict,
            each.score,
            each.first_alarm_ts,
        )
        attack = {a.number: a.first_alarm_ts for a in each.accounts if a.verdict is Call.ATTACK}
        assert found.attack == attack
        assert found.watch == {a.number for a in each.accounts if a.verdict is Call.WATCH}


def test_weights_are_those_that_people_were_shown(record: Record) -> None:
    again = rejudge(recorded.site_from(record.site))
    for each in record.campaigns:
        found = next(c for c in again.campaigns if c.tracks == each.tracks)
        weighed = {reason.detector: reason.decibans for reason in again.reasons[found.spoke]}
        shown = {r.detector: r.decibans for r in each.reasons if r.detector != "counter_evidence"}
        assert weighed == shown


def test_the_bytes_are_the_same_whenever_the_content_is(record: Record) -> None:
    site = recorded.site_from(record.site)
    assert recorded.encoded(site) == record.site
    assert all(each.site == recorded.address(record.site) for each in record.campaigns)
    assert recorded.unpacked(recorded.packed(record), "there") == record
    one = recorded.encoded(record.campaigns[0])
    assert recorded.encoded(recorded.campaign_from(one)) == one


def test_only_the_campaigns_accounts_are_named(record: Record, small_world: SmallWorld) -> None:
    named = {account.account_id.encode() for each in record.campaigns for account in each.accounts}
    everybody = {name.encode() for name in small_world.frame.accounts}
    packed = recorded.packed(record)
    assert not any(name in record.site for name in everybody)
    assert not any(name in packed for name in everybody - named)


def test_exemplars_are_exchanges_of_the_demand(record: Record, small_world: SmallWorld) -> None:
    known = set(small_world.frame.table["request_id"].to_pylist())
    for each in record.campaigns:
        members = {account.account_id for account in each.accounts}
        assert 0 < len(each.exemplars) <= 48
        assert {exemplar.account_id for exemplar in each.exemplars} <= members
        assert {exemplar.request_id for exemplar in each.exemplars} <= known


def test_an_account_that_the_demand_has_lost_since_gives_no_exemplar(small_world: SmallWorld) -> None:
    frame = small_world.frame
    found = joined_campaigns(frame, small_world.outcome)[0]
    absent = np.setdiff1d(np.arange(len(frame.accounts), dtype=np.int32), frame.account[found.rows])[:1]
    named = recording._exemplars(frame, dataclasses.replace(found, watch=np.append(found.watch, absent)))
    assert frame.accounts[absent[0]] not in {each.account_id for each in named}


def test_thresholds_are_taken_from_the_record_and_leave_those_at_work_alone(record: Record) -> None:
    site = recorded.site_from(record.site)
    strict = {
        **site.constants,
        "decide": site.constants["decide"] | {"ATTACK": 1000.0},
        "lasting": site.constants["lasting"] | {"LOOKS": 1000},  # what lasts is called below that threshold
    }
    assert {each.verdict for each in rejudge(site, strict).campaigns} <= {Call.WATCH}
    assert decide.ATTACK == site.constants["decide"]["ATTACK"] != 1000.0
    assert site.constants == code_versions.constants()


def test_a_bare_result_is_recorded_without_a_site(concluded: DetectionResult) -> None:
    bare = record_of_result(concluded)
    assert bare.site == b""
    assert [len(each.accounts) for each in bare.campaigns] == [len(c.accounts) for c in concluded.campaigns]


@pytest.mark.parametrize("change", [b"", b"stillwatch-evidence-1\n", b"stillwatch-evidence-1\nnonsense"])
def test_a_damaged_file_is_refused(change: bytes) -> None:
    with pytest.raises(StillwatchError) as told:
        recorded.unpacked(change, "evidence.bin")
    assert (told.value.code, told.value.where) == ("SW-DETECT-20", "evidence.bin")


def test_scales_with_a_number_too_few_are_refused_in_a_sentence(record: Record) -> None:
    site = recorded.site_from(record.site)
    kind, (base, lines) = next((k, card) for k, card in site.scales.items() if card[1])
    name = next(iter(lines))
    broken = {**site.scales, kind: (base, {**lines, name: (*lines[name][:4], 1.0)})}
    with pytest.raises(StillwatchError, match="make no scales"):
        rejudge(msgspec.structs.replace(site, scales=broken))
