from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.enforcement.gateways.acting.pacing import Pacer


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_account_gets_its_rate_and_is_told_how_long_to_wait() -> None:
    clock = Clock()
    pacer = Pacer(monotonic=clock)
    assert pacer.wait_s("a", 6) == 0
    assert pacer.wait_s("a", 6) == 10
    assert pacer.wait_s("b", 6) == 0
    clock.now = 10.0
    assert pacer.wait_s("a", 6) == 0


@given(st.floats(0.1, 6000), st.lists(st.floats(0, 5), min_size=1, max_size=200))
def test_over_any_time_no_more_passes_than_the_rate_and_ten_seconds_worth(
    rate: float, pauses: list[float]
) -> None:
    clock = Clock()
    pacer = Pacer(monotonic=clock)
    passed = 0
    for pause in pauses:
        clock.now += pause
        passed += pacer.wait_s("a", rate) == 0
    assert passed <= clock.now * rate / 60 + max(1, rate / 6) + 1e-6


def test_whoever_waits_as_long_as_told_passes() -> None:
    clock = Clock()
    pacer = Pacer(monotonic=clock)
    for _ in range(50):
        clock.now += pacer.wait_s("a", 7) + 1e-9
    assert pacer.wait_s("b", None) == 0
    assert pacer.wait_s("b", None) == 3600


def test_what_is_longest_unused_is_forgotten() -> None:
    pacer = Pacer(monotonic=Clock(), most=2)
    for name in ("a", "b", "c"):
        assert pacer.wait_s(name, 1) == 0
    assert pacer.wait_s("c", 1) > 0
    assert pacer.wait_s("a", 1) == 0


@pytest.mark.parametrize("own_per_minute", [0.1, 0.5, 1, 2, 6, 60])
def test_an_account_that_is_slowed_for_half_a_minute_loses_most_of_its_requests(
    own_per_minute: float,
) -> None:
    """As a displacement test slows: to a fifth of its own rate, for a cell, under a decision of its own."""
    dice = random.Random(7)
    clock = Clock()
    pacer = Pacer(monotonic=clock)
    asked = passed = 0
    for cell in range(4000):
        end = clock.now + 30.0
        while (pause := dice.expovariate(own_per_minute / 60)) < end - clock.now:
            clock.now += pause
            asked += 1
            passed += pacer.wait_s(f"dec-{cell} a", 0.2 * own_per_minute, end - clock.now) == 0
        clock.now = end
    assert asked > 100
    assert passed / asked < 0.3


def test_nobody_is_told_to_wait_longer_than_the_throttle_lasts() -> None:
    assert Pacer(monotonic=Clock()).wait_s("a", 0.2, 30.0) == 30.0
