import csv
import gzip
import json
from datetime import datetime

import pytest

from stillwatch.errors import StillwatchError
from stillwatch.range.world import make_world
from stillwatch.range.writing import write_world


@pytest.fixture(scope="module")
def small():
    return make_world("demo", 3, accounts=150, exchanges=6000)


def milliseconds(ts):
    return round(datetime.fromisoformat(ts).timestamp() * 1000)


def lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as source:
        return [json.loads(line) for line in source]


def test_the_bytes_do_not_depend_on_the_number_of_processes(small, tmp_path):
    one = write_world(small, tmp_path / "one", workers=1)
    two = write_world(small, tmp_path / "two", workers=2)
    for name in ("logs", "truth", "campaigns", "exchange_truth", "registrations"):
        assert getattr(one, name).read_bytes() == getattr(two, name).read_bytes()


def test_both_formats_carry_the_same_exchanges(small, tmp_path):
    canonical = lines(write_world(small, tmp_path / "c").logs)
    litellm = lines(write_world(small, tmp_path / "l", "litellm").logs)
    assert len(canonical) == len(litellm) == len(small)
    for ours, theirs in zip(canonical, litellm, strict=True):
        assert theirs["id"] == ours["request_id"]
        assert theirs["metadata"]["user_api_key_user_id"] == ours["account_id"]
        assert theirs["messages"] == ours["messages"]
        assert theirs["requester_ip_address"] == ours["ip"]
        assert theirs["completion_tokens"] == ours["output_tokens"]
        assert (theirs["status"] == "success") == (ours["status"] == 200)
        answer = theirs["response"]["choices"][0]["message"]["content"] if theirs["response"] else None
        assert answer == ours["response_text"]
        assert [tool["function"]["name"] for tool in theirs["model_parameters"].get("tools", [])] == (
            ours["tools"] or []
        )


def test_truth_files_agree_with_the_world(small, tmp_path):
    written = write_world(small, tmp_path)
    rows = list(csv.DictReader(written.truth.open()))
    assert {row["account_id"]: row["label"] for row in rows} == {
        account: truth.label for account, truth in small.truth.items()
    }
    described = json.loads(written.campaigns.read_text())
    assert described["exchanges"] == len(small)
    assert {campaign["campaign_id"] for campaign in described["campaigns"]} == {
        row["campaign_id"] for row in rows if row["campaign_id"]
    }
    with gzip.open(written.exchange_truth, "rt") as source:
        listed = list(csv.DictReader(source))
    assert len(listed) == len(small)
    assert [(row["request_id"], row["account_id"], int(row["ts_ms"])) for row in listed[:500]] == [
        (record["request_id"], record["account_id"], milliseconds(record["ts"]))
        for record in small.exchanges(0, 500)
    ]


def test_an_unknown_format_is_refused_with_the_known_ones(small, tmp_path):
    with pytest.raises(StillwatchError, match="cannot be written as 'xml'"):
        write_world(small, tmp_path, "xml")


def test_a_folder_that_cannot_be_made_is_reported_as_such(small, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StillwatchError, match="cannot be written"):
        write_world(small, tmp_path / "file" / "world")
