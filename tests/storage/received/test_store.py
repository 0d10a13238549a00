"""What a pull brought, and how far it came: both on disk, or neither."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.core.indicator import (
    CountClass,
    DetectorRef,
    Indicator,
    IndicatorKind,
    Marking,
    Sighting,
    SightingKind,
)
from stillwatch.errors import StillwatchError
from stillwatch.storage.received.marks import marks_in, marks_of
from stillwatch.storage.received.records import (
    Match,
    Pivot,
    Provenance,
    ReceivedIndicator,
    ReceivedSighting,
    SignatureState,
)
from stillwatch.storage.received.store import Page, ReceivedStore, Refusal, open_sharing

MET = "2026-11-24T09:00:00+00:00"
DAY = "2026-11-26"
THING = Indicator(
    "indicator--1",
    IndicatorKind.NETWORK,
    "AS64500",
    ("AML.T0024.002",),
    CountClass.TENS,
    "2026-11-16",
    "2026-11-23",
    (DetectorRef("novelty", "0.1.0", "ab" * 32),),
    80,
    Marking.AMBER,
    "2027-03-01",
)
ORIGIN = Provenance(
    "forum", "identity--a", SignatureState.VERIFIED, "2026-11-24T00:00:00.000Z", "2026-11-24T10:00:00+00:00",
    "2026-11-24T10:00:00+00:00",
)  # fmt: skip


@pytest.fixture
def store(tmp_path):
    database = open_sharing(tmp_path / "sharing.sqlite")
    yield ReceivedStore(database)
    database.close()


def received(**changes) -> ReceivedIndicator:
    """An indicator; ``version`` and ``signature`` are its origin's, everything else its own."""
    origin = {
        k: changes.pop(k)
        for k in list(changes)
        if k in ("version", "signature", "reporter", "first_received")
    }
    weight = changes.pop("weight", 0.5)
    thing = dataclasses.replace(THING, **changes)
    return ReceivedIndicator(thing, dataclasses.replace(ORIGIN, **origin), weight, thing.last_week)


def sighting(kind: SightingKind, week: str, **origin) -> ReceivedSighting:
    thing = Sighting(f"sighting--{kind}-{week}", "indicator--1", kind, week, None, Marking.AMBER)
    return ReceivedSighting(thing, dataclasses.replace(ORIGIN, **origin))


def page(*indicators, sightings=(), refused=(), after="2026-11-24T10:00:00.000001Z") -> Page:
    return Page(
        "forum",
        "indicators",
        indicators,
        tuple(sightings),
        tuple(refused),
        after,
        "2026-11-24T10:00:00+00:00",
    )


def test_an_indicator_comes_back_as_it_was_received(store):
    assert store.apply(page(received())).new == 1
    assert store.indicators() == [received()]
    assert store.get("indicator--1") == received()
    assert store.get("indicator--2") is None


def test_the_cursor_is_kept_with_the_page(store):
    assert store.cursor("forum", "indicators") is None
    store.apply(page(received()))
    assert store.cursor("forum", "indicators") == "2026-11-24T10:00:00.000001Z"
    store.apply(page(after=None))
    assert store.cursor("forum", "indicators") == "2026-11-24T10:00:00.000001Z", "an empty page moves nothing"


def test_a_page_that_cannot_be_kept_leaves_the_cursor_where_it_was(store):
    broken = received(indicator_id="indicator--2", value=None)
    with pytest.raises(StillwatchError):
        store.apply(page(received(), broken))
    assert store.cursor("forum", "indicators") is None
    assert store.indicators() == []


def test_a_page_that_is_read_twice_changes_nothing(store):
    store.apply(page(received()))
    again = store.apply(page(received()))
    assert (again.new, again.changed) == (0, 0)


def test_a_retraction_is_felt_and_stands_against_older_versions(store):
    store.apply(page(received()))
    taken_back = received(revoked=True, version="2026-11-25T00:00:00.000Z")
    assert store.apply(page(taken_back)).revoked == ("indicator--1",)
    assert store.indicators(today=DAY) == []
    store.apply(page(received(version="2026-11-24T00:00:00.001Z")))
    store.apply(page(received(version="2026-12-24T00:00:00.000Z")))
    assert store.get("indicator--1").indicator.revoked, "what was taken back gets no further versions"
    assert store.unacknowledged("forum") == ["indicator--1"]
    store.acknowledged(["indicator--1"], "2026-11-25T10:00:00+00:00")
    assert store.unacknowledged("forum") == []
    assert store.get("indicator--1").provenance.acknowledged_at == "2026-11-25T10:00:00+00:00"


def test_what_has_run_out_is_left_out(store):
    store.apply(page(received(valid_until="2026-11-25")))
    assert store.indicators(today=DAY) == []
    assert len(store.indicators()) == 1


def test_the_latest_sighting_says_when_it_was_last_seen(store):
    seen = [sighting(SightingKind.SEEN, "2026-11-30"), sighting(SightingKind.FALSE_POSITIVE, "2026-12-07")]
    forged = sighting(SightingKind.SEEN, "2026-12-14", signature=SignatureState.INVALID)
    store.apply(page(received(), sightings=[*seen, forged]))
    assert store.get("indicator--1").seen_week == "2026-11-30"
    assert len(store.sightings("indicator--1")) == 3


def test_what_was_put_aside_is_kept_with_its_reason(store):
    store.apply(page(refused=[Refusal("indicator--9", "no form")]))
    assert store.refused() == [Refusal("indicator--9", "no form")]


def test_matches_grow(store):
    first = Match("indicator--1", Pivot.PAYMENT, "7", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", 3)
    later = dataclasses.replace(
        first, first_ts="2026-11-22T00:00:00Z", last_ts="2026-11-23T00:00:00Z", exchanges=2
    )
    store.record_matches([first])
    store.record_matches([later])
    assert store.matches() == [dataclasses.replace(first, last_ts="2026-11-23T00:00:00Z")]


def test_marks_are_of_what_stands_and_was_met_or_stands_in_clear(store):
    template = received(indicator_id="indicator--2", kind=IndicatorKind.TEMPLATE, value="e1:00")
    forged = received(indicator_id="indicator--3", signature=SignatureState.INVALID)
    weightless = received(indicator_id="indicator--4", weight=0.0)
    unmet = received(indicator_id="indicator--5", kind=IndicatorKind.TEMPLATE, value="e1:01")
    store.apply(page(received(weight=0.5), template, forged, weightless, unmet))
    store.record_matches([Match("indicator--2", Pivot.ACCOUNT, "acct-1", MET, MET, 2)])
    found = {mark.indicator_id: mark for mark in marks_of(store, DAY)}
    assert set(found) == {"indicator--1", "indicator--2"}
    assert (found["indicator--1"].pivot, found["indicator--1"].value) == (Pivot.ASN, "64500")
    assert found["indicator--1"].weight == pytest.approx(0.5 * 0.8)
    assert found["indicator--2"].value == "acct-1"
    store.weigh({"indicator--1": 7.0})
    assert store.get("indicator--1").weight == 1.0, "no weight is above one"


def test_a_database_that_is_not_there_is_told(tmp_path):
    with pytest.raises(StillwatchError) as caught:
        marks_in(tmp_path / "none.sqlite")
    assert caught.value.code == "SW-SQL-10"


@settings(max_examples=40, deadline=None)
@given(
    order=st.permutations(range(4)),
    revoked=st.sets(st.integers(0, 3)),
)
def test_whatever_order_versions_come_in_a_retraction_ends_them(tmp_path_factory, order, revoked):
    database = open_sharing(tmp_path_factory.mktemp("order") / "sharing.sqlite")
    try:
        store = ReceivedStore(database)
        stands = True
        latest = -1
        for number in order:
            store.apply(page(received(version=f"2026-11-24T00:00:00.00{number}Z", revoked=number in revoked)))
            if stands and number > latest:
                latest, stands = number, number not in revoked
        assert store.get("indicator--1").indicator.revoked is not stands
    finally:
        database.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_both_databases_keep_the_same(kind, request, tmp_path):
    place = str(tmp_path / "sharing.sqlite")
    if kind == "postgresql":
        import psycopg

        server = request.getfixturevalue("postgresql_server")
        with psycopg.connect(f"host={server} user=stillwatch dbname=postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE received_test")
        place = f"postgresql+psycopg://stillwatch@/received_test?host={server}"
    database = open_sharing(place)
    try:
        store = ReceivedStore(database)
        store.apply(page(received(), sightings=[sighting(SightingKind.SEEN, "2026-11-30")]))
        store.record_matches([Match("indicator--1", Pivot.ACCOUNT, "a", MET, MET, 1)])
        assert store.get("indicator--1").seen_week == "2026-11-30"
        assert store.cursor("forum", "indicators")
        assert len(marks_of(store, DAY)) == 2
    finally:
        database.close()
