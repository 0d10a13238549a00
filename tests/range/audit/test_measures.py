"""What the audit measures, on numbers small enough to check."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.range.audit.categories import cross_fitted, fold
from stillwatch.range.audit.overlap import compared, grams, overlaps, samples
from stillwatch.range.audit.separability import separation

ATTACK = np.asarray([True] * 20 + [False] * 80)
CAMPAIGN = np.asarray([0] * 10 + [1] * 10 + [-1] * 80)


def test_a_feature_that_tells_all_solves_all_in_either_direction():
    for sign in (1.0, -1.0):
        found = separation("x", sign * ATTACK.astype(float), ATTACK, CAMPAIGN)
        assert found.area == (1.0 if sign > 0 else 0.0)
        assert found.outside
        assert found.recall == 1.0
        assert found.solved == (0, 1)


def test_a_feature_that_tells_one_campaign_solves_that_one():
    values = np.where(CAMPAIGN == 1, 2.0, 1.0)
    found = separation("x", values, ATTACK, CAMPAIGN)
    assert found.solved == (1,)
    assert found.recall == 0.5
    assert found.area == pytest.approx(0.75)
    assert not found.outside


def test_a_threshold_may_err_once_in_twenty_and_not_more():
    values = ATTACK.astype(float)
    values[20] = 1.0
    assert separation("x", values, ATTACK, CAMPAIGN).recall == 1.0
    values[21] = 1.0
    assert separation("x", values, ATTACK, CAMPAIGN).recall == 0.0


def test_accounts_without_the_number_are_left_out_and_never_found():
    values = np.where(CAMPAIGN == 0, np.nan, ATTACK.astype(float))
    found = separation("x", values, ATTACK, CAMPAIGN)
    assert found.area == 1.0
    assert found.known == 90
    assert found.solved == (1,)


def test_a_constant_and_a_world_without_attack_tell_nothing():
    assert separation("x", np.ones(100), ATTACK, CAMPAIGN).area == 0.5
    honest = separation("x", np.arange(100.0), np.zeros(100, bool), np.full(100, -1))
    assert (honest.area, honest.recall, honest.solved, honest.outside) == (None, 0.0, (), False)


def test_a_value_that_only_one_account_has_tells_nothing():
    """Learnt and judged on the same accounts it would tell everything."""
    many = np.arange(100)
    half = fold([f"acct-{number}" for number in range(100)])
    rates = cross_fitted(many, many, np.ones(100, int), ATTACK, half)
    assert separation("x", rates, ATTACK, CAMPAIGN).area == 0.5


def test_a_value_that_a_campaign_shares_tells_it():
    half = fold([f"acct-{number}" for number in range(100)])
    value = np.where(ATTACK, 0, 1 + np.arange(100) % 7)
    rates = cross_fitted(np.arange(100), value, np.ones(100, int), ATTACK, half)
    assert separation("x", rates, ATTACK, CAMPAIGN).area == 1.0


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_labels_drawn_by_lot_are_not_found_in_values(seed):
    rng = np.random.default_rng(seed)
    attack = rng.random(600) < 0.3
    half = fold([f"acct-{number}" for number in range(600)])
    rates = cross_fitted(np.arange(600), rng.integers(0, 200, 600), np.ones(600, int), attack, half)
    area = separation("x", rates, attack, np.where(attack, 0, -1)).area
    assert area == pytest.approx(0.5, abs=0.15)


def test_texts_are_alike_by_the_words_they_share_in_a_row():
    text = "please solve the following problem and show every step of the way to the answer"
    shares, alike, texts = compared(
        [text], [text + " today", "something else that has nothing to do with it"]
    )
    assert texts == 2
    assert alike == 0.5
    assert 0.5 < shares < 1.0
    assert compared([text], [text])[:2] == (1.0, 1.0)
    assert compared([], [text]) == (0.0, 0.0, 1)


def test_scripts_without_spaces_have_grams_too():
    assert len(grams("请准备一份简短计划")) == 5
    assert grams("") == set()
    assert len(grams("two words")) == 1


def test_a_world_shares_all_of_its_wording_with_itself(demo):
    texts = samples(demo)
    assert len(texts["campaign"]) >= 300
    found = overlaps({"train": texts, "frozen": texts})
    assert [(each.kind, each.seen, each.tested) for each in found] == [
        ("campaign", "train", "frozen"),
        ("honest", "train", "frozen"),
    ]
    assert all(each.grams == each.alike == 1.0 for each in found)
