"""Appeals at a node that runs: filed by the support system, answered by another reviewer, lifted and confirmed."""

from __future__ import annotations

import time

import httpx
import pytest
from tests.casework.campaigns import campaign, names, run

from stillwatch.casework.cases import CaseStore
from stillwatch.casework.people import Role
from stillwatch.casework.records import open_records
from stillwatch.core.case import CaseDecision

PEOPLE = {
    "analyst-1": Role.ANALYST,
    "reviewer-1": Role.REVIEWER,
    "reviewer-2": Role.REVIEWER,
    "counsel-1": Role.COUNSEL,
    "support-desk": Role.SERVICE,
}


@pytest.fixture(scope="module")
def tokens(node):
    """People in their roles, each with a token, and a confirmed case; made beside the node that runs."""
    with open_records(node.folder / "cases.sqlite", None) as records:
        records.people.add("administrator-1", {Role.ADMINISTRATOR}, by="administrator-1")
        for name, role in PEOPLE.items():
            records.people.add(name, {role}, by="administrator-1")
        cases = CaseStore(records.database, records.ledger, records.people)
        (case,) = cases.open_from(run(campaign("camp-1", names(1, 12))))
        case = cases.claim(case.case_id, "analyst-1", case.version)
        cases.decide(case.case_id, CaseDecision.CONFIRMED, "analyst-1", case.version, reason="one pool")
        return {name: records.people.make_token(name, by="administrator-1") for name in PEOPLE}


@pytest.fixture
def ask(node, tokens):
    """Asks the node as somebody."""
    with httpx.Client(base_url=node.url, timeout=30) as client:

        def call(method, path, who=None, **given):
            headers = given.pop("headers", {})
            if who is not None:
                headers |= {"X-Person-Token": tokens[who]}
            return client.request(method, path, headers=headers, **given)

        yield call


def filed(ask, account, **headers):
    body = {"account_id": account, "words": "I review my own code.", "reference": "T-1"}
    return ask("POST", "/v1/appeals", "support-desk", json=body, headers=headers)


def eventually(check, seconds=120.0):
    until = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.1)
    return found


def test_nobody_files_for_somebody_who_has_a_token_without_it(ask):
    body = {"account_id": "acct-1", "words": "w"}
    assert ask("POST", "/v1/appeals", json=body).status_code == 403
    named = ask("POST", "/v1/appeals", json=body | {"by": "support-desk"})
    assert (named.status_code, named.json()["error"]["code"]) == (401, "SW-PPL-07")
    wrong = ask("POST", "/v1/appeals", json=body, headers={"X-Person-Token": "swp_wrong"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "SW-PPL-06")


def test_the_account_holder_reads_how_it_stands_and_nothing_about_the_case(ask):
    answer = filed(ask, "acct-00002", **{"Idempotency-Key": "k-2"})
    assert answer.status_code == 201
    again = filed(ask, "acct-00002", **{"Idempotency-Key": "k-2"})
    assert (again.status_code, again.json()["appeal_id"]) == (200, answer.json()["appeal_id"])
    said = ask("GET", "/v1/appeals/status", headers={"Appeal-Token": answer.json()["token"]})
    assert said.status_code == 200
    assert (said.json()["state"], said.json()["outcome"], said.json()["statement"]) == (
        "received",
        None,
        None,
    )
    assert "case-1" not in said.text
    assert ask("GET", "/v1/appeals/status", headers={"Appeal-Token": "swa_guess"}).status_code == 404
    assert ask("GET", "/v1/appeals/status").status_code == 404


def test_an_overturned_appeal_is_lifted_at_the_gateways_and_shown_until_they_confirm(ask, node):
    wanted = {"scope": "account", "value": "acct-00001", "action": "block", "ttl": "6h", "reason": "one pool"}
    ask("POST", "/v1/decisions", json=wanted | {"by": "analyst-1", "grounds": ["case:case-1"]})
    snapshot = ask("GET", "/v1/decisions/snapshot").json()
    assert snapshot["new"]
    report = {"epoch": snapshot["epoch"], "version": snapshot["version"]}
    ask("POST", "/v1/gateways/edge-1/status", json=report)

    appeal_id = filed(ask, "acct-00001").json()["appeal_id"]
    queue = ask("GET", "/v1/appeals", "reviewer-1").json()
    assert appeal_id in {each["appeal_id"] for each in queue["appeals"]}
    assert all("words" not in each for each in queue["appeals"])
    own = ask("POST", f"/v1/appeals/{appeal_id}/claim", "support-desk", json={"version": 1})
    assert (own.status_code, own.json()["error"]["code"]) == (403, "SW-PPL-01")
    claimed = ask("POST", f"/v1/appeals/{appeal_id}/claim", "reviewer-2", json={"version": 1})
    assert claimed.status_code == 200
    late = ask("POST", f"/v1/appeals/{appeal_id}/claim", "reviewer-1", json={"version": 1})
    assert late.status_code == 409
    answer = {"version": 2, "outcome": "overturned", "reason": "a review service"}
    decided = ask("POST", f"/v1/appeals/{appeal_id}/decide", "reviewer-2", json=answer)
    assert decided.json()["appeal"]["outcome"] == "overturned"

    def carried():
        (order,) = ask("GET", f"/v1/appeals/{appeal_id}", "reviewer-1").json()["orders"]
        return order if order["order"]["state"] == "done" and order["gateways"] else None

    order = eventually(carried)
    assert [each["effect"] for each in order["touched"]] == ["ended"]
    assert [each["gateway"] for each in order["gateways"]] == ["edge-1"]
    assert order["pending"][0].startswith("gateway edge-1 has not confirmed")
    needed = order["order"]["decisions_version"]
    eventually(lambda: ask("GET", "/v1/decisions/snapshot").json()["version"] >= needed)
    snapshot = ask("GET", "/v1/decisions/snapshot").json()
    assert snapshot["new"] == []
    report = {"epoch": snapshot["epoch"], "version": snapshot["version"]}
    ask("POST", "/v1/gateways/edge-1/status", json=report)
    eventually(lambda: not carried()["pending"])
    figures = ask("GET", "/metrics").text
    assert "stillwatch_case_orders_unconfirmed 0.0" in figures
    assert 'stillwatch_appeals_waiting{clock="in_time"}' in figures


def test_what_is_not_an_appeal_is_answered_with_a_sentence(ask):
    unknown = ask("GET", "/v1/appeals/apl-none", "reviewer-1")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "SW-APL-01")
    body = {"account_id": "acct-1", "words": "w", "state": "decided"}
    assert ask("POST", "/v1/appeals", "support-desk", json=body).status_code == 400
    empty = ask("POST", "/v1/appeals", "support-desk", json={"account_id": "acct-1", "words": " "})
    assert (empty.status_code, empty.json()["error"]["code"]) == (400, "SW-APL-02")


def test_an_appeal_goes_to_counsel_over_http_as_well(ask):
    appeal_id = filed(ask, "acct-00003").json()["appeal_id"]
    path = f"/v1/appeals/{appeal_id}"
    gone = ask("POST", f"{path}/escalate", "analyst-1", json={"version": 1, "reason": "a question of law"})
    assert gone.json()["appeal"]["clock"] == "escalated"
    assert ask("GET", "/v1/appeals?escalated=true", "counsel-1").json()["total"] == 1
    taken = ask("POST", f"{path}/claim", "counsel-1", json={"version": 2})
    assert taken.json()["appeal"]["owner"] == "counsel-1"
    assert ask("POST", f"{path}/withdraw", "support-desk", json={"version": 3}).status_code == 200
