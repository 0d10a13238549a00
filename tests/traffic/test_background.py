"""The background counts accounts, drops what is common, and forgets what nobody says any more."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.traffic.background import COMMON_AT_LEAST, Background
from stillwatch.traffic.dedupe import Seen


def counted(uses: list[tuple[int, int]]) -> Background:
    """From (account, gram) pairs, accounts standing together."""
    grouped = sorted(uses)
    return Background.count(
        np.array([gram for _, gram in grouped], dtype=np.uint64),
        np.array([account for account, _ in grouped], dtype=np.int32),
        np.full(len(grouped), 20_000, dtype=np.int32),
        "test",
    )


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 30)), max_size=300))
@settings(deadline=None)  # the first call compiles
def test_each_account_counts_once_for_a_gram(uses: list[tuple[int, int]]) -> None:
    background = counted(uses)
    accounts = {gram: len({a for a, g in uses if g == gram}) for _, gram in uses}
    # What one account alone used tells no more than what nobody used.
    expected = {gram: count for gram, count in accounts.items() if count >= 2}
    assert dict(zip(background.grams.tolist(), background.uses.tolist(), strict=True)) == expected
    assert background.accounts == len({a for a, _ in uses})


def test_common_grams_are_dropped_and_the_order_of_the_rest_is_kept() -> None:
    background = counted(
        [(account, gram) for account in range(COMMON_AT_LEAST) for gram in (7, 9)] + [(1, 8), (2, 8)]
    )
    flat = np.array([9, 8, 5, 7, 7, 3], dtype=np.uint64)
    kept, offsets = background.drop_common(flat, np.array([0, 3, 3, 6], dtype=np.int32))
    assert kept[: offsets[-1]].tolist() == [8, 5, 3]
    assert offsets.tolist() == [0, 2, 2, 3]


def test_an_empty_background_drops_nothing() -> None:
    background = counted([])
    kept, offsets = background.drop_common(np.array([1], np.uint64), np.array([0, 1], np.int32))
    assert (kept.tolist(), offsets.tolist()) == ([1], [0, 1])


def test_what_was_saved_is_what_is_loaded(tmp_path: Path) -> None:
    background = counted([(account, gram) for account in range(3) for gram in range(1, 50)])
    background.save(tmp_path / "background.parquet")
    loaded = Background.load(tmp_path / "background.parquet")
    assert (loaded.accounts, loaded.source) == (3, "test")
    assert loaded.grams.tolist() == background.grams.tolist() == list(range(1, 50))
    assert loaded.uses.tolist() == background.uses.tolist()


def test_what_nobody_says_any_more_becomes_new_again() -> None:
    background = counted([(0, 5), (1, 5)])
    assert background.aged(20_010, 30).grams.tolist() == [5]
    assert background.aged(20_100, 30).grams.tolist() == []


@given(st.lists(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 20), max_size=200), max_size=10))
@settings(deadline=None)  # the first call compiles
def test_a_key_is_new_exactly_once(batches: list[list[int]]) -> None:
    seen, known = Seen(), set[int]()
    for batch in batches:
        new = seen.add(np.array(batch, dtype=np.uint64))
        for key, is_new in zip(batch, new.tolist(), strict=True):
            key = key or 1  # 0 marks a free place
            assert is_new == (key not in known)
            known.add(key)


def test_the_set_of_keys_grows() -> None:
    seen = Seen()
    keys = np.random.default_rng(1).integers(1, 2**63, 300_000).astype(np.uint64)
    assert seen.add(keys[:150_000]).sum() == np.unique(keys[:150_000]).size
    assert not seen.add(keys[:150_000]).any()
    assert seen.add(keys).sum() == np.unique(keys).size - np.unique(keys[:150_000]).size
