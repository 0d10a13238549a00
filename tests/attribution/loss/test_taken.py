from __future__ import annotations

import json

import pytest

from stillwatch.attribution.loss.taken import from_campaigns
from stillwatch.errors import StillwatchError


def campaign(name: str, **changes: object) -> dict[str, object]:
    return {
        "campaign_id": name,
        "accounts": ["a", "b"],
        "score": 0.99,
        "exchanges": 1000,
        "first_ts": "2026-11-01T00:00:00Z",
        "last_ts": "2026-11-02T00:00:00Z",
        "leaked": 120,
    } | changes


def written(tmp_path, *records):
    path = tmp_path / "campaigns.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in records))
    return path


def test_campaigns_are_counted_together_from_file_or_folder(tmp_path):
    path = written(
        tmp_path, campaign("c1"), campaign("c2", exchanges=50, leaked=5, last_ts="2026-11-20T00:00:00Z")
    )
    found = from_campaigns(path)
    assert (found.exchanges, found.before_alarm, found.accounts, found.campaigns) == (1050, 125, 4, 2)
    assert (found.first_ts, found.last_ts) == ("2026-11-01T00:00:00Z", "2026-11-20T00:00:00Z")
    assert from_campaigns(tmp_path) == found


def test_one_campaign_can_be_chosen_and_an_unknown_one_is_named(tmp_path):
    path = written(tmp_path, campaign("c1"), campaign("c2", exchanges=50))
    assert from_campaigns(path, ["c2"]).exchanges == 50
    with pytest.raises(StillwatchError, match="no campaign 'c3'") as caught:
        from_campaigns(path, ["c3"])
    assert caught.value.code == "SW-LOSS-11"


def test_a_first_alarm_that_is_not_known_is_not_zero(tmp_path):
    assert from_campaigns(written(tmp_path, campaign("c1", leaked=None), campaign("c2"))).before_alarm is None


@pytest.mark.parametrize(
    "record", [["no"], {"campaign_id": "c"}, campaign("c", exchanges=-1), campaign("c", accounts=3)]
)
def test_a_line_that_is_no_campaign_is_named(tmp_path, record):
    with pytest.raises(StillwatchError) as caught:
        from_campaigns(written(tmp_path, campaign("c1"), record))
    assert caught.value.code == "SW-LOSS-10"
    assert caught.value.where.endswith("campaigns.jsonl:2")


def test_nothing_found_is_nothing_taken(tmp_path):
    with pytest.raises(StillwatchError) as caught:
        from_campaigns(written(tmp_path))
    assert caught.value.code == "SW-LOSS-11"
    with pytest.raises(StillwatchError) as caught:
        from_campaigns(tmp_path / "missing")
    assert caught.value.code == "SW-LOSS-10"
