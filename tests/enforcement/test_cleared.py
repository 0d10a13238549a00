"""Whom people found honest is left alone by machines, for a while and whatever way they take."""

from __future__ import annotations

import pytest

from stillwatch.core.decision import Action, Mode, Scope
from stillwatch.enforcement.cleared import LASTS, clear, cleared
from stillwatch.enforcement.proposals import Proposals
from stillwatch.enforcement.resting import Resting
from stillwatch.errors import StillwatchError


@pytest.fixture
def honest(store, time):
    with store.database.change() as connection:
        clear(connection, ["acct-1"], until=time.now + LASTS, source="ord-1", by="reviewer-2")
    return store


@pytest.mark.parametrize("by", ["policy", "displacement", "indicator", "node"])
@pytest.mark.parametrize("mode", list(Mode))
def test_nothing_a_machine_wants_against_them_is_taken(honest, draft, by, mode):
    taken = honest.add_all([draft("acct-1", by=by, mode=mode), draft("acct-2", by=by, mode=mode)])
    assert [each.value for each in taken] == ["acct-2"]


def test_they_may_be_let_through_and_a_person_may_decide(honest, draft):
    assert honest.add_all([draft("acct-1", action=Action.ALLOW, by="policy")])
    assert honest.add(draft("acct-1", by="analyst-1")).value == "acct-1"


def test_a_proposal_of_a_rule_that_others_approve_passes_them_over(honest, draft):
    wanted = [draft("acct-1", by="policy"), draft("acct-2", by="policy")]
    proposal = Proposals(honest).propose(wanted, why="beyond its brake", by="policy")
    taken = Proposals(honest).approve(proposal.proposal_id, by="analyst-1", reason="seen")
    assert [each.value for each in taken] == ["acct-2"]


def test_it_ends_by_itself_and_is_never_shortened(honest, time, draft):
    with honest.database.change() as connection:
        clear(connection, ["acct-1"], until=time.now + 1, source="ord-2", by="reviewer-3")
    assert cleared(honest.database, time.now + LASTS - 1) == {"acct-1": "ord-2"}
    time.now += LASTS
    assert cleared(honest.database, time.now) == {}
    assert honest.add_all([draft("acct-1", by="policy")])


def test_a_decision_is_found_by_the_case_it_names(store, draft):
    named = store.add(draft("acct-1", grounds=("conduct", "case:case-12")))
    store.add(draft("acct-2", grounds=("conduct", "case:case-1")))
    store.add(draft("acct-3"))
    resting = Resting(store)
    assert resting.on("case", ["case-12"]) == [named]
    assert resting.grounds(named.decision_id) == ("conduct", "case:case-12")
    store.lift(named.decision_id, by="analyst-1", reason="wrong")
    assert resting.on("case", ["case-12"]) == []


def test_a_ground_with_an_id_is_of_its_kind(store, draft):
    with pytest.raises(StillwatchError, match="an indicator received from others never acts alone"):
        store.add(draft(origin="indicator", grounds=("indicator:indicator--1",)))
    with pytest.raises(StillwatchError, match="never carries a permanent block"):
        store.add_all([draft(ttl=None, grounds=("country:XX",))], approved_by="reviewer-1")
    with pytest.raises(StillwatchError, match="'kase' is no ground"):
        store.add(draft(grounds=("kase:case-1",)))


def test_a_decision_may_be_about_more_than_an_account(store, draft):
    store.add(draft("org-1", scope=Scope.ORGANIZATION, grounds=("case:case-1",)))
    assert [each.scope for each in Resting(store).on("case", ["case-1"])] == [Scope.ORGANIZATION]
