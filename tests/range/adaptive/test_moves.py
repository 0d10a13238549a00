"""Evasion moves: one for every detector, each with a price, each doing what it says."""

from __future__ import annotations

import statistics
from collections import Counter

import pytest

from stillwatch.detection.registry import detectors
from stillwatch.errors import StillwatchError
from stillwatch.range.adaptive.attack import Attack, cost, naive
from stillwatch.range.adaptive.moves import LINKING, UNEVADED, make, move_named, moves
from stillwatch.range.adaptive.traffic import traffic_of
from stillwatch.range.live.prices import Prices
from stillwatch.range.world import make_world

PRICES = Prices()


@pytest.fixture(scope="module")
def site():
    return make_world("benign", 3, 100, 1000).site


@pytest.fixture(scope="module")
def start() -> Attack:
    return naive("reasoning_elicitation", 12, 120)


def records(attack: Attack, site) -> list[dict]:
    return list(traffic_of(attack, site, 3).exchanges())


@pytest.fixture(scope="module")
def plain(start, site) -> list[dict]:
    return records(start, site)


def test_every_detector_has_a_move_or_a_reason_why_there_is_none():
    evaded = {name for move in moves().values() for name in move.EVADES}
    known = set(detectors())
    assert known - evaded - set(UNEVADED) == set(), "write a move, or a reason in UNEVADED"
    assert evaded - known - {LINKING} == set(), "a move names a detector that does not exist"
    assert not evaded & set(UNEVADED)


@pytest.mark.parametrize("name", sorted(moves()))
def test_a_move_says_what_it_does_and_costs_and_changes_the_attack(name, start):
    move = move_named(name)
    assert move.ABOUT
    assert move.COSTS
    assert move.EVADES
    rewording = make("reword_partly", start)
    changed = make(name, start if name != "fixed_template" else rewording)
    assert changed is not None
    assert changed.moves[-1] == name
    assert cost(changed, PRICES).total >= cost(start, PRICES).total
    assert getattr(move, "AGAIN", False) or name == "split_smaller" or make(name, changed) is None


def test_an_unknown_move_is_answered_with_the_nearest():
    with pytest.raises(StillwatchError) as caught:
        move_named("office_hour")
    assert "did you mean 'office_hours'" in caught.value.hint


def test_the_naive_attack_makes_the_requests_it_needs(start, plain):
    assert len(plain) == pytest.approx(start.harvest, rel=0.15)


@pytest.mark.parametrize(
    ("name", "factor"),
    [("cap_answers", 1.5), ("second_turn", 2.0), ("repeated_items", 3.0), ("plain_asking", 2.0)],
)
def test_moves_that_cost_requests_make_them(name, factor, start, site, plain):
    changed = records(make(name, start), site)
    assert len(changed) == pytest.approx(factor * len(plain), rel=0.15)


def test_short_answers_are_short(start, site, plain):
    def usual(found):
        return statistics.median(r["output_tokens"] for r in found if r["status"] == 200)

    assert usual(records(make("cap_answers", start), site)) < 0.5 * usual(plain)


def test_a_second_turn_follows_every_other_first(start, site):
    turns = Counter(
        sum(m["role"] == "user" for m in r["messages"]) for r in records(make("second_turn", start), site)
    )
    assert set(turns) == {1, 2}
    assert turns[2] == pytest.approx(turns[1], rel=0.1)


def test_repeated_items_are_asked_by_three_accounts(start, site):
    attack = make("repeated_items", start)
    world = traffic_of(attack, site, 3)
    items = Counter((world.plan.item // 3).tolist())
    assert set(items.values()) <= {1, 2, 3}
    assert Counter(items.values())[3] >= 0.9 * len(items)


def test_one_organisation_with_one_system_prompt(start, site):
    found = records(make("one_organisation", start), site)
    assert len({r["organization_id"] for r in found}) == 1
    assert len({r["messages"][0]["content"] for r in found}) == 1
    assert found[0]["messages"][0]["role"] == "system"


def test_unequal_loads_are_unequal(start, site, plain):
    def spread(found):
        loads = Counter(r["account_id"] for r in found).values()
        return statistics.pstdev(loads) / statistics.mean(loads)

    assert spread(records(make("uneven_load", start), site)) > 2 * spread(plain)


def test_own_fields_narrow_each_account_and_keep_every_payload_different(start, site):
    attack = make("own_fields", start)
    world = traffic_of(attack, site, 3)
    pools = [s.author.pool for a in world.accounts for s in a.streams if s.campaign_id]
    assert all(len({pool.place("en", item)[0] for item in range(500)}) <= 5 for pool in pools)
    texts = [r["messages"][-1]["content"] for r in world.exchanges()]
    assert len(set(texts)) == len(texts)


def test_freely_worded_requests_share_no_template(start, site, plain):
    def commonest(found):
        sentences = Counter(s for r in found for s in set(r["messages"][-1]["content"].split(". ")))
        return max(sentences.values()) / len(found)

    assert commonest(records(make("free_wording", start), site)) < 0.5 * commonest(plain)


@pytest.mark.parametrize(
    ("family", "accounts", "leak", "code"),
    [
        ("reasoning_elicitatoin", 80, 4000, "SW-ATTACK-01"),
        ("reasoning_elicitation", 80, 20, "SW-ATTACK-03"),
        ("reasoning_elicitation", 1, 10_000, "SW-ATTACK-03"),
    ],
)
def test_what_makes_no_attack_is_refused(family, accounts, leak, code):
    with pytest.raises(StillwatchError) as caught:
        naive(family, accounts, leak)
    assert caught.value.code == code


def test_nothing_is_tried_out_on_a_frozen_family():
    from stillwatch.range.campaigns import families

    frozen = [name for name, family in families().items() if family.SPLIT == "frozen"]
    assert frozen
    for name in frozen:
        with pytest.raises(StillwatchError, match="frozen split"):
            naive(name, 80, 4000)
