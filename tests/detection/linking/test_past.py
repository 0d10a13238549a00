from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.detection.worlds import gram_values, planted

from stillwatch.detection.frame import Frame
from stillwatch.detection.linking.past import FirstDays, Past
from stillwatch.detection.linking.refine import Group
from stillwatch.detection.linking.wording import Wording

OLD, NEW = range(12), range(20, 32)


def own(k: int) -> list[int]:
    """Grams that four accounts in a row share and nobody else has."""
    return [100 + k // 4]


def site(old: range, new: range) -> list[tuple[str, list[int]]]:
    """120 accounts with two exchanges each; those in ``old`` and ``new`` send one of the templates."""
    return [
        (f"acct-{k}", [*(OLD if k in old else ()), *(NEW if k in new else ()), *own(k)])
        for _ in range(2)
        for k in range(120)
    ]


@pytest.fixture(scope="module")
def judged() -> tuple[Frame, Wording, Past]:
    """Fifteen accounts always sent the old template; two sent the new one before, and eighteen do now."""
    history = planted(site(range(15), range(98, 100)))
    frame = planted(site(range(15), range(98, 116)), history=history)
    wording = Wording(frame, [frame.size], threads=1)
    wording.advance(frame.size)
    return frame, wording, Past.of_history(history, frame, wording)


def group_of(frame: Frame, wording: Wording, template: range) -> Group:
    core = np.flatnonzero(np.isin(wording.value, gram_values(template))).astype(np.int64)
    assert core.size == len(template)
    held = np.array(
        [
            wording.weight[
                np.intersect1d(wording.ids[wording.offsets[r] : wording.offsets[r + 1]], core)
            ].sum()
            for r in range(frame.size)
        ]
    )
    floor = 0.45 * held.max()
    rows = np.flatnonzero(held >= floor)
    return Group(rows, held[rows].astype(np.float32), core, floor)


def new_ones(judged: Any, *templates: range) -> list[Group]:
    frame, wording, past = judged
    groups = [group_of(frame, wording, template) for template in templates]
    return past.what_is_new(groups, frame.account, wording.accounts)


def test_a_template_that_earlier_customers_sent_as_often_is_dropped(judged: Any) -> None:
    assert new_ones(judged, OLD) == []


def test_a_new_template_stays_with_all_its_exchanges_and_the_share_that_sent_it_before(judged: Any) -> None:
    (kept,) = new_ones(judged, OLD, NEW)
    frame = judged[0]
    assert {frame.accounts[a] for a in frame.account[kept.rows]} == {f"acct-{k}" for k in range(98, 116)}
    assert kept.rows.size == 36
    assert kept.earlier == pytest.approx(2 / 120)


def test_accounts_that_sent_it_before_the_log_began_are_named(judged: Any) -> None:
    (kept,) = new_ones(judged, NEW)
    frame = judged[0]
    assert {frame.accounts[a] for a in kept.veterans.tolist() if a >= 0} == {"acct-98", "acct-99"}


def test_nothing_in_gives_nothing_out(judged: Any) -> None:
    assert new_ones(judged) == []


def days(begins: int, harvest_from: int, early: int = 0) -> tuple[Frame, Wording]:
    """Days of 120 accounts each; 98 to 115 send the new template from a day on, ``early`` ones before, 0 to 14 the old."""
    lines = [
        (
            f"acct-{k}",
            [
                *(OLD if k < 15 else ()),
                *(NEW if 98 <= k < (116 if day >= harvest_from else 98 + early) else ()),
                *own(k),
            ],
        )
        for day in range(begins)
        for k in range(120)
    ]
    frame = planted(lines, hours=24 / 120)
    wording = Wording(frame, [frame.size], threads=1)
    wording.advance(frame.size)
    return frame, wording


def test_the_first_days_of_a_log_tell_what_began_after_them() -> None:
    frame, wording = days(6, harvest_from=3)
    groups = [group_of(frame, wording, template) for template in (OLD, NEW)]
    old, new = FirstDays(frame, wording).dated(groups)
    assert np.isnan(old.earlier), "it may have begun just before the log did"
    assert new.earlier == 0.0
    assert new.rows.tolist() == groups[1].rows.tolist()


def test_the_first_day_tells_where_the_first_two_do_not() -> None:
    frame, wording = days(6, harvest_from=1)
    groups = [group_of(frame, wording, template) for template in (OLD, NEW)]
    old, new = FirstDays(frame, wording).dated(groups)
    assert np.isnan(old.earlier)
    assert new.earlier == 0.0


def test_a_single_day_has_to_tell_more() -> None:
    frame, wording = days(6, harvest_from=1, early=2)
    begun = FirstDays(frame, wording)
    (group,) = begun.dated([group_of(frame, wording, NEW)])
    assert np.isnan(group.earlier), "nine times as many send it now, as people do who seldom ask"


def test_what_began_in_the_first_hours_is_not_told_to_be_new() -> None:
    frame, wording = days(1, harvest_from=0)
    (group,) = FirstDays(frame, wording).dated([group_of(frame, wording, NEW)])
    assert np.isnan(group.earlier)
