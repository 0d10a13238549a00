"""``stillwatch formats``: which logs can be read, and what each can and cannot supply."""

from __future__ import annotations

import json

from stillwatch.core.exchange import FIELDS


def test_every_format_is_listed_with_what_it_supplies_and_lacks(stillwatch) -> None:
    done = stillwatch("formats", "--json")
    assert done.returncode == 0, done.stderr
    listed = json.loads(done.stdout)
    assert "canonical" in [each["name"] for each in listed]
    for each in listed:
        assert set(each["supplies"]) | set(each["lacks"]) == set(FIELDS)
        assert not set(each["supplies"]) & set(each["lacks"])


def test_people_get_a_list_that_fits_the_terminal(stillwatch) -> None:
    done = stillwatch("formats")
    assert "canonical: " in done.stdout
    assert "supplies" in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 100


def test_one_format_can_be_asked_for(stillwatch) -> None:
    (only,) = json.loads(stillwatch("formats", "canonical", "--json").stdout)
    assert only["name"] == "canonical"
    assert only["lacks"] == []


def test_a_misspelt_format_is_answered_with_the_nearest(stillwatch) -> None:
    done = stillwatch("formats", "cannonical")
    assert done.returncode == 2
    assert "did you mean canonical?" in done.stderr
