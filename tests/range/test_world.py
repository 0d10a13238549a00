import itertools
import re
from collections import Counter, defaultdict
from datetime import datetime

import orjson
import pytest

from stillwatch.core.exchange import FIELDS
from stillwatch.errors import StillwatchError
from stillwatch.range.world import make_world


def test_the_same_seed_gives_the_same_bytes(demo, demo_records):
    again = make_world("demo", 7, accounts=700)
    ours = (orjson.dumps(record) for record in itertools.islice(demo_records, 4000))
    theirs = (orjson.dumps(record) for record in again.exchanges(0, 4000))
    assert all(one == other for one, other in zip(ours, theirs, strict=True))
    assert again.truth == demo.truth


def test_another_seed_gives_other_people(demo):
    assert not set(make_world("demo", 8, accounts=700).truth) & set(demo.truth)


def test_a_part_of_a_world_is_the_same_as_in_the_whole(demo, demo_records):
    assert list(demo.exchanges(12_345, 12_400)) == demo_records[12_345:12_400]


def test_every_account_of_the_truth_has_traffic_and_the_other_way_round(demo, demo_records):
    assert {record["account_id"] for record in demo_records} == set(demo.truth)


def test_exchanges_come_in_order_of_time_within_the_window(demo, demo_records):
    stamps = [record["ts"] for record in demo_records]
    assert stamps == sorted(stamps)
    first, last = (datetime.fromisoformat(stamp).timestamp() * 1000 for stamp in (stamps[0], stamps[-1]))
    assert demo.window.start <= first <= last < demo.window.end


def test_request_ids_are_unique_and_match_the_truth_per_exchange(demo, demo_records):
    truth = dict(demo.exchange_truth())
    assert len(truth) == len(demo_records)
    assert {record["request_id"] for record in demo_records} == set(truth)


def test_only_members_harvest_and_for_their_own_campaign(demo, demo_records):
    truth = dict(demo.exchange_truth())
    for record in demo_records:
        campaign = truth[record["request_id"]]
        if campaign is not None:
            assert demo.truth[record["account_id"]].campaign_id == campaign
            assert demo.truth[record["account_id"]].label == "attack"


def test_records_keep_the_canonical_contract(demo_records):
    for record in demo_records[::7]:
        assert set(record) == set(FIELDS)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["ts"])
        assert record["account_created_at"] <= record["ts"]
        assert len(record["country"]) == 2
        assert record["asn"] in range(64496, 64512) or record["asn"] in range(65536, 65552)
        assert record["ip"].startswith(("198.18.", "198.19.", "2001:db8:"))
        assert record["messages"]
        assert all(isinstance(message["content"], str) for message in record["messages"])
        assert (record["response_text"] is None) == (record["status"] != 200)
        assert record["input_tokens"] > 0
        assert record["tools"] is None or all(isinstance(tool, str) for tool in record["tools"])


def test_no_slot_of_the_grammar_is_left_open(demo_records):
    for record in demo_records[::5]:
        for message in record["messages"]:
            assert not re.search(r"\{[a-z]+2?x?\}|\[[a-z ]+\|", message["content"])


def test_no_payload_is_asked_twice_within_a_campaign(demo, demo_records):
    truth = dict(demo.exchange_truth())
    seen = defaultdict(Counter)
    for record in demo_records:
        campaign = truth[record["request_id"]]
        if campaign is not None:
            seen[campaign][record["messages"][-1]["content"]] += 1
    assert seen
    assert all(count == 1 for texts in seen.values() for count in texts.values())


def test_the_demo_has_its_three_campaigns_and_their_dilution_shows(demo, demo_records):
    truth = dict(demo.exchange_truth())
    harvest, total = Counter(), Counter()
    for record in demo_records:
        campaign = demo.truth[record["account_id"]].campaign_id
        if campaign is not None:
            total[campaign] += 1
            harvest[campaign] += truth[record["request_id"]] is not None
    assert len(demo.campaigns) == 3
    for described in demo.campaigns:
        name = described["campaign_id"]
        assert harvest[name] == described["harvest_exchanges"]
        assert total[name] == described["members_exchanges"]
        assert 1 - harvest[name] / total[name] == pytest.approx(described["dilution"], abs=0.03)


def test_a_history_has_the_same_people_and_none_of_the_campaigns(demo):
    past = make_world("demo-history", 7, accounts=700)
    known = set(past.truth) & set(demo.truth)
    assert len(known) == len(past.truth)
    assert {truth.label for truth in past.truth.values()} == {"benign"}
    assert past.window.end == demo.window.start
    assert all(campaign is None for _, campaign in past.exchange_truth())


def test_a_history_can_hold_older_campaigns_that_nobody_noticed():
    past = make_world("demo", 7, accounts=700, history_days=3, history_campaigns=2)
    assert len(past.campaigns) == 2
    assert any(truth.label == "attack" for truth in past.truth.values())


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ({"name": "dem", "seed": 1}, "did you mean 'demo'"),
        ({"name": "demo", "seed": -1}, ""),
        ({"name": "demo", "seed": 1, "accounts": 3}, ""),
        ({"name": "demo", "seed": 1, "exchanges": 2000}, "ask for at least"),
    ],
)
def test_numbers_and_names_that_make_no_world_are_refused(arguments, hint):
    with pytest.raises(StillwatchError) as caught:
        make_world(**arguments)
    assert hint in caught.value.hint


def test_a_history_can_be_written_down_and_lies_before_its_world() -> None:
    present = make_world("demo", 5, exchanges=40_000)
    past = make_world("demo-history", 5, exchanges=40_000)
    last = max(record["ts"] for record in past.exchanges())
    assert last < min(record["ts"] for record in present.exchanges())
