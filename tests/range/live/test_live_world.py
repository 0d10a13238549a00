"""The live world itself: equal to the plan while nobody decides, deterministic, and clear about bad input."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.errors import StillwatchError
from stillwatch.range.live.decisions import Action, Decision
from stillwatch.range.live.planned import unhindered
from stillwatch.range.live.world import LiveWorld
from stillwatch.range.world import make_world

WORLD = {"name": "demo", "seed": 7, "accounts": 150, "exchanges": 2500}


def bytes_of(world: LiveWorld, steps: list[float], at: dict[int, list[Decision]]) -> bytes:
    """The log of a run with decisions before given steps."""
    lines = []
    for number, hours in enumerate(steps):
        world.decide(at.get(number, []))
        lines += [orjson.dumps(record) for record in world.step(hours)]
    world.close()
    return b"\n".join(lines)


@pytest.fixture(scope="module")
def undisturbed() -> tuple[LiveWorld, list[dict]]:
    world = LiveWorld(**WORLD)
    records = []
    while not world.over:
        records += world.step(30)
    world.close()
    return world, records


def test_without_decisions_it_is_the_planned_world_to_the_byte(undisturbed):
    world, records = undisturbed
    planned = make_world(**WORLD)
    assert records == list(planned.exchanges())
    assert world.exchange_truth == list(planned.exchange_truth())


def test_without_decisions_leaks_and_bills_are_those_of_the_plan(undisturbed):
    world, _ = undisturbed
    plain = unhindered(world.planned, world.window.end, world.prices)
    for name, crew in world.crews.items():
        planned = next(each for each in world.planned.campaigns if each["campaign_id"] == name)
        assert crew.leak.full == plain.leaks[name].full
        assert 0.97 * planned["harvest_exchanges"] <= len(crew.leak.full) <= planned["harvest_exchanges"]
        assert crew.bill.total(world.prices) == pytest.approx(plain.bills[name].total(world.prices))


def test_settings_turn_the_campaigns_knobs():
    world = LiveWorld(**WORLD | {"exchanges": 9000}, settings=["exchanges=120", "camp-02.accounts=3"])
    knobs = [crew.campaign.knobs for crew in world.crews.values()]
    assert {each.exchanges for each in knobs} == {120}
    assert world.crews["camp-02"].campaign.knobs.accounts == 3


def everything(action: Action) -> list[Decision]:
    accounts = sorted(make_world(**WORLD).truth)
    return [Decision(account, action) for account in accounts[::3]]


@settings(max_examples=2, deadline=None)
@given(st.lists(st.sampled_from([1.0, 2.5, 7.0, 24.0]), min_size=2, max_size=5))
def test_the_width_of_a_step_changes_nothing(widths):
    decisions = everything(Action.THROTTLE)
    whole = bytes_of(LiveWorld(**WORLD), [72.0, sum(widths)], {1: decisions})
    parts = bytes_of(LiveWorld(**WORLD), [72.0, *widths], {1: decisions})
    assert whole == parts


def test_the_same_decisions_give_the_same_bytes_and_events():
    one, other = LiveWorld(**WORLD, reaction="adaptive"), LiveWorld(**WORLD, reaction="adaptive")
    plan = {1: everything(Action.VERIFY), 2: everything(Action.BLOCK)[::2] + everything(Action.DEGRADE)[1::2]}
    assert bytes_of(one, [48, 48, 48], plan) == bytes_of(other, [48, 48, 48], plan)
    assert one.ledger.events == other.ledger.events


def test_records_stay_in_order_and_request_ids_unique_under_decisions():
    world = LiveWorld(**WORLD)
    records = world.step(72)
    world.decide(everything(Action.THROTTLE))
    records += world.step(96)
    assert [r["ts"] for r in records] == sorted(r["ts"] for r in records)
    assert len({r["request_id"] for r in records}) == len(records) == len(world.exchange_truth)
    assert {r["status"] for r in records} >= {200, 429}
    assert {r["account_id"] for r in records} <= set(world.truth)


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        (Decision("nobody", Action.BLOCK), "SW-LIVE-02"),
        (Decision("somebody", "blok"), "SW-LIVE-01"),
        (Decision("somebody", Action.THROTTLE, share=0.0), "SW-LIVE-03"),
        (Decision("somebody", Action.BLOCK, until=5), "SW-LIVE-04"),
    ],
)
def test_decisions_that_cannot_be_carried_out_are_refused_and_none_takes_effect(decision, code):
    world = LiveWorld(**WORLD)
    known = next(iter(world.truth))
    if decision.account_id == "somebody":
        decision = Decision(known, decision.action, decision.until, decision.share)
    with pytest.raises(StillwatchError) as caught:
        world.decide([Decision(known, Action.BLOCK), decision])
    assert caught.value.code == code
    assert world.desk.standing(known, world.now) is None
    assert world.ledger.count("banned") == 0


@pytest.mark.parametrize(
    ("settings_", "code", "hint"),
    [
        ({"name": "demo-history"}, "SW-LIVE-06", "demo"),
        ({"reaction": "adaptiv"}, "SW-LIVE-08", "did you mean 'adaptive'"),
        ({"supply": -1.0}, "SW-LIVE-07", ""),
        ({"name": "dem"}, "SW-RANGE-01", "did you mean 'demo'"),
    ],
)
def test_what_makes_no_live_world_is_refused(settings_, code, hint):
    with pytest.raises(StillwatchError) as caught:
        LiveWorld(**{"name": "demo", "seed": 7, "accounts": 150, **settings_})
    assert caught.value.code == code
    assert hint in caught.value.hint


def test_a_step_must_go_forward():
    with pytest.raises(StillwatchError, match="goes nowhere"):
        LiveWorld(**WORLD).step(0)
