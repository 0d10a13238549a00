from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.forum import year
from benchmarks.forum_attacks import ATTACKS
from benchmarks.noisy_or import support, unweighted
from benchmarks.poisoning import stillwatch, two_reports
from stillwatch.sharing.trust.corroboration import Corroboration
from stillwatch.sharing.trust.history import Adjudicated, History
from stillwatch.sharing.trust.independence import blocks
from stillwatch.sharing.trust.standing import Record, records

MEMBERS = dict.fromkeys(("a", "b", "c", "d"), 0)


def pair(*names: str) -> frozenset[str]:
    return frozenset(names)


def history(*outcomes: tuple[str, bool], weeks: int = 10) -> History:
    """Outcomes such as ``("ab", True)``, spread over some weeks."""
    made = History()
    for number, (names, genuine) in enumerate(outcomes):
        made.add(Adjudicated(frozenset(names), genuine, number * weeks // max(len(outcomes), 1)))
    for week in range(weeks):
        made.reported(week, len(outcomes) // weeks + 1)
    return made


HONEST = (
    *[("ab", True), ("bc", True), ("ac", True), ("a", True), ("d", True), ("cd", True)] * 20,
    ("a", False),
    ("b", False),
)


def test_a_record_starts_undecided_and_follows_what_was_found() -> None:
    assert Record().precision == 0.5
    assert Record(8, 0).precision == 0.9
    assert Record(0, 8).precision == pytest.approx(0.1)
    assert Record(2, 0).at_least(0.8) > 0.5 > Record(1, 0).at_least(0.8)


def test_what_happened_long_ago_counts_less() -> None:
    old = History([Adjudicated(pair("a"), False, 0)], half_life_weeks=10)
    assert records(old, 0)[pair("a")].false == 1
    assert records(old, 10)[pair("a")].false == 0.5


@given(st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 1), max_size=6))
def test_support_is_a_probability_and_one_more_report_never_lowers_it(reporters: dict[str, float]) -> None:
    standing = {frozenset((m,)): Record(3, 1) for m in reporters}
    alone = support(reporters, standing)
    assert 0 <= alone <= 1
    assert support(reporters | {"z": 1.0}, standing) >= alone
    assert support({}, standing) == 0


def test_a_modified_detectors_report_weighs_less() -> None:
    assert support({"a": 0.25}, {}) < support(unweighted("a"), {}) == 0.5


def test_members_that_were_wrong_about_the_same_things_are_one_source() -> None:
    made = history(*HONEST, ("cd", False), ("cd", False), ("cd", False))
    assert sorted(map(sorted, blocks(made, MEMBERS, 1_000, 10))) == [["a"], ["b"], ["c", "d"]]
    assert all(len(block) == 1 for block in blocks(history(*HONEST), MEMBERS, 1_000, 10))


def test_one_common_error_may_be_chance() -> None:
    assert all(len(block) == 1 for block in blocks(history(*HONEST, ("cd", False)), MEMBERS, 1_000, 10))


def test_two_members_that_were_right_together_establish_and_one_alone_does_not() -> None:
    trust = Corroboration(history(*HONEST), MEMBERS, 10)
    both, one = trust.week([pair("a", "b"), pair("a")])
    assert both.relied_on
    assert both.probability > 0.9
    assert not one.relied_on
    assert "one member" in one.reason


def test_heads_do_not_count_where_nobody_has_a_past() -> None:
    (crowd,) = Corroboration(History(), MEMBERS, 0).week([frozenset(MEMBERS)])
    assert not crowd.relied_on


def test_two_of_one_block_do_not_vouch_for_each_other() -> None:
    made = history(*HONEST, *[("cd", False)] * 3)
    (support_,) = Corroboration(made, MEMBERS, 10).week([pair("c", "d")])
    assert not support_.relied_on


def test_silence_counts() -> None:
    trust = Corroboration(history(*HONEST), MEMBERS, 10)
    assert trust.probability(pair("a", "b", "c")) > trust.probability(pair("a", "b"))


def test_newcomers_do_not_vouch_for_each_other_while_there_are_older_members() -> None:
    made = history(*HONEST, *[("xy", True), ("ax", True), ("ay", True)] * 5)
    joined = MEMBERS | {"x": 5, "y": 5}
    new, mixed = Corroboration(made, joined, 10).week([pair("x", "y"), pair("a", "x")])
    assert not new.relied_on
    assert mixed.relied_on
    grown = Corroboration(made, joined, 18).week([pair("x", "y")])
    assert grown[0].relied_on


def test_a_wave_of_two_members_waits_for_review_and_one_of_three_does_not() -> None:
    trust = Corroboration(history(*HONEST, *[("abc", True)] * 20), MEMBERS, 10)
    wave = trust.week([pair("a", "b")] * 20)
    assert 2 <= sum(each.relied_on for each in wave) < 20
    assert "waits for review" in wave[-1].reason
    assert all(each.relied_on for each in trust.week([pair("a", "b", "c")] * 20))


def test_who_turns_is_noticed_within_weeks_whatever_the_past() -> None:
    good = [Adjudicated(pair("a", "c"), True, week) for week in range(40) for _ in range(3)]
    good += [Adjudicated(pair("b", "c"), True, week) for week in range(40) for _ in range(3)]
    turned = [Adjudicated(pair("c"), False, week) for week in (38, 39) for _ in range(40)]
    before, after = History(good), History([*good, *turned])
    for made in (before, after):
        for week in range(40):
            made.reported(week, 6)
    said = [Corroboration(made, MEMBERS, 40).probability(pair("a", "c")) for made in (before, after)]
    odds = [probability / (1 - probability) for probability in said]
    assert odds[0] > 50 * odds[1]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_any_past_gives_probabilities_and_never_names_a_member(seed: int) -> None:
    rng = random.Random(seed)
    outcomes = [
        ("".join(rng.sample("abcd", rng.randint(1, 4))), rng.random() < 0.5) for _ in range(rng.randrange(40))
    ]
    trust = Corroboration(history(*outcomes), MEMBERS, 10)
    for support_ in trust.week([frozenset(rng.sample("abcd", rng.randint(1, 4))) for _ in range(10)]):
        assert 0 <= support_.probability <= 1
        assert support_.reason
        assert not set(support_.reason.replace(".", "").split()) & set("bcd")


@pytest.mark.parametrize("name", ["two colluding", "slow poison", "sleepers"])
def test_collusion_hurts_few_innocents_and_costs_few_campaigns(name: str) -> None:
    attack = next(each for each in ATTACKS if each.name == name)
    counted, ours = (year(attack, policy, 77) for policy in (two_reports, stillwatch))
    assert ours.innocents_ppm <= 60
    assert counted.innocents_ppm > 10 * ours.innocents_ppm
    assert ours.recall > 0.75
