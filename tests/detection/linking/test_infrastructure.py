from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.detection.linking.infrastructure import RareUse

USES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 5)), max_size=40)
LIMIT = 3


@given(USES, st.sets(st.integers(0, 7)))
def test_rare_use_tells_who_used_what_at_most_a_few_did(uses: list[tuple[int, int]], asked: set[int]) -> None:
    account = np.array([who for who, _ in uses], dtype=np.int32)
    values = np.array([value for _, value in uses], dtype=np.uint64)
    users = {v: {a for a, other in uses if other == v} for _, v in uses if v}  # 0: the log gave none
    rare = {v: who for v, who in users.items() if len(who) <= LIMIT}
    use = RareUse(values, account, LIMIT)
    assert sorted(use.value.tolist()) == sorted(rare)
    for row, group in enumerate(use.of_row.tolist()):
        assert (int(use.value[group]) if group >= 0 else None) == (
            uses[row][1] if uses[row][1] in rare else None
        )
    for group, value in enumerate(use.value.tolist()):
        assert use.users(group).tolist() == sorted(rare[value])
    members = np.array(sorted(asked & set(account.tolist())), dtype=np.int32)
    shared = [who.tolist() for who in use.shared_by(members)]
    assert sorted(shared) == sorted(
        sorted(who) for who in rare.values() if len(who & set(members.tolist())) >= 2
    )
    if rare:
        every, inside = use.users_in(np.arange(use.value.size), members)
        assert every.tolist() == [len(rare[v]) for v in use.value.tolist()]
        assert inside.tolist() == [len(rare[v] & set(members.tolist())) for v in use.value.tolist()]
