from __future__ import annotations

import contextlib
import random
from pathlib import Path

from tests.keyservice.conftest import Clock

from stillwatch.errors import StillwatchError
from stillwatch.keyservice.alarms import Alarms, Hour, patterns
from stillwatch.keyservice.membership import Membership
from stillwatch.keyservice.tables import KEYSERVICE
from stillwatch.keyservice.usage import Usage
from stillwatch.storage.sql import SqlDatabase

TODAY = 20_500
NOW = TODAY * 24 + 23
QUOTA = 10_000


def hours(
    day: int, items: int, *, spread: range = range(9, 18), full: bool = False, refused: int = 0
) -> list[Hour]:
    each = items // len(spread)
    return [Hour(day * 24 + h, each, 2, 2 if full else 0, refused) for h in spread]


def kinds(usage: dict[str, list[Hour]]) -> set[tuple[str, str]]:
    return {(alarm.pattern, alarm.member) for alarm in patterns(usage, dict.fromkeys(usage, QUOTA), NOW)}


def office(rng: random.Random, most: int = 600) -> list[Hour]:
    return [hour for day in range(TODAY - 27, TODAY + 1) for hour in hours(day, rng.randrange(50, most))]


def test_ordinary_use_of_several_members_raises_nothing() -> None:
    rng = random.Random(1)
    assert kinds({f"lab-{n}": office(rng) for n in range(6)}) == set()


def test_a_busy_day_after_an_incident_is_no_alarm_but_a_tenfold_one_is() -> None:
    ordinary = [hour for day in range(TODAY - 20, TODAY) for hour in hours(day, 270)]
    assert kinds({"lab-1": ordinary + hours(TODAY, 1_800)}) == set()
    assert kinds({"lab-1": ordinary + hours(TODAY, 4_500)}) == {("surge", "lab-1")}


def test_a_list_gone_through_at_the_quota_is_found_on_the_third_day() -> None:
    day_and_night = range(24)
    two = [h for d in (TODAY - 1, TODAY) for h in hours(d, QUOTA, spread=day_and_night)]
    assert ("sustained", "lab-1") not in kinds({"lab-1": two})
    three = [h for d in range(TODAY - 2, TODAY + 1) for h in hours(d, QUOTA, spread=day_and_night, full=True)]
    assert kinds({"lab-1": three}) == {("sustained", "lab-1"), ("clockwork", "lab-1")}


def test_a_list_shared_out_among_members_below_their_quotas_is_found() -> None:
    half = [h for d in range(TODAY - 2, TODAY + 1) for h in hours(d, 6_300)]
    assert kinds({"lab-1": half, "lab-2": half, "lab-3": office(random.Random(2))}) == {("spread", "")}


def test_asking_on_and_on_after_the_quota_is_found() -> None:
    assert kinds({"lab-1": hours(TODAY, 90, refused=2)}) == {("refused", "lab-1")}


def test_an_alarm_is_raised_once_a_day_and_kept(tmp_path: Path, clock: Clock) -> None:
    with SqlDatabase(tmp_path / "k.sqlite", KEYSERVICE) as opened:
        opened.upgrade()
        membership, usage, alarms = Membership(opened, clock), Usage(opened, clock), Alarms(opened, clock)
        membership.add("lab-1", quota=3)
        (member,) = membership.all()
        for number in range(14):
            with contextlib.suppress(StillwatchError):  # the last eleven are refused
                usage.spend(member, "e1", [bytes([number])])
        assert [alarm.pattern for alarm in alarms.look()] == ["refused"]
        assert alarms.look() == []
        assert [(a.pattern, a.member) for a in alarms.since(7)] == [("refused", "lab-1")]
        clock.move(days=8)
        assert alarms.since(7) == []
