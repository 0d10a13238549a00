"""A published table gives nobody away: checked against everything that a reader could think of."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.reporting.suppression import Sum, withheld

LEAST = 4
COUNTS = st.sampled_from([0, 1, 2, 3, 4, 5, 8])
SUMS = [
    Sum("row 1", ("a", "b")),
    Sum("row 2", ("c", "d")),
    Sum("column 1", ("a", "c")),
    Sum("column 2", ("b", "d")),
    Sum("all", ("row 1", "row 2")),
    Sum("all", ("column 1", "column 2")),
]


def table(a: int, b: int, c: int, d: int) -> dict[str, int]:
    rows = {"row 1": a + b, "row 2": c + d, "column 1": a + c, "column 2": b + d}
    return {"a": a, "b": b, "c": c, "d": d, "all": a + b + c + d, **rows}


EVERY = np.array(list(itertools.product(range(12), repeat=4))).T
TABLES = {name: np.asarray(value) for name, value in table(*EVERY).items()}


def possible(counts: dict[str, int], hidden: frozenset[str]) -> np.ndarray:
    """Which of all tables look the same to a reader; a hidden count is at least one."""
    fits = np.ones(EVERY.shape[1], dtype=bool)
    for name, values in TABLES.items():
        fits &= values >= 1 if name in hidden else values == counts[name]
    return fits


@settings(max_examples=80, deadline=None)
@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_no_reader_can_tell_that_a_hidden_count_is_small(a: int, b: int, c: int, d: int) -> None:
    counts = table(a, b, c, d)
    hidden = withheld(counts, SUMS, LEAST)
    small = [name for name, value in counts.items() if 0 < value < LEAST]
    assert set(small) <= hidden
    assert all(counts[name] > 0 for name in hidden)
    assert bool(hidden) == bool(small)
    fits = possible(counts, hidden)
    for name in small:
        assert TABLES[name][fits].max() >= LEAST, f"{name} shows as small"


def test_one_small_count_takes_the_next_smallest_of_its_sum_with_it() -> None:
    counts = {"few": 2, "some": 30, "many": 90, "all": 122}
    assert withheld(counts, [Sum("all", ("few", "some", "many"))], 10) == {"few", "some"}


def test_two_small_counts_that_their_total_would_bound_take_a_third_one() -> None:
    counts = {"few": 2, "fewer": 3, "many": 90, "all": 95}
    assert withheld(counts, [Sum("all", ("few", "fewer", "many"))], 10) == {"few", "fewer", "many"}


def test_a_count_of_two_tables_is_hidden_from_both() -> None:
    counts = {"blocks": 40, "permanent": 3, "temporary": 37, "throttles": 50, "all": 90}
    sums = [Sum("blocks", ("permanent", "temporary")), Sum("all", ("blocks", "throttles"))]
    assert withheld(counts, sums, 10) == {"permanent", "temporary"}


def test_a_table_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="all is not the sum"):
        withheld({"a": 1, "b": 2, "all": 4}, [Sum("all", ("a", "b"))], 10)
    with pytest.raises(ValueError, match="negative"):
        withheld({"a": -1}, [], 10)
