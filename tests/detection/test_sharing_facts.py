from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detection.worlds import gram_values

from stillwatch.detection.sharing_facts import NEVER, verbatim_from

EXCHANGES = st.lists(st.tuples(st.integers(0, 4), st.lists(st.integers(0, 6), max_size=3)), max_size=30)


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
