"""The compiled counting behind linking, against the same done slowly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detection.worlds import gram_values

from stillwatch.detection.linking import bitmaps, pairs
from stillwatch.detection.linking.pairs import NEAREST, Pairs, strong_pairs
from stillwatch.detection.linking.picks import EARLY, PICKED, PICKED_LATER, Picks
from stillwatch.detection.room import Room

GRAMS = 9
EXCHANGES = st.lists(
    st.tuples(st.integers(0, 5), st.lists(st.integers(0, GRAMS - 1), max_size=8, unique=True)), max_size=25
)


def estimated(accounts: Any) -> float:
    """How many accounts a bitmap says it has met."""
    return float(estimates(bitmaps_of([set(accounts)]))[0])


def bitmaps_of(sets: list[set[int]]) -> Any:
    """One bitmap per set of accounts."""
    seen = np.zeros(len(sets), dtype=np.uint64)
    who = np.array([a for one in sets for a in sorted(one)], dtype=np.int32)
    ids = np.array([k for k, one in enumerate(sets) for _ in one], dtype=np.int32)
    bitmaps.meet(ids, np.arange(who.size + 1), who, 0, who.size, seen)
    return seen


def estimates(seen: Any) -> Any:
    """How many accounts each bitmap says it has met."""
    level = np.empty(seen.size, dtype=np.uint8)
    bitmaps.levels(seen.reshape(1, -1), 0, seen.size, level)
    return bitmaps.ACCOUNTS[level]


@pytest.mark.parametrize(
    ("truth", "typical"),
    [
        (1, 0.02),
        (2, 0.15),
        (4, 0.15),
        (10, 0.2),
        (30, 0.2),
        (60, 0.3),
        (100, 0.45),
        (500, 0.55),
        (1500, 0.55),
        (5000, 0.5),
    ],
)
def test_the_error_of_a_bitmaps_estimate_is_known(truth: int, typical: float) -> None:
    """Root mean square relative error over 200 sets of accounts; the page on scoring quotes these bounds."""
    found = estimates(bitmaps_of([set(range(k * 7919, k * 7919 + truth)) for k in range(200)]))
    error = float(np.sqrt(np.mean((found / truth - 1) ** 2)))
    assert error <= typical
    assert 0.6 * truth <= np.median(found) <= 1.4 * truth


def test_three_accounts_never_count_as_four() -> None:
    """Wording links from four accounts on, so whatever needs a fourth cannot come early by a wrong estimate."""
    threes = bitmaps_of([set(range(k, k + 3)) for k in range(0, 30_000, 3)])
    assert estimates(threes).max() < 3.5


def test_meeting_an_account_again_changes_nothing() -> None:
    who = np.array([1, 2, 3, 2, 1, 1], dtype=np.int32)
    seen = np.zeros(1, dtype=np.uint64)
    bitmaps.meet(np.zeros(who.size, dtype=np.int32), np.arange(who.size + 1), who, 0, who.size, seen)
    assert seen.tolist() == bitmaps_of([{1, 2, 3}]).tolist()


def laid_out(exchanges: list[tuple[int, list[int]]]) -> tuple[Any, Any, Any, Any]:
    """Gram numbers, their places in the prompts, offsets and accounts; every second word is between two grams."""
    ids = np.array([g for _, grams in exchanges for g in grams], dtype=np.int32)
    places = np.array([2 * k for _, grams in exchanges for k in range(len(grams))], dtype=np.int16)
    offsets = np.cumsum([0] + [len(grams) for _, grams in exchanges]).astype(np.int64)
    return ids, places, offsets, np.array([account for account, _ in exchanges], dtype=np.int32)


def counted(exchanges: list[tuple[int, list[int]]], weight: Any, parts: int) -> dict[frozenset[int], float]:
    """Pairs that were counted, with how many accounts they are said to have."""
    ids, places, offsets, account = laid_out(exchanges)
    value = gram_values(range(GRAMS + 1))
    picks = Picks(account.size, Room())
    picks.choose(ids, places, offsets, 0, account.size, weight, value)
    counting = Pairs(value, picks, account, parts)
    half = account.size // 2
    for low, high in ((0, half), (half, account.size)):
        counting.count(picks, account, low, high)
    out = {}
    for share in counting.shares:
        pairs_met, bits = share.found[: share.used].T
        for pair, many in zip(pairs_met.tolist(), estimates(bits.copy()).tolist(), strict=True):
            a, b = pair >> 32, pair & 0xFFFFFFFF
            assert frozenset((a, b)) not in out
            out[frozenset((a, b))] = many
    return out


@settings(max_examples=60, deadline=None)
@given(exchanges=EXCHANGES, silent=st.integers(0, GRAMS), parts=st.sampled_from([1, 2, 3]))
def test_a_pair_that_four_accounts_hold_apart_is_counted_from_its_first_meeting_on(
    exchanges: list[tuple[int, list[int]]], silent: int, parts: int
) -> None:
    weight = np.ones(GRAMS + 1, dtype=np.float32)
    weight[silent] = 0.0  # a gram that is too common or too rare to link
    held: dict[frozenset[int], set[int]] = {}
    for account, grams in exchanges:
        for i, a in enumerate(grams):
            for j, b in enumerate(grams[:i]):
                if silent not in (a, b) and 2 * (i - j) >= NEAREST:
                    held.setdefault(frozenset((a, b)), set()).add(account)
    every = {pair: estimated(who) for pair, who in held.items()}
    found = counted(exchanges, weight, parts)
    assert all(every[pair] == many for pair, many in found.items())
    assert {pair for pair, many in every.items() if many >= 3.5} <= set(found)


def test_the_pairs_grow_beyond_the_room_they_began_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "_FIRST_ROOM", 4)
    everything = list(range(GRAMS))
    found = counted([(account, everything) for account in range(6)], np.ones(GRAMS, dtype=np.float32), 1)
    assert len(found) == sum(2 * (i - j) >= NEAREST for i in range(GRAMS) for j in range(i))
    assert set(found.values()) == {estimated(range(6))}


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_pair_is_strong_when_wide_close_unlikely_by_chance_and_new(data: Any) -> None:
    count = data.draw(st.integers(0, 12))
    numbers = st.lists(st.integers(0, GRAMS - 1), min_size=count, max_size=count)
    left, right = (np.array(data.draw(numbers), dtype=np.int32) for _ in range(2))
    met = [set(data.draw(st.lists(st.integers(0, 60), max_size=25))) for _ in range(count)]
    before = [set(data.draw(st.lists(st.integers(0, 60), max_size=12))) for _ in range(count)]
    users = np.array(
        data.draw(st.lists(st.integers(4, 40), min_size=GRAMS, max_size=GRAMS)), dtype=np.float64
    )
    weight = np.array(
        data.draw(st.lists(st.sampled_from([0.0, 3.0]), min_size=GRAMS, max_size=GRAMS)), dtype=np.float32
    )
    accounts, past_accounts = 200, data.draw(st.sampled_from([0, 150]))
    found = np.stack(
        (left.astype(np.uint64) << np.uint64(32) | right.astype(np.uint64), bitmaps_of(met)), axis=1
    )
    out, strength = np.empty((count, 2), dtype=np.int32), np.empty(count)
    n = strong_pairs(
        found, count, users, weight, accounts, 4.0, 0.12, 4.0, bitmaps_of(before), past_accounts, 4.0, out, strength
    )  # fmt: skip
    expected = []
    for p in range(count):
        a, b, both = left[p], right[p], estimated(met[p])
        close = both / np.sqrt(users[a] * users[b])
        linking = weight[a] > 0 and weight[b] > 0
        unlikely = both * accounts >= 4.0 * users[a] * users[b]
        new = past_accounts == 0 or both / accounts >= 4.0 * (estimated(before[p]) + 0.5) / past_accounts
        if linking and both >= 4.0 and close >= 0.12 and unlikely and new:
            expected.append((int(a), int(b), pytest.approx(min(close, 1.0))))
    assert [
        (*grams, much) for grams, much in zip(out[:n].tolist(), strength[:n].tolist(), strict=True)
    ] == expected


def test_the_smallest_hashes_are_picked_and_fewer_of_them_late_in_a_long_log() -> None:
    grams = PICKED + 10
    value = np.random.default_rng(3).permutation(grams).astype(np.uint64)
    weight = np.ones(grams, dtype=np.float32)
    weight[value == 1] = 0.0  # may not link
    offsets = np.zeros(EARLY + 2, dtype=np.int64)
    offsets[EARLY:] = (
        grams,
        2 * grams,
    )  # two exchanges with the same grams, the last early one and the first late one
    ids = np.tile(np.arange(grams, dtype=np.int32), 2)
    places = np.tile(np.arange(grams, dtype=np.int16), 2)
    picks = Picks(EARLY + 1, Room())
    picks.choose(ids, places, offsets, EARLY - 1, EARLY + 1, weight, value)
    smallest = [0, *range(2, grams)]
    for row, count in ((EARLY - 1, PICKED), (EARLY, PICKED_LATER)):
        assert picks.count[row] == count
        chosen = picks.ids[row, :count]
        assert value[chosen].tolist() == smallest[:count]
        assert picks.places[row, :count].tolist() == chosen.tolist()
