"""Core types become STIX objects and come back unchanged; what is not ours is refused without being quoted."""

from __future__ import annotations

import datetime
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.gate_sets.honest import examples, honest
from stillwatch.core.indicator import (
    CountClass,
    DetectorRef,
    Indicator,
    IndicatorKind,
    Marking,
    Sighting,
    SightingKind,
)
from stillwatch.core.shared_campaign import SharedCampaign, SharedInfrastructure, SharedLink
from stillwatch.core.vocabulary import INFRASTRUCTURES, TECHNIQUES
from stillwatch.errors import StillwatchError
from stillwatch.sharing.stix import from_stix, to_stix
from stillwatch.sharing.stix.ids import random_id, repeatable_ids
from stillwatch.sharing.stix.markings import definitions, marking_of, marking_refs
from stillwatch.sharing.stix.names import PROJECT

DAY = datetime.date(2026, 11, 26)
mondays = st.integers(0, 200).map(
    lambda weeks: (datetime.date(2024, 1, 1) + datetime.timedelta(weeks=weeks)).isoformat()
)
techniques = st.sets(st.sampled_from(sorted(TECHNIQUES)), min_size=1, max_size=6).map(
    lambda found: tuple(sorted(found))
)
detectors = st.lists(
    st.builds(
        DetectorRef,
        st.sampled_from(["coverage", "novelty", "sustained"]),
        st.just("0.1.0"),
        st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}"),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda each: each.name,
).map(lambda found: tuple(sorted(found, key=lambda each: each.name)))
markings = st.sampled_from(Marking)
counts = st.sampled_from(CountClass)
confidences = st.integers(0, 10).map(lambda step: 10 * step)


def ids(kind: str) -> st.SearchStrategy[str]:
    return st.binary(min_size=16, max_size=16).map(lambda raw: f"{kind}--{uuid.UUID(bytes=raw, version=4)}")


things = st.one_of(
    st.builds(
        Indicator,
        ids("indicator"),
        st.sampled_from(IndicatorKind),
        st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=3, max_size=20),
        techniques,
        counts,
        mondays,
        mondays,
        detectors,
        confidences,
        markings,
        mondays,
        st.booleans(),
    ),
    st.builds(
        Sighting, ids("sighting"), ids("indicator"), st.just(SightingKind.SEEN), mondays, counts, markings
    ),
    st.builds(
        Sighting,
        ids("sighting"),
        ids("indicator"),
        st.sampled_from([SightingKind.FALSE_POSITIVE, SightingKind.EXPIRED]),
        mondays,
        st.none(),
        markings,
    ),
    st.builds(
        SharedCampaign,
        ids("campaign"),
        techniques,
        counts,
        mondays,
        mondays,
        confidences,
        markings,
        st.booleans(),
    ),
    st.builds(
        SharedInfrastructure,
        ids("infrastructure"),
        st.sampled_from(INFRASTRUCTURES),
        counts,
        mondays,
        mondays,
        confidences,
        markings,
        st.booleans(),
    ),
    st.builds(
        SharedLink,
        ids("relationship"),
        ids("indicator"),
        st.just("indicates"),
        ids("campaign"),
        markings,
        st.booleans(),
    ),
)


@given(things)
def test_whatever_goes_out_comes_back_the_same(thing):
    assert from_stix(to_stix(thing, author=PROJECT, day=DAY)) == thing


def test_lists_leave_in_the_canonical_order_whatever_order_they_had():
    network = from_stix(examples()["indicator"])
    assert isinstance(network, Indicator)
    turned = Indicator(
        **{
            **{name: getattr(network, name) for name in Indicator.__slots__},
            "techniques": network.techniques[::-1],
            "detectors": network.detectors[::-1],
        }
    )
    assert to_stix(turned, day=DAY) == to_stix(network, day=DAY)


def test_what_is_wrong_or_out_of_date_counts_zero_so_that_nobody_takes_it_for_a_confirmation():
    seen, wrong = examples()["sighting"], examples()["wrong"]
    assert "count" not in seen
    assert wrong["count"] == 0


def test_every_sighting_says_where_because_an_importer_fails_without():
    for obj in honest():
        if obj["type"] == "sighting":
            assert obj["where_sighted_refs"] == [obj["created_by_ref"]]


@pytest.mark.parametrize("marking", Marking)
def test_a_marking_survives_and_its_fall_back_never_widens_it(marking):
    assert marking_of(marking_refs(marking)) is marking
    current, fall_back = definitions(marking)
    assert [current["id"], fall_back["id"]] == marking_refs(marking)
    narrowness = ["white", "green", "amber", "red"]
    least = {"clear": "white", "green": "green", "amber": "amber", "amber+strict": "red", "red": "red"}
    assert narrowness.index(fall_back["definition"]["tlp"]) >= narrowness.index(least[marking.value])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "note"}, "type"),
        ({"type": ["indicator"]}, "type"),
        ({"extensions": {}}, "extension-definition--eb209a0a-fe35-4d57-adac-ccfe4103c82b"),
        ({"extensions": "secret words"}, "extensions"),
        ({"confidence": "secret words"}, "confidence"),
        ({"confidence": True}, "confidence"),
        ({"object_marking_refs": []}, "object_marking_refs"),
        ({"object_marking_refs": ["secret words"]}, "object_marking_refs"),
        ({"object_marking_refs": [7]}, "object_marking_refs"),
        ({"valid_until": None}, "valid_until"),
    ],
)
def test_an_object_that_is_not_ours_names_the_field_and_quotes_nothing(change, field):
    with pytest.raises(StillwatchError) as caught:
        from_stix(examples()["indicator"] | change)
    assert caught.value.code == "SW-STIX-02"
    assert caught.value.where == field
    assert "secret" not in caught.value.render()


def test_ids_are_random_in_use_and_repeatable_in_tests():
    assert random_id("indicator") != random_id("indicator")
    assert repeatable_ids(5)("indicator") == repeatable_ids(5)("indicator")
    assert uuid.UUID(repeatable_ids(5)("indicator").partition("--")[2]).version == 4
