"""Parts of the hub alone: rights, quotas, spelling, bounds."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.indicator import Marking
from stillwatch.errors import StillwatchError
from stillwatch.hub.judging.limits import DEEPEST, canonical, envelope, shape
from stillwatch.hub.judging.spelling import respelt
from stillwatch.hub.members.records import Member
from stillwatch.hub.quotas import Quotas
from stillwatch.hub.rights import BY_NAME, COLLECTIONS, MemberKind, Quota, access, readable, readers
from stillwatch.hub.tables import METADATA

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=30,
)


def member(requests=60, objects=10):
    return Member(1, "lab-1", MemberKind.LAB, "identity--x", "", None, True, False, Quota(requests, objects))


def test_only_the_agency_reads_what_is_written_to_the_government():
    government = BY_NAME["government"]
    assert readers(government) == (MemberKind.GOVERNMENT,)
    assert access(MemberKind.LAB, government).write
    assert not access(MemberKind.GOVERNMENT, government).write


def test_who_is_no_lab_or_platform_sees_nothing_marked_amber():
    for kind in (MemberKind.RESELLER, MemberKind.GOVERNMENT):
        seen = [each for each in COLLECTIONS if access(kind, each).read and each.alias != "government"]
        assert all(each.markings <= {Marking.CLEAR, Marking.GREEN} for each in seen)


def test_auditors_write_nothing_and_every_collection_has_a_reader():
    assert not any(access(MemberKind.AUDITOR, each).write for each in COLLECTIONS)
    assert all(readers(each) for each in COLLECTIONS)
    assert (
        len({each.number for each in COLLECTIONS})
        == len({each.id for each in COLLECTIONS})
        == len(COLLECTIONS)
    )
    assert readable(MemberKind.RESELLER) == (2, 5)


def test_requests_run_out_and_come_back(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    quotas, lab = Quotas(), member(requests=60)
    for _ in range(60):
        quotas.request(lab)
    with pytest.raises(StillwatchError, match="60 requests a minute"):
        quotas.request(lab)
    now[0] += 2.0
    quotas.request(lab)


def test_objects_of_a_day_run_out_are_not_half_counted_and_begin_anew_tomorrow(monkeypatch):
    day = [20_000]
    monkeypatch.setattr(time, "time", lambda: day[0] * 86_400.0)
    quotas, lab = Quotas(), member(objects=10)
    quotas.objects(lab, 8)
    with pytest.raises(StillwatchError, match="8 were sent today"):
        quotas.objects(lab, 3)
    quotas.objects(lab, 2)
    day[0] += 1
    quotas.objects(lab, 10)
    quotas.restore({1: 9}, day[0])
    with pytest.raises(StillwatchError):
        quotas.objects(lab, 2)


@given(JSON)
def test_any_value_has_a_shape_or_a_reason_why_not(value):
    wrong = shape(value, canonical(value))
    assert isinstance(wrong, str)
    assert wrong or isinstance(value, dict)


@given(st.integers(1, 40), st.sampled_from(["list", "object"]))
def test_nesting_is_counted_exactly(depth, kind):
    value = "x"
    for _ in range(depth):
        value = [value] if kind == "list" else {"a": value}
    obj = {"type": "indicator", "id": "indicator--5d4c1f6e-6f0a-4c39-9f0e-2a6f5b1c7d01", "a": value}
    assert bool(shape(obj, canonical(obj))) == (depth + 1 > DEEPEST)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_envelope_or_an_error_of_ours(data):
    with contextlib.suppress(StillwatchError):
        assert envelope(data)


def test_two_spellings_become_one():
    short = {
        "created": "2026-11-26T00:00:00Z",
        "valid_until": "2026-11-26T00:00:00Z",
        "pattern_version": "2.1",
        "revoked": False,
    }
    assert respelt(short) == {
        "created": "2026-11-26T00:00:00.000Z",
        "valid_until": "2026-11-26T00:00:00.000Z",
    }
    long = {"created": "2026-11-26T00:00:00.000Z", "revoked": True}
    assert respelt(long) is long
    assert respelt([1]) == [1]


def test_migrations_make_the_tables_that_the_program_uses(tmp_path):
    import sqlalchemy as sa

    from stillwatch.hub.tables import HUB
    from stillwatch.storage.sql import SqlDatabase

    with SqlDatabase(tmp_path / "hub.sqlite", HUB) as database:
        database.upgrade()
        with database.read() as connection:
            found = sa.inspect(connection)
            for table in METADATA.sorted_tables:
                columns = {each["name"]: bool(each["nullable"]) for each in found.get_columns(table.name)}
                assert columns == {each.name: bool(each.nullable) for each in table.columns}, table.name
                indexes = {each["name"] for each in found.get_indexes(table.name)}
                assert indexes == {each.name for each in table.indexes}
