"""The same on a PostgreSQL server: what is ordered there is carried out, taken back and confirmed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.casework.lab import Lab

from stillwatch.casework.appeals.filing import Filing
from stillwatch.casework.effects.model import OrderState
from stillwatch.core.appeal import Outcome, Reach
from stillwatch.core.case import CaseDecision
from stillwatch.errors import StillwatchError


@pytest.fixture
def served(tmp_path, postgresql_url):
    lab = Lab(tmp_path, place=postgresql_url)
    lab.staff()
    yield lab
    lab.close()


def test_a_case_is_enforced_appealed_against_and_taken_back(served):
    case = served.confirmed(12)
    served.blocked(case, ttl=None)
    served.gateway("edge-1")
    assert len(served.standing()) == 12
    appeal = served.claimed(served.appeal())
    decide = served.office.appeals.decide
    decide(
        appeal.appeal_id, Outcome.OVERTURNED, "reviewer-2", appeal.version, reason="wrong", reach=Reach.CASE
    )
    served.round()
    assert served.standing() == set()
    (order,) = served.office.orders.of_appeal(appeal.appeal_id)
    assert order.state is OrderState.DONE
    assert served.office.confirmations.pending() > 0
    served.gateway("edge-1")
    assert served.office.confirmations.pending() == 0
    assert len(served.office.labels.all()) == 12


def test_an_innocent_case_is_taken_back_once_whoever_goes_round(served):
    case = served.confirmed(12)
    served.blocked(case)
    again = served.office.cases.reopen(case.case_id, "analyst-1", case.version, reason="new evidence")
    again = served.office.cases.claim(case.case_id, "analyst-1", again.version)
    served.decide(again, CaseDecision.INNOCENT, by="analyst-1")
    assert len(served.round().due.taken_back) == 1
    assert served.round().due.taken_back == ()


def test_of_many_who_claim_at_once_one_has_the_appeal(served):
    appeal = served.appeal("acct-1")

    def claim(name):
        try:
            return served.claimed(appeal, name).owner
        except StillwatchError as error:
            return error.code

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(claim, ["reviewer-1", "reviewer-2", "reviewer-3"]))
    owners = [each for each in found if each.startswith("reviewer")]
    assert len(owners) == 1
    assert set(found) - set(owners) <= {"SW-APL-11", "SW-APL-18"}
    assert served.office.appeals.get(appeal.appeal_id).owner == owners[0]


def test_of_many_filings_of_one_appeal_one_is_new(served):
    def file(number):
        return served.office.intake.file(Filing("acct-1", f"words {number}", key="k"), "support-desk").new

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(file, range(4)))
    assert found.count(True) == 1
    assert served.office.appeals.count() == 1
