from __future__ import annotations

import concurrent.futures
import contextlib
import datetime
from pathlib import Path

import pytest
from tests.keyservice.conftest import START, Clock

from stillwatch.errors import StillwatchError
from stillwatch.keyservice.membership import Membership
from stillwatch.keyservice.tables import KEYSERVICE
from stillwatch.keyservice.usage import Usage
from stillwatch.storage.sql import SqlDatabase


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path):
    where = tmp_path / "k.sqlite" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    with SqlDatabase(where, KEYSERVICE) as opened:
        opened.upgrade()
        yield opened


def test_batches_that_come_at_once_never_exceed_the_quota(database: SqlDatabase, clock: Clock) -> None:
    membership, usage = Membership(database, clock), Usage(database, clock)
    membership.find(membership.add("lab-1", quota=50))
    (member,) = membership.all()

    def spend(number: int) -> int:
        with contextlib.suppress(StillwatchError):  # what does not fit is refused
            return 7 if usage.spend(member, "e1", [bytes([number])] * 7).counted else 0
        return 0

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        spent = sum(pool.map(spend, range(20)))
    assert spent == usage.spent_today("lab-1") == 49


def test_tokens_are_found_by_digest_and_end_when_they_should(database: SqlDatabase, clock: Clock) -> None:
    membership = Membership(database, clock)
    first = membership.add("lab-1")
    assert first not in str(membership.all())
    second = membership.rotate("lab-1", grace_hours=24)
    assert membership.find(first) == membership.find(second) != None  # noqa: E711 - both are the same member
    with pytest.raises(StillwatchError, match="two valid tokens"):
        membership.rotate("lab-1", grace_hours=24)
    clock.move(hours=25)
    assert membership.find(first) is None
    assert membership.find(second).name == "lab-1"
    third = membership.rotate("lab-1", grace_hours=0)
    assert membership.find(second) is None
    assert membership.remove_tokens("lab-1") == 3
    assert membership.find(third) is None


@pytest.mark.parametrize("name", ["", "Lab", "lab 1", "l" * 41, "-lab", "läb"])
def test_a_name_is_short_and_plain(tmp_path: Path, clock: Clock, name: str) -> None:
    with SqlDatabase(tmp_path / "k.sqlite", KEYSERVICE) as opened:
        opened.upgrade()
        with pytest.raises(StillwatchError) as refused:
            Membership(opened, clock).add(name)
        assert refused.value.code == "SW-KEY-17"


def test_an_unknown_member_is_answered_with_the_nearest_and_a_quota_has_bounds(
    tmp_path: Path, clock: Clock
) -> None:
    with SqlDatabase(tmp_path / "k.sqlite", KEYSERVICE) as opened:
        opened.upgrade()
        membership = Membership(opened, clock)
        membership.add("lab-1")
        with pytest.raises(StillwatchError) as refused:
            membership.change("lab-l", quota=5)
        assert refused.value.hint == "did you mean lab-1?"
        for quota in (-1, 1_000_001):
            with pytest.raises(StillwatchError) as refused:
                membership.change("lab-1", quota=quota)
            assert refused.value.code == "SW-KEY-21"


def test_what_is_old_is_forgotten_and_todays_is_not(tmp_path: Path, clock: Clock) -> None:
    with SqlDatabase(tmp_path / "k.sqlite", KEYSERVICE) as opened:
        opened.upgrade()
        membership, usage = Membership(opened, clock), Usage(opened, clock)
        membership.add("lab-1")
        (member,) = membership.all()
        usage.spend(member, "e1", [b"1" * 32])
        clock.move(days=1)
        usage.spend(member, "e1", [b"2" * 32])
        usage.forget()
        assert usage.spent_today("lab-1") == 1
        assert not usage.spend(member, "e1", [b"2" * 32]).counted
        clock.time = START + datetime.timedelta(hours=1)
        assert usage.spent_today("lab-1") == 1
        clock.move(days=500)
        usage.forget()
        clock.time = START
        assert usage.spent_today("lab-1") == 0
