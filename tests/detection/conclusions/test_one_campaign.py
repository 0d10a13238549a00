"""Which tracks are one campaign, and whose its accounts are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.detection.crews_made import crew

from stillwatch.core.verdict import Reason
from stillwatch.detection.candidates.snapshots import Snapshot
from stillwatch.detection.conclusions.one_campaign import FEW_OF_A_SITE, campaigns
from stillwatch.detection.deciding.decide import Alarm, Decision, Judgement

CALLED_BESIDE = Reason("called_beside", 12.0, "half of those beside it were called")


def judged(
    shown: dict[int, Snapshot],
    alarms: dict[int, int],
    said: tuple[Reason, ...] = (),
    likely: tuple[int, ...] = (),
) -> Judgement:
    """Every track confirmed but those that are merely likely; alarms by account name the track that raised them."""
    sure = {track: 0 for track in shown if track not in likely}
    decisions = {(0, track): Decision(9.0, 1e-9, track in sure, said=said) for track in shown}
    return Judgement(decisions, shown, sure, {a: Alarm(0, track) for a, track in alarms.items()}, {})


def named(
    members: dict[int, range], alarms: dict[int, int], **more: Any
) -> list[tuple[list[int], list[int]]]:
    """Campaigns of tracks with these members, none of which has anybody near but its own."""
    shown = {track: crew(track, each, {}) for track, each in members.items()}
    arrays = {track: np.array(list(each), dtype=np.int32) for track, each in members.items()}
    found = campaigns(arrays, shown, judged(shown, alarms, **more))
    return sorted((sorted(tracks), accounts) for tracks, accounts in found)


def test_tracks_with_half_of_the_smaller_ones_members_in_common_are_one() -> None:
    alarms = {account: 1 if account < 40 else 2 for account in range(50)}
    assert named({1: range(40), 2: range(30, 50)}, alarms) == [([1, 2], list(range(50)))]
    assert len(named({1: range(40), 2: range(31, 51)}, alarms)) == 2


def test_a_crew_with_accounts_of_two_operators_joins_the_one_it_has_more_in_common_with() -> None:
    """Half of track 2 is of each: pair by pair all three would be one."""
    alarms = {account: 2 if 25 <= account < 55 else 1 if account < 25 else 3 for account in range(80)}
    found = named({1: range(40), 2: range(25, 55), 3: range(38, 80)}, alarms)
    assert found == [([1], list(range(25))), ([2, 3], list(range(25, 80)))]


def test_an_account_is_of_the_campaign_most_of_whose_tracks_hold_it_whoever_raised_the_alarm() -> None:
    members = {1: range(30), 2: range(20), 3: range(20, 100), 4: range(30, 100)}
    alarms = {account: 3 if account >= 20 else 1 for account in range(100)}
    found = named(members, alarms)
    assert found == [([1, 2], list(range(20))), ([3, 4], list(range(20, 100)))]


def test_a_track_all_of_whose_accounts_are_others_goes_with_them() -> None:
    members = {1: range(30), 2: range(25), 3: range(18, 60)}
    found = named(members, dict.fromkeys(range(18, 25), 3))
    assert found == [([1, 2, 3], list(range(18, 25)))]


def test_what_is_merely_likely_joins_nothing_confirmed() -> None:
    found = named({1: range(30), 2: range(30), 3: range(29)}, dict.fromkeys(range(30), 1), likely=(2, 3))
    assert found == [([1], list(range(30))), ([2, 3], [])]


@pytest.mark.parametrize("called_beside", [True, False])
@pytest.mark.parametrize(("met", "together"), [(9, False), (10, True)])
def test_crews_among_each_others_called_accounts_are_one(
    met: int, together: bool, called_beside: bool
) -> None:
    members = {1: np.arange(20, dtype=np.int32), 2: np.arange(20, 40, dtype=np.int32)}
    near = {n: [n - 20 if n - 20 < met else 100 + n] for n in range(20, 40)}
    alarms = {account: 1 + account // 20 for account in range(40)}
    for site, few in ((round(40 / FEW_OF_A_SITE), True), (round(40 / FEW_OF_A_SITE) - 1, False)):
        shown = {1: crew(1, range(20), {}, site), 2: crew(2, range(20, 40), near, site)}
        found = campaigns(members, shown, judged(shown, alarms, (CALLED_BESIDE,) if called_beside else ()))
        # On a small site two campaigns that were each called by themselves have nobody else near.
        assert (len(found) == 1) == (together and (called_beside or few))
        assert sorted(account for _, accounts in found for account in accounts) == list(range(40))


def test_nothing_called_is_no_campaign() -> None:
    assert campaigns({}, {}, judged({}, {})) == []
