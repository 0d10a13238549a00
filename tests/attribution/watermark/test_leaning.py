"""Serving leans towards what a key favours, and by no more than the settings say."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.watermark.favoured import favoured
from stillwatch.attribution.watermark.leaning import lean, next_tokens, seen_before
from stillwatch.attribution.watermark.settings import Scheme, WatermarkSettings
from stillwatch.attribution.watermark.sip import key_words
from stillwatch.errors import StillwatchError

KEY = bytes(range(16))
GREEN = WatermarkSettings()
GUMBEL = WatermarkSettings(Scheme.GUMBEL, delta=0.0)


def test_green_adds_delta_to_favoured_tokens_only() -> None:
    logits = np.random.default_rng(1).normal(size=(3, 200))
    context = np.array([[5], [9], [5]])
    added = lean(logits, context, key_words(KEY), GREEN) - logits
    for row in range(3):
        units = np.stack([np.full(200, context[row, 0]), np.arange(200)], axis=1)
        assert np.allclose(added[row], np.where(favoured(KEY, units, GREEN.gamma), GREEN.delta, 0.0))


def test_each_row_may_have_a_key_of_its_own() -> None:
    logits, context = np.zeros((2, 50)), np.array([[1], [1]])
    words = np.array([key_words(KEY), key_words(bytes(16))], dtype=np.int64)
    both = lean(logits, context, (words[:, :1], words[:, 1:]), GREEN)
    alone = [lean(logits[:1], context[:1], key_words(key), GREEN)[0] for key in (KEY, bytes(16))]
    assert np.array_equal(both, np.stack(alone))


def test_gumbel_takes_each_token_as_often_as_the_model_would_over_keys() -> None:
    shares = np.array([0.6, 0.3, 0.1])
    logits, context = np.log(shares)[None, :], np.array([[7]])
    rng = np.random.default_rng(1)
    taken = [int(next_tokens(logits, context, rng.bytes(16), GUMBEL, rng)[0]) for _ in range(1_500)]
    assert np.bincount(taken, minlength=3) / 1_500 == pytest.approx(shares, abs=0.05)


def test_gumbel_leans_towards_what_the_same_key_favours() -> None:
    rng = np.random.default_rng(1)
    logits = np.zeros((2_000, 50))
    context = np.arange(2_000)[:, None]
    taken = next_tokens(logits, context, KEY, GUMBEL, rng)
    units = np.stack([context[:, 0], taken], axis=1)
    assert favoured(KEY, units, GUMBEL.gamma).mean() > 0.95


def test_without_a_key_nothing_leans() -> None:
    rng = np.random.default_rng(1)
    taken = next_tokens(np.zeros((4_000, 2)), np.zeros((4_000, 1), dtype=np.int64), None, GREEN, rng)
    assert taken.mean() == pytest.approx(0.5, abs=0.03)


def test_a_context_that_came_before_is_noticed() -> None:
    assert seen_before([1, 2, 3, 1, 2], 2)
    assert not seen_before([1, 2, 3, 2, 1], 2)
    assert not seen_before([1], 1)


@pytest.mark.parametrize(
    "settings",
    [
        {"gamma": 0.3},
        {"gamma": 1.0},
        {"delta": 0.0},
        {"delta": 21.0},
        {"scheme": Scheme.GUMBEL, "delta": 1.0},
        {"context": 0},
        {"context": 5},
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(StillwatchError, match="settings of the watermark") as caught:
        WatermarkSettings(**settings)  # type: ignore[arg-type]
    assert caught.value.code == "SW-WMK-01"


def test_settings_come_back_as_they_were_written() -> None:
    for settings in (GREEN, GUMBEL, WatermarkSettings(gamma=0.5, delta=0.1, context=3)):
        assert WatermarkSettings.read(settings.as_json()) == settings
