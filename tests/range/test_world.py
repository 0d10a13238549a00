import itertools
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime

import orjson
import pytest

from stillwatch.core.exchange import FIELDS
from stillwatch.errors import StillwatchError
from stillwatch.range.spec import planned
from stillwatch.range.splits import SPLITS
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


WRITE = """
import hashlib, pathlib, sys
from stillwatch.range.spec import planned
from stillwatch.range.splits import SPLITS
from stillwatch.range.world import make_world
from stillwatch.range.writing import write_world
folder = pathlib.Path(sys.argv[1])
write_world(make_world("demo", 6, 150, 3000, split="frozen"), folder, workers=int(sys.argv[2]))
for path in sorted(folder.iterdir()):
    print(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
"""


def test_two_processes_with_other_hash_seeds_and_workers_write_the_same_bytes(tmp_path):
    found = []
    for number in (1, 2):
        done = subprocess.run(
            [sys.executable, "-c", WRITE, str(tmp_path / str(number)), str(number)],
            env={**os.environ, "PYTHONHASHSEED": str(number)},
            capture_output=True,
            text=True,
            check=True,
        )
        found.append(done.stdout)
    assert found[0] == found[1]
    assert len(found[0].splitlines()) == 5


@pytest.fixture(scope="module", params=SPLITS)
def standard(request):
    return make_world("standard", 2, accounts=400, split=request.param)


def test_truth_knobs_and_traffic_agree(standard):
    """What ``campaigns.json`` says of a campaign is what its members do."""
    truth = list(standard.exchange_truth())
    harvested = Counter(campaign for _, campaign in truth if campaign)
    owners = [standard.accounts[index] for index in standard._schedule.account.tolist()]
    theirs = Counter(account.campaign_id for account in owners)
    members = Counter(account.campaign_id for account in standard.accounts)
    for described in standard.campaigns:
        name = described["campaign_id"]
        assert members[name] == described["members"] == described["accounts"]
        assert harvested[name] == described["harvest_exchanges"]
        assert theirs[name] == described["members_exchanges"]
        assert 1 - harvested[name] / theirs[name] == pytest.approx(described["dilution"], abs=0.08)
        when = standard._schedule.when[[campaign == name for _, campaign in truth]]
        assert described["start_ms"] <= when.min()
        assert when.max() < described["end_ms"]


def test_the_truth_of_an_exchange_is_that_of_the_stream_it_comes_from(standard):
    for index, (request, campaign) in itertools.islice(enumerate(standard.exchange_truth()), 0, None, 37):
        (record,) = standard.exchanges(index, index + 1)
        assert record["request_id"] == request
        owner = standard.truth[record["account_id"]]
        assert campaign in (None, owner.campaign_id)
        assert (owner.label == "attack") == (owner.campaign_id is not None)


def test_half_of_a_pivoting_campaign_moves_to_the_new_model_within_a_day():
    plans = [
        planned(
            "release_pivot", "frozen", "night_batches", accounts=60, exchanges=20, dilution=0.0, churn=0.0
        )
    ]
    world = make_world("benign", 1, 250, 6000, split="frozen", campaigns=plans)
    release = world.window.start + int(0.6 * (world.window.end - world.window.start))
    after, moved = Counter(), Counter()
    for record, (_, campaign) in zip(world.exchanges(), world.exchange_truth(), strict=True):
        when = datetime.fromisoformat(record["ts"]).timestamp() * 1000
        assert record["model"] != "example-large-3" or when >= release - 1
        if when > release + 86_400_000 and record["model"].startswith("example-large"):
            after[campaign] += 1
            moved[campaign] += record["model"] == "example-large-3"
    assert moved["camp-01"] / after["camp-01"] == pytest.approx(0.6, abs=0.15)
    assert 0.05 < moved[None] / after[None] < 0.5


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
    present = make_world("demo", 5, accounts=800, exchanges=20_000)
    past = make_world("demo-history", 5, accounts=800, exchanges=20_000)
    (last,) = past.exchanges(len(past) - 1)
    assert last["ts"] < next(present.exchanges())["ts"]
