"""Which campaign goes on in which case."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stillwatch.casework.cases.matching import Fate, Standing, fates
from stillwatch.core.case import CaseState

STATES = [state for state in CaseState if state is not CaseState.MERGED]


def standing(*states: CaseState, accounts: int = 10) -> dict[int, Standing]:
    return {number: Standing(number, state, accounts) for number, state in enumerate(states, 1)}


def test_half_of_the_smaller_one_makes_them_the_same() -> None:
    cases = standing(CaseState.OPEN)
    assert fates([10], {(0, 1): 5}, cases) == [Fate(1, None, (), ())]
    assert fates([10], {(0, 1): 4}, cases) == [Fate(None, None, (), ())]
    assert fates([100], {(0, 1): 5}, cases) == [Fate(1, None, (), ())]


def test_a_case_goes_on_with_the_campaign_that_holds_most_of_it() -> None:
    found = fates([4, 6], {(0, 1): 4, (1, 1): 6}, standing(CaseState.OPEN))
    assert found == [Fate(None, 1, (), ()), Fate(1, None, (), ())]


def test_work_that_goes_on_takes_the_rest_in() -> None:
    cases = standing(CaseState.OPEN, CaseState.CLAIMED, CaseState.CLOSED)
    found = fates([30], {(0, 1): 10, (0, 2): 10, (0, 3): 10}, cases)
    assert found == [Fate(2, None, (1,), (3,))]


@given(
    sizes=st.lists(st.integers(1, 30), min_size=1, max_size=5),
    states=st.lists(st.sampled_from(STATES), min_size=1, max_size=5),
    data=st.data(),
)
def test_no_case_goes_on_twice_and_none_is_merged_that_goes_on(
    sizes: list[int], states: list[CaseState], data: st.DataObject
) -> None:
    cases = {n: Standing(n, state, data.draw(st.integers(1, 30))) for n, state in enumerate(states, 1)}
    common = {
        (k, n): data.draw(st.integers(1, min(size, cases[n].accounts)))
        for k, size in enumerate(sizes)
        for n in cases
        if data.draw(st.booleans())
    }
    found = fates(sizes, common, cases)
    assert len(found) == len(sizes)
    used = [n for fate in found for n in (fate.case, *fate.merging, *fate.akin) if n is not None]
    assert len(used) == len(set(used))
    for fate in found:
        assert fate.case is not None or not fate.merging
        assert all(cases[n].state in (CaseState.OPEN, CaseState.CLAIMED) for n in fate.merging)
