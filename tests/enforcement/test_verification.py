import contextlib
import threading

import pytest

from stillwatch.core.decision import Action
from stillwatch.enforcement import entries
from stillwatch.enforcement.verification import State, Verifications
from stillwatch.errors import StillwatchError

DAY = 86_400.0


@pytest.fixture
def asked(store, draft):
    taken = store.add(draft(action=Action.VERIFY))
    return Verifications(store).ask("acct-1", taken.decision_id)


def test_an_account_is_asked_once_until_it_answers(store, asked):
    assert Verifications(store).ask("acct-1", "dec-other") == asked
    assert Verifications(store).waiting() == [asked]


def test_who_passes_is_let_through_and_evidence_of_it_is_kept(store, time, asked):
    verifications = Verifications(store)
    passed = verifications.resolve(
        asked.challenge_id, State.PASSED, by="kyc", method="government-id", evidence="case-7", valid_for=DAY
    )
    assert store.active() == []
    assert (passed.method, passed.evidence, passed.by) == ("government-id", "case-7", "kyc")
    assert verifications.of("acct-1") == [passed]
    assert verifications.state("acct-1", time.now) == "passed"
    assert verifications.state("acct-1", time.now + DAY) == "none"
    assert verifications.states(time.now) == {"acct-1": "passed"}
    assert [each.kind for each in entries.entries(store.database, asked.challenge_id)] == ["ask", "resolve"]


def test_who_fails_stays_where_it_is(store, time, asked):
    Verifications(store).resolve(asked.challenge_id, State.FAILED, by="kyc")
    assert len(store.active()) == 1
    assert Verifications(store).state("acct-1", time.now) == "failed"


def test_a_challenge_is_resolved_once_and_only_with_an_outcome(store, asked):
    verifications = Verifications(store)
    with pytest.raises(StillwatchError, match="method and a reference"):
        verifications.resolve(asked.challenge_id, State.PASSED, by="kyc")
    with pytest.raises(StillwatchError, match="no outcome"):
        verifications.resolve(asked.challenge_id, State.EXPIRED, by="kyc")
    with pytest.raises(StillwatchError, match="answer for the outcome"):
        verifications.resolve(asked.challenge_id, State.FAILED, by="")
    verifications.resolve(asked.challenge_id, State.WITHDRAWN, by="analyst-1")
    with pytest.raises(StillwatchError, match="it is withdrawn"):
        verifications.resolve(asked.challenge_id, State.FAILED, by="kyc")
    with pytest.raises(StillwatchError, match="it is unknown"):
        verifications.resolve("ver-none", State.FAILED, by="kyc")


def test_a_challenge_nobody_answers_is_closed_and_can_be_asked_again(store, time, asked):
    verifications = Verifications(store)
    assert verifications.expire(time.now, after=DAY) == []
    assert [each.challenge_id for each in verifications.expire(time.now + DAY, after=DAY)] == [
        asked.challenge_id
    ]
    assert verifications.state("acct-1", time.now + DAY) == "none"
    assert verifications.ask("acct-1", "dec-2").challenge_id != asked.challenge_id


def test_a_challenge_that_is_answered_while_it_expires_ends_once(store, time, asked, monkeypatch):
    verifications = Verifications(store)

    def answer():
        with contextlib.suppress(StillwatchError):  # it does not wait any more
            verifications.resolve(
                asked.challenge_id, State.PASSED, by="kyc", method="government-id", evidence="case-7"
            )

    answering = threading.Thread(target=answer)
    read = verifications._rows

    def interrupted(where, *values):
        """What is read, with the answer coming in right after what is to expire was chosen."""
        found = read(where, *values)
        if "asked <=" in where:
            answering.start()
            answering.join(0.5)
        return found

    monkeypatch.setattr(verifications, "_rows", interrupted)
    assert len(verifications.expire(time.now + DAY, after=DAY)) == 1
    answering.join()
    assert verifications.of("acct-1")[0].state is State.EXPIRED
    told = entries.entries(store.database, asked.challenge_id)
    assert [(each.kind, each.reason) for each in told][1:] == [("resolve", "expired")]
