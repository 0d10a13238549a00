import pytest

from stillwatch.enforcement import entries
from stillwatch.enforcement.proposals import Proposals
from stillwatch.errors import StillwatchError


def test_a_permanent_block_stands_only_after_another_person_agreed(store, draft):
    proposals = Proposals(store)
    proposal = proposals.propose([draft(ttl=None)], why="a permanent block", by="analyst-1")
    assert store.active() == []
    assert proposals.waiting() == [proposal]
    for by in ("analyst-1", " analyst-1 ", "policy", "node", ""):
        with pytest.raises(StillwatchError, match="second person"):
            proposals.approve(proposal.proposal_id, by=by, reason="yes")
    (taken,) = proposals.approve(proposal.proposal_id, by="reviewer-1", reason="seen the case")
    assert taken.expires_ts is None
    assert store.active() == [taken]
    assert proposals.waiting() == []
    kinds = [each.kind for each in entries.entries(store.database)]
    assert kinds == ["propose", "approve", "add"]


def test_a_machine_cannot_propose_a_permanent_block(store, draft):
    with pytest.raises(StillwatchError, match="only a person"):
        Proposals(store).propose([draft(ttl=None)], why="x", by="policy")


def test_a_proposal_is_resolved_once(store, draft):
    proposals = Proposals(store)
    proposal = proposals.propose([draft()], why="too many at once", by="analyst-1")
    proposals.refuse(proposal.proposal_id, by="analyst-1", reason="withdrawn")
    for act in (proposals.approve, proposals.refuse):
        with pytest.raises(StillwatchError, match="it is refused"):
            act(proposal.proposal_id, by="reviewer-1", reason="x")
    with pytest.raises(StillwatchError, match="it is unknown"):
        proposals.refuse("pro-none", by="reviewer-1", reason="x")


def test_approval_without_a_reason_changes_nothing(store, draft):
    proposals = Proposals(store)
    proposal = proposals.propose([draft()], why="x", by="analyst-1")
    with pytest.raises(StillwatchError, match="reason"):
        proposals.approve(proposal.proposal_id, by="reviewer-1", reason=" ")
    assert proposals.waiting() == [proposal]
    assert store.active() == []
