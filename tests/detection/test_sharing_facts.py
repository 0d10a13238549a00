from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detection.worlds import gram_values

from stillwatch.detection.sharing_facts import NEVER, rare_between, verbatim_from

EXCHANGES = st.lists(st.tuples(st.integers(0, 4), st.lists(st.integers(0, 6), max_size=3)), max_size=30)
USES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 3)), max_size=40)


def slowly_verbatim_from(exchanges: list[tuple[int, list[int]]]) -> list[int]:
    third: dict[int, int] = {}
    users: dict[int, set[int]] = {}
    for row, (account, clauses) in enumerate(exchanges):
        for clause in clauses:
            users.setdefault(clause, set()).add(account)
            if len(users[clause]) == 3:
                third.setdefault(clause, row)
    return [max((third.get(c, NEVER) for c in clauses), default=-1) for _, clauses in exchanges]


@settings(deadline=None)
@given(exchanges=EXCHANGES)
def test_an_exchange_is_verbatim_once_three_accounts_have_used_each_clause(
    exchanges: list[tuple[int, list[int]]],
) -> None:
    lists = [gram_values(clauses) for _, clauses in exchanges]
    flat = np.concatenate([np.zeros(0, dtype=np.uint64), *lists])
    offsets = np.cumsum([0] + [len(one) for one in lists]).astype(np.int64)
    account = np.array([account for account, _ in exchanges], dtype=np.int32)
    assert verbatim_from(flat, offsets, account).tolist() == slowly_verbatim_from(exchanges)


@pytest.mark.parametrize("limit", [2, 3, 6])
@settings(deadline=None)
@given(uses=USES)
def test_a_value_is_rare_from_its_second_account_until_one_too_many(
    limit: int, uses: list[tuple[int, int]]
) -> None:
    account = np.array([who for who, _ in uses], dtype=np.int32)
    # number 0 stands for "not logged" and must link nobody
    values = np.array([0 if v == 0 else int(gram_values([v])[0]) for _, v in uses], dtype=np.uint64)
    second, over = rare_between(values, account, limit)
    for row, (_, value) in enumerate(uses):
        arrivals: list[int] = []
        seen: set[int] = set()
        for place, (who, other) in enumerate(uses):
            if other == value and who not in seen:
                seen.add(who)
                arrivals.append(place)
        expected = (NEVER, NEVER)
        if value != 0:
            expected = (
                arrivals[1] if len(arrivals) > 1 else NEVER,
                arrivals[limit] if len(arrivals) > limit else NEVER,
            )
        assert (second[row], over[row]) == expected
