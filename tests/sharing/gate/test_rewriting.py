"""What the hub passes on carries nothing of the sender's choice of ids, names and times."""

from __future__ import annotations

import copy
import datetime
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.gate_sets.honest import MEMBER, TODAY, examples
from stillwatch.sharing.gate import Rewriter, Stamp
from stillwatch.sharing.stix.ids import repeatable_ids

HUB = "identity--9a1f0000-0000-4000-8000-00000000000f"
OTHER = "identity--9a1f0000-0000-4000-8000-000000000002"
REWRITER = Rewriter(b"k" * 32)
STAMP = Stamp(MEMBER, TODAY, HUB)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["indicator", "sighting", "relationship"]), st.integers(0, 2**64), st.integers(0, 9))
def test_what_says_the_same_becomes_the_same_whatever_id_and_day_it_came_with(name, seed, digit):
    obj = examples()[name]
    other = obj | {
        "id": repeatable_ids(seed)(obj["type"]),
        "created": "2026-10-03T00:00:00.000Z",
        "modified": f"2026-11-25T00:00:00.00{digit}Z",
    }
    assert REWRITER.rewrite(other, STAMP) == REWRITER.rewrite(obj, STAMP)


@pytest.mark.parametrize("name", examples())
def test_ids_are_of_version_4_and_differ_between_members_and_hubs(name):
    obj = examples()[name]
    ids = {
        REWRITER.identifier(obj, MEMBER),
        REWRITER.identifier(obj, OTHER),
        Rewriter(b"K" * 32).identifier(obj, MEMBER),
    }
    assert len(ids) == 3
    assert {uuid.UUID(each.partition("--")[2]).version for each in ids} == {4}
    assert {each.partition("--")[0] for each in ids} == {obj["type"]}


def changed(name, **changes):
    """An example with another value in it, wherever that stands."""
    obj = copy.deepcopy(examples()[name])
    own = next(iter(obj.get("extensions", {}).values()), {})
    for field, value in changes.items():
        (own if field in own else obj)[field] = value
    return obj


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("indicator", {"value": "AS64501"}),
        ("country", {"value": "FR"}),
        ("timing", {"kind": "coverage"}),
        ("sighting", {"week": "2026-11-09"}),
        ("sighting", {"sighting_of_ref": "indicator--9a1f0000-0000-4000-8000-0000000000a2"}),
        ("relationship", {"source_ref": "indicator--9a1f0000-0000-4000-8000-0000000000a2"}),
        ("relationship", {"target_ref": "campaign--9a1f0000-0000-4000-8000-0000000000b2"}),
        ("uses", {"relationship_type": "indicates"}),
        ("campaign", {"id": "campaign--9a1f0000-0000-4000-8000-0000000000b2"}),
    ],
)
def test_what_says_something_else_stays_apart(name, change):
    ids = {REWRITER.identifier(each, MEMBER) for each in (examples()[name], changed(name, **change))}
    assert len(ids) == 2


def test_no_two_of_a_members_objects_become_one():
    told_apart = {
        name: obj for name, obj in examples().items() if name != "wrong"
    }  # says it of the same week
    assert len({REWRITER.identifier(obj, MEMBER) for obj in told_apart.values()}) == len(told_apart)


@pytest.mark.parametrize("name", ["campaign", "infrastructure"])
def test_names_follow_from_the_new_id(name):
    written = REWRITER.rewrite(examples()[name], STAMP)
    assert written["name"] == f"{name} {written['id'].partition('--')[2][:8]}"


def test_the_reporter_is_shown_as_the_hub_says_everywhere():
    written = REWRITER.rewrite(examples()["sighting"], STAMP)
    assert written["created_by_ref"] == HUB
    assert written["where_sighted_refs"] == [HUB]
    assert MEMBER not in str(written)


def test_references_are_translated():
    new = "indicator--9a1f0000-0000-4000-8000-0000000000ff"
    stamp = Stamp(MEMBER, TODAY, HUB, translate=lambda _: new)
    assert REWRITER.rewrite(examples()["sighting"], stamp)["sighting_of_ref"] == new


def test_a_version_keeps_the_first_day_and_follows_the_last_one_by_a_millisecond():
    first = REWRITER.rewrite(examples()["indicator"], STAMP)
    second = REWRITER.rewrite(examples()["indicator"] | {"revoked": True}, STAMP, earlier=first)
    third = REWRITER.rewrite(examples()["indicator"], _on(TODAY + datetime.timedelta(days=1)), earlier=second)
    assert first["created"] == first["modified"] == "2026-11-26T00:00:00.000Z"
    assert (second["id"], second["created"]) == (first["id"], first["created"])
    assert second["modified"] == "2026-11-26T00:00:00.001Z"
    assert third["modified"] == "2026-11-27T00:00:00.000Z"


def test_versions_stay_in_order_even_if_the_clock_is_set_back():
    first = REWRITER.rewrite(examples()["indicator"], STAMP)
    before = REWRITER.rewrite(examples()["indicator"], _on(TODAY - datetime.timedelta(days=3)), earlier=first)
    assert before["modified"] > first["modified"]


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="32"):
        Rewriter(b"short")


def _on(day):
    return Stamp(MEMBER, day, HUB)
