"""What received marks weigh, on frames small enough to work it out by hand; and what they may lead to."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detection import worlds
from tests.detection.worlds import BEGIN_US, DAY_US, planted

from stillwatch.core.decay import CURVES
from stillwatch.core.indicator import IndicatorKind
from stillwatch.core.verdict import Reason
from stillwatch.detection.contract import decibans
from stillwatch.detection.deciding.decide import ATTACK, HEARD_REACH, WATCH, judge
from stillwatch.detection.registry import detectors
from stillwatch.detection.run import run
from stillwatch.detection.weighing.received import FEWEST_FOLLOWED, LEAST_BEARERS, MOST, ReceivedMarks
from stillwatch.storage.received.records import Mark, Pivot

MARK = Mark("indicator--1", Pivot.ACCOUNT, "", IndicatorKind.TEMPLATE, 1.0, seen_us=2**62, received_us=0)


def site(people: int = 100, **columns: list[object]):
    """A frame in which each of so many accounts sends one exchange, named a0, a1, …"""
    return planted([(f"a{k}", [1, 2, 3]) for k in range(people)], columns=columns or None)


def marked(names: range, **changes: object) -> list[Mark]:
    return [dataclasses.replace(MARK, value=f"a{k}", **changes) for k in names]


def borne(frame, marks, size: int = 10, *, final: bool = True, known: int | None = None):
    import numpy as np

    everybody = len(frame.accounts)
    return ReceivedMarks(frame, marks).of(
        np.arange(size, dtype=np.int32), known or frame.size, everybody, final=final
    )


def test_a_mark_that_all_bear_and_nobody_else_weighs_its_bound() -> None:
    found = borne(site(), marked(range(10)))
    assert found.decibans == MOST
    assert (found.bearers, found.kind, found.marks) == (10, IndicatorKind.TEMPLATE, 1)


def test_a_mark_that_everybody_bears_weighs_nothing() -> None:
    assert borne(site(), marked(range(100))) is None


def test_what_it_weighs_is_how_much_commoner_it_is_here_than_beside() -> None:
    half_beside = marked(range(10)) + marked(range(10, 55))
    assert borne(site(), half_beside).decibans == pytest.approx(decibans(1 / (46 / 91)))


def test_the_weight_of_the_reporter_bounds_it() -> None:
    assert borne(site(), marked(range(10), weight=0.25)).decibans == pytest.approx(0.25 * MOST)
    assert borne(site(), marked(range(10), weight=0.0)) is None


def test_too_few_bearers_say_nothing() -> None:
    assert borne(site(), marked(range(LEAST_BEARERS - 1))) is None


def test_it_fades_from_the_end_of_the_week_in_which_it_was_last_seen() -> None:
    lifetime = CURVES[IndicatorKind.TEMPLATE].lifetime
    fresh, old, dead = (
        borne(site(), marked(range(10), seen_us=BEGIN_US - round(days * DAY_US)))
        for days in (1, 90, lifetime)
    )
    assert MOST > fresh.decibans > old.decibans > 0
    assert dead is None


def test_what_was_received_later_was_not_known_before_but_counts_at_the_end_of_the_log() -> None:
    late = marked(range(10), received_us=BEGIN_US + 300 * DAY_US)
    assert borne(site(), late, final=False) is None
    assert borne(site(), late, final=True).decibans == MOST


def test_what_comes_after_a_checkpoint_changes_nothing_before_it() -> None:
    frame = site()
    early = borne(frame, marked(range(10)), known=10)
    late = borne(frame, marked(range(10)) + marked(range(50, 60)), known=10)
    assert (early.decibans, early.bearers) == (late.decibans, late.bearers)
    assert late.accounts.tolist() == list(range(10))


def test_an_account_bears_a_mark_only_from_when_it_showed_it() -> None:
    frame = site()
    late = marked(range(10), since_us=int(frame.ts[50]))
    assert borne(frame, late, known=50) is None
    assert borne(frame, late, known=60).bearers == 10


def busy(bearers: int, others: int = 20, each: int = 40):
    """A frame in which so many accounts bear a mark from their first exchange on, among others who send as much."""
    names = [f"a{k}" for k in range(bearers)] + [f"b{k}" for k in range(others)]
    return planted([(name, [1, 2, 3]) for _ in range(each) for name in names])


def looks(frame, bearers: int, checkpoints=()):
    import numpy as np

    return ReceivedMarks(frame, marked(range(bearers))).looks(np.array(checkpoints, dtype=np.int64)).tolist()


def test_looks_follow_what_bearers_send_and_grow_rarer_with_it() -> None:
    rows = looks(busy(5), 5)
    sent = [row // 25 * 5 for row in rows]
    assert sent[0] >= FEWEST_FOLLOWED - 5
    assert len(rows) > 8
    assert all(later >= row for row, later in itertools.pairwise(rows))
    gaps = [later - row for row, later in itertools.pairwise(rows)]
    assert sum(gaps[-3:]) > sum(gaps[:3])


def test_nothing_is_followed_while_too_few_bear_a_mark_or_where_a_checkpoint_is_anyway() -> None:
    few = LEAST_BEARERS - 1
    assert looks(busy(few), few) == []
    rows = looks(busy(5), 5)
    assert looks(busy(5), 5, rows[:3]) == rows[3:]


def test_what_comes_later_changes_no_earlier_look() -> None:
    rows = looks(busy(5), 5)
    part = looks(busy(5, each=20), 5)
    assert part == [row for row in rows if row < 20 * 25]


def test_only_who_bears_a_mark_by_then_is_followed() -> None:
    import numpy as np

    frame = busy(5)
    late = marked(range(5), since_us=int(frame.ts[500]))
    found = ReceivedMarks(frame, late)
    assert min(found.looks(np.zeros(0, dtype=np.int64))) > 500
    everybody = np.arange(len(frame.accounts))
    assert not found.borne_in(everybody, 500)
    assert found.borne_in(everybody, frame.size)


def test_several_indicators_of_one_kind_count_once_and_kinds_add_up_to_the_bound() -> None:
    template = marked(range(10), weight=0.4)
    again = marked(range(10), weight=0.3, indicator_id="indicator--2")
    payment = marked(range(10), weight=0.4, indicator_id="indicator--3", kind=IndicatorKind.BLINDED)
    assert borne(site(), template + again).decibans == pytest.approx(0.4 * MOST)
    assert borne(site(), template + payment).decibans == pytest.approx(0.8 * MOST)
    assert borne(site(), template + payment).marks == 2
    network = marked(range(10), weight=0.9, indicator_id="indicator--4", kind=IndicatorKind.NETWORK)
    assert borne(site(), template + payment + network).decibans == MOST


@pytest.mark.parametrize(
    ("pivot", "column"), [(Pivot.PAYMENT, "payment"), (Pivot.CLIENT, "client"), (Pivot.ASN, "asn")]
)
def test_bearers_are_told_by_pseudonyms_and_networks_too(pivot: Pivot, column: str) -> None:
    values = [7 if k < 10 else 100 + k for k in range(100)]
    mark = dataclasses.replace(MARK, pivot=pivot, value="7")
    found = ReceivedMarks(site(**{column: values}), [mark])
    assert found.by_account() == {f"a{k}": 1 for k in range(10)}


def test_two_indicators_of_one_value_are_two_marks() -> None:
    frame = site(asn=[64500] * 10 + [64501] * 90)
    marks = [
        dataclasses.replace(MARK, indicator_id=f"indicator--{k}", pivot=Pivot.ASN, value="64500")
        for k in (1, 2)
    ]
    assert set(ReceivedMarks(frame, marks).by_account().values()) == {2}


def test_a_log_that_carries_no_such_column_bears_nothing() -> None:
    mark = dataclasses.replace(MARK, pivot=Pivot.PAYMENT, value="7")
    assert ReceivedMarks(site(), [mark]).by_account() == {}


@settings(max_examples=60, deadline=None)
@given(
    bearers=st.sets(st.integers(0, 99)),
    weight=st.floats(0, 1),
    days=st.floats(-10, 400),
)
def test_no_report_however_odd_weighs_more_than_its_weight_times_the_bound(bearers, weight, days) -> None:
    marks = [
        dataclasses.replace(MARK, value=f"a{k}", weight=weight, seen_us=BEGIN_US - round(days * DAY_US))
        for k in sorted(bearers)
    ]
    found = borne(site(), marks)
    assert found is None or 0 < found.decibans <= weight * MOST + 1e-9


def test_others_word_alone_makes_no_attack_but_tips_what_is_on_watch() -> None:
    frame = worlds.remembering("demo", 1, 300, 9000)
    watching = run(frame, list(detectors().values()), threads=2, checkpoint_hours=48.0, fdr=0.001)
    scales = watching.scales
    snapshots = [s for s in watching.snapshots if not s.is_crew and s.members.size >= 5]

    def judged(own: float, heard: float):
        """Every candidate with so much own evidence, and so much from others."""
        evidence = dataclasses.replace(
            watching.evidence,
            campaign={
                (s.checkpoint, s.track): (
                    Reason(
                        "novelty", own - scales.cards["known"].base + 0.7 * max(0, 14 - s.members.size), "own"
                    ),
                    Reason("shared_indicators", heard, "from others"),
                )
                for s in snapshots
            },
            figures={(s.checkpoint, s.track): {"novelty": 1.0} for s in snapshots},
            bearers={(s.checkpoint, s.track): s.members[1:] for s in snapshots},
        )
        return judge(snapshots, evidence, scales, 0.5)

    assert snapshots
    bystanders = {int(s.members[0]) for s in snapshots} - {int(a) for s in snapshots for a in s.members[1:]}
    far = judged(WATCH - HEARD_REACH - 1.0, MOST)
    assert not far.alarms, "the total reaches attack, yet nothing of it is this site's own"
    assert not far.watched, "nor is it enough for watch, on which a policy may act"
    near = judged(WATCH - 1.0, MOST)
    assert not near.alarms, (
        "what this site saw itself does not suffice for watch: others' word accuses nobody"
    )
    assert near.watched, "with theirs it does: the accounts may be asked who they are"
    assert not bystanders & near.watched.keys(), "and only those that bear what was reported"
    assert not judged(WATCH - 1.0, 0.5).watched
    tipped = judged(WATCH + 0.5, MOST)
    assert tipped.alarms, "what is on watch by itself may be tipped"
    assert not bystanders & tipped.alarms.keys(), "and only for those who bear what was reported"
    assert bystanders & tipped.watched.keys() or not bystanders
    assert not judged(WATCH + 0.5, 0.0).alarms
    assert WATCH + MOST > ATTACK


def test_a_mark_taken_back_leaves_the_verdicts_as_they_were() -> None:
    world, frame = worlds.made("demo", 1, 300, 9000), worlds.remembering("demo", 1, 300, 9000)

    def alarms(marks):
        outcome = run(
            frame, list(detectors().values()), threads=2, checkpoint_hours=24.0, fdr=0.001, received=marks
        )
        when = outcome.checkpoints
        return {account: int(when[alarm.checkpoint]) for account, alarm in outcome.judgement.alarms.items()}

    before, helped = alarms(()), alarms(worlds.reported(world))
    assert helped.keys() >= before.keys(), "hearing from others hides nobody"
    assert all(helped[account] <= known for account, known in before.items())
    assert alarms(()) == before, "and taken back, it leaves no trace"
