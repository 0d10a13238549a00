"""Working through the queue: nobody gets another's case, and what was skipped comes back only when it has changed."""

from __future__ import annotations

import pytest
from tests.casework.campaigns import campaign, names, run

from stillwatch.casework.cases import CaseFilter, CaseStore, ConflictError
from stillwatch.casework.cases.filters import WAITING
from stillwatch.casework.cases.triage import left, skipped_by, take_next
from stillwatch.core.case import CaseDecision, CaseState, StepKind

QUEUE = CaseFilter(states=WAITING)


@pytest.fixture
def three(store: CaseStore) -> CaseStore:
    """The first one leaks most."""
    store.open_from(
        run(*(campaign(f"cmp-{n}", names(100 * n, 100 * n + 9), hourly=50 - 20 * n) for n in (0, 1, 2)))
    )
    return store


def test_two_people_are_given_different_cases_in_the_order_of_the_queue(three: CaseStore) -> None:
    order = [case.case_id for case in three.list(QUEUE)]
    first, second = take_next(three, "analyst-1", QUEUE), take_next(three, "analyst-2", QUEUE)
    assert first is not None
    assert second is not None
    assert [first.case_id, second.case_id] == order[:2]
    assert (first.owner, second.owner) == ("analyst-1", "analyst-2")
    assert (left(three, "analyst-1", QUEUE).free, left(three, "analyst-1", QUEUE).mine) == (1, 1)


def test_a_skipped_case_goes_to_somebody_else_and_not_back_to_whoever_skipped_it(three: CaseStore) -> None:
    first = take_next(three, "analyst-1", QUEUE)
    assert first is not None
    after = three.skip(first.case_id, "analyst-1", first.version, "I know the owner")
    assert (after.state, after.owner) == (CaseState.OPEN, "")
    assert skipped_by(three, "analyst-1") == {first.case_id}
    following = take_next(three, "analyst-1", QUEUE)
    assert following is not None
    assert following.case_id != first.case_id
    others = take_next(three, "analyst-2", QUEUE)
    assert others is not None
    assert others.case_id == first.case_id


def test_a_skip_is_on_record_with_its_reason(three: CaseStore) -> None:
    case = three.skip("case-1", "analyst-1", 1, "needs somebody who reads Japanese")
    step = three.steps("case-1")[-1]
    assert (step.kind, step.by, step.text) == (
        StepKind.SKIPPED,
        "analyst-1",
        "needs somebody who reads Japanese",
    )
    entry = three.ledger.about("case-1")[-1].entry
    assert (entry.kind, entry.details["version"]) == ("case-skipped", case.version)


def test_a_skipped_case_comes_back_once_it_has_changed(three: CaseStore) -> None:
    for case in three.list(QUEUE):
        three.skip(case.case_id, "analyst-1", case.version, "later")
    assert take_next(three, "analyst-1", QUEUE) is None
    assert left(three, "analyst-1", QUEUE).skipped == 3
    three.note("case-2", "the owner has answered", "analyst-2")
    again = take_next(three, "analyst-1", QUEUE)
    assert again is not None
    assert again.case_id == "case-2"


def test_somebody_elses_and_decided_cases_cannot_be_skipped(three: CaseStore) -> None:
    three.claim("case-1", "analyst-2", 1)
    with pytest.raises(ConflictError) as caught:
        three.skip("case-1", "analyst-1", 2, "mine")
    assert caught.value.code == "SW-CASE-03"
    three.decide("case-1", CaseDecision.INNOCENT, "analyst-2", 2, reason="a school")
    with pytest.raises(ConflictError) as caught:
        three.skip("case-1", "analyst-2", 3, "done already")
    assert caught.value.code == "SW-CASE-05"
