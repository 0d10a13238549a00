"""Campaigns become cases, and the same ones stay the same."""

from __future__ import annotations

import datetime

from tests.casework.campaigns import UNTIL, campaign, iso, names, run

from stillwatch.casework.cases import CaseFilter, CaseStore
from stillwatch.core.case import CaseDecision, CaseState, Priority, StepKind
from stillwatch.core.verdict import Call


def held(store: CaseStore, case_id: str) -> list[str]:
    return [each.account_id for each in store.accounts(case_id, present=True)]


def test_a_confirmed_campaign_opens_one_case(store: CaseStore) -> None:
    (case,) = store.open_from(run(campaign("cmp-a", names(1, 20))))
    assert case.case_id == "case-1"
    assert (case.state, case.version, case.owner) == (CaseState.OPEN, 1, "")
    assert (case.accounts, case.exchanges, case.leaked) == (20, 2400, 600)
    assert case.campaigns == ("cmp-a",)
    assert held(store, "case-1") == names(1, 20)
    assert [each.kind for each in store.steps("case-1")] == [StepKind.OPENED]
    assert [each.text for each in store.tasks("case-1")] == ["A new app; ask the owner of its keys."]


def test_a_campaign_on_watch_opens_none_unless_asked(store: CaseStore) -> None:
    watched = run(campaign("cmp-a", names(1, 20), verdict=Call.WATCH))
    assert store.open_from(watched) == ()
    assert [each.verdict for each in store.open_from(watched, watch=True)] == [Call.WATCH]


def test_the_same_result_again_changes_nothing(store: CaseStore) -> None:
    store.open_from(run(campaign("cmp-a", names(1, 20))))
    entries = store.ledger.size()
    for _ in range(3):
        assert store.open_from(run(campaign("cmp-a", names(1, 20)))) == ()
    assert store.count() == 1
    assert store.get("case-1").version == 1
    assert store.ledger.size() == entries


def test_a_campaign_that_was_renamed_is_known_by_its_accounts(store: CaseStore) -> None:
    store.open_from(run(campaign("cmp-a", names(1, 20))))
    (case,) = store.open_from(run(campaign("cmp-b", names(1, 25))))
    assert (case.case_id, case.version, case.accounts) == ("case-1", 2, 25)
    assert case.campaigns == ("cmp-b", "cmp-a")
    assert "5 accounts joined" in store.steps("case-1")[-1].text
    assert store.list(CaseFilter(campaign="cmp-a")) == store.list(CaseFilter(campaign="cmp-b")) == (case,)


def test_who_left_stays_listed_as_gone(store: CaseStore) -> None:
    store.open_from(run(campaign("cmp-a", names(1, 20))))
    store.open_from(run(campaign("cmp-a", names(5, 24))))
    assert held(store, "case-1") == names(5, 24)
    gone = [each.account_id for each in store.accounts("case-1", present=False)]
    assert gone == names(1, 4)


def test_more_traffic_alone_asks_nobody_to_look_again(store: CaseStore) -> None:
    store.open_from(run(campaign("cmp-a", names(1, 20), hourly=5)))
    assert store.open_from(run(campaign("cmp-a", names(1, 20), hourly=200))) == ()
    case = store.get("case-1")
    assert (case.version, case.exchanges, case.priority) == (1, 9600, Priority.URGENT)


def test_priority_follows_the_leak_of_the_last_day(store: CaseStore) -> None:
    found = [
        store.open_from(run(campaign(f"cmp-{hourly}", names(hourly * 100, hourly * 100 + 9), hourly=hourly)))[
            0
        ]
        for hourly in (1, 10, 100)
    ]
    assert [case.leak_rate for case in found] == [1.0, 10.0, 100.0]
    assert [case.priority for case in found] == [Priority.NORMAL, Priority.HIGH, Priority.URGENT]
    assert [case.case_id for case in store.list()] == ["case-3", "case-2", "case-1"]
    quiet = campaign("cmp-quiet", names(1, 9), hourly=100)
    later = run(quiet).__class__((quiet,), b"", iso(UNTIL + datetime.timedelta(days=3)))
    (case,) = store.open_from(later)
    assert (case.leak_rate, case.priority) == (0.0, Priority.LOW)


def test_a_promise_gets_shorter_but_never_longer(store: CaseStore) -> None:
    store.open_from(run(campaign("cmp-a", names(1, 20), hourly=10)))
    first = store.get("case-1").due_ts
    store.open_from(run(campaign("cmp-a", names(1, 20), hourly=500)))
    sooner = store.get("case-1").due_ts
    assert sooner < first
    store.open_from(run(campaign("cmp-a", names(1, 20), hourly=0)))
    assert store.get("case-1").due_ts == sooner


def test_a_campaign_that_falls_apart_splits_its_case(store: CaseStore) -> None:
    store.open_from(run(campaign("cmp-a", names(1, 40))))
    changed = store.open_from(run(campaign("cmp-a", names(1, 25)), campaign("cmp-b", names(26, 40))))
    assert store.count() == 2
    assert held(store, "case-1") == names(1, 25)
    assert held(store, "case-2") == names(26, 40)
    assert store.get("case-2").split_from == "case-1"
    assert "case-2" in {case.case_id for case in changed}
    assert StepKind.SPLIT in [each.kind for each in store.steps("case-1")]
    assert store.related("case-1")[0].case_id == "case-2"


def test_campaigns_that_turn_out_to_be_one_merge_their_cases(store: CaseStore) -> None:
    store.open_from(run(campaign("cmp-a", names(1, 20)), campaign("cmp-b", names(21, 30))))
    store.note("case-2", "They pay by one card.", "analyst-1")
    store.open_from(run(campaign("cmp-a", names(1, 32))))
    case, other = store.get("case-1"), store.get("case-2")
    assert (case.accounts, case.state) == (32, CaseState.OPEN)
    assert (other.state, other.merged_into, other.accounts) == (CaseState.MERGED, "case-1", 0)
    assert held(store, "case-1") == names(1, 32)
    assert held(store, "case-2") == []
    assert case.campaigns == ("cmp-a", "cmp-b")
    assert "They pay by one card." in [each.text for each in store.steps("case-1")]
    assert [each.case_id for each in store.list(CaseFilter(states=(CaseState.OPEN,)))] == ["case-1"]


def test_the_case_that_somebody_works_on_takes_the_other_in(store: CaseStore) -> None:
    store.open_from(run(campaign("cmp-a", names(1, 20)), campaign("cmp-b", names(21, 30))))
    store.claim("case-2", "analyst-1", 1)
    store.open_from(run(campaign("cmp-a", names(1, 30))))
    case = store.get("case-2")
    assert (case.state, case.owner, case.accounts) == (CaseState.CLAIMED, "analyst-1", 30)
    assert store.get("case-1").merged_into == "case-2"


def test_what_was_decided_is_not_merged_away(store: CaseStore) -> None:
    store.open_from(run(campaign("cmp-a", names(1, 20)), campaign("cmp-b", names(21, 40))))
    for case_id, decision in (("case-1", CaseDecision.CONFIRMED), ("case-2", CaseDecision.INNOCENT)):
        version = store.claim(case_id, "analyst-1", 1).version
        store.decide(case_id, decision, "analyst-1", version, reason="seen")
    store.open_from(run(campaign("cmp-a", names(1, 40))))
    assert store.get("case-2").decision is CaseDecision.INNOCENT
    assert store.get("case-2").state is CaseState.DECIDED
    assert store.count() == 2


def test_a_decided_case_waits_again_once_many_have_joined(store: CaseStore) -> None:
    store.open_from(run(campaign("cmp-a", names(1, 20))))
    version = store.claim("case-1", "analyst-1", 1).version
    version = store.decide("case-1", CaseDecision.CONFIRMED, "analyst-1", version, reason="seen").version
    store.close("case-1", "analyst-1", version)
    store.open_from(run(campaign("cmp-a", names(1, 23))))
    assert store.get("case-1").state is CaseState.CLOSED
    store.open_from(run(campaign("cmp-a", names(1, 25))))
    case = store.get("case-1")
    assert (case.state, case.owner, case.decision) == (CaseState.OPEN, "", CaseDecision.CONFIRMED)
    assert [each.covered for each in store.accounts("case-1")] == [True] * 20 + [False] * 5
    assert store.steps("case-1")[-1].kind is StepKind.REOPENED


def test_every_change_by_detection_stands_in_the_ledger(store: CaseStore) -> None:
    store.open_from(run(campaign("cmp-a", names(1, 40))))
    store.open_from(run(campaign("cmp-a", names(1, 25)), campaign("cmp-b", names(26, 41))))
    store.open_from(run(campaign("cmp-a", names(1, 41))))
    kinds = [logged.entry.kind for logged in store.ledger.entries() if logged.entry.subject == "case-1"]
    assert kinds == ["case-opened", "case-split", "case-merged", "case-changed"]
