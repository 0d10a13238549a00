"""Worlds with real prompts and arrivals; the data lies beside a checkout, not in it."""

import gzip
import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from stillwatch.errors import StillwatchError
from stillwatch.range.realdata.clients import clients
from stillwatch.range.realdata.prompts import Prompts, dealt
from stillwatch.range.splits import SPLITS
from stillwatch.range.world import make_world

DATA = Path(__file__).parents[3] / ".." / "shared" / "data"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="the public data sets are not part of the repository"
)


@pytest.fixture(scope="module")
def worlds():
    return {
        data: make_world("demo", 2, accounts=150, exchanges=4000, data=DATA if data else None)
        for data in (True, False)
    }


@needs_data
def test_real_prompts_change_what_is_said_and_not_who_is_who(worlds):
    assert worlds[True].truth == worlds[False].truth
    assert len(worlds[True]) == len(worlds[False])
    texts = [{r["messages"][0]["content"] for r in world.exchanges(0, 1500)} for world in worlds.values()]
    assert len(texts[0] - texts[1]) > 300


@needs_data
def test_people_say_what_real_people_said(worlds):
    known = set(Prompts(DATA).texts["arena_hard/prompts"]) | set(
        Prompts(DATA).texts["ultrachat_eval/prompts"]
    )
    said = {record["messages"][0]["content"] for record in worlds[True].exchanges()}
    assert len(said & known) > 50


@needs_data
def test_real_texts_are_dealt_to_the_splits_without_overlap():
    texts = Prompts(DATA).texts["gsm8k/train"]
    parts = [set(dealt(texts, split)) for split in SPLITS]
    assert set().union(*parts) == set(texts)
    assert not any(one & other for one, other in itertools.combinations(parts, 2))


@needs_data
def test_a_real_client_sends_as_many_requests_as_are_wanted_in_order():
    client = clients(DATA)[0]
    times = client.draw(np.random.default_rng(1), 500, 1000, 1000 + 10 * 86_400_000)
    assert len(times) == 500
    assert (np.diff(times) >= 0).all()
    assert 1000 <= times[0] <= times[-1] < 1000 + 10 * 86_400_000


@needs_data
def test_a_world_of_real_prompts_is_the_same_each_time(worlds):
    again = make_world("demo", 2, accounts=150, exchanges=4000, data=DATA)
    assert list(again.exchanges(1000, 1300)) == list(worlds[True].exchanges(1000, 1300))


def test_a_missing_folder_and_a_missing_file_are_named(tmp_path):
    with pytest.raises(StillwatchError, match="no data folder"):
        make_world("demo", 1, accounts=150, data=tmp_path / "none")
    with pytest.raises(StillwatchError, match="has no oasst2_slice"):
        make_world("demo", 1, accounts=150, data=tmp_path)


def test_a_damaged_file_is_named(tmp_path):
    folder = tmp_path / "oasst2_slice"
    folder.mkdir()
    with gzip.open(folder / "messages.jsonl.gz", "wt") as file:
        file.write(json.dumps({"lang": "en"}) + "\n{broken\n")
    with pytest.raises(StillwatchError, match=r"messages\.jsonl\.gz of the data folder cannot be read"):
        _ = Prompts(tmp_path).spoken
