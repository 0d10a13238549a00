"""Cases over the node's HTTP API, while others work on the same database."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.casework import judged
from tests.casework.campaigns import campaign, names, run
from tests.node.records import exchange, lines

from stillwatch.casework.cases import CaseStore
from stillwatch.casework.people import Role
from stillwatch.casework.records import Records, open_records


@pytest.fixture
def records(node, key_file: Path) -> Iterator[Records]:
    with open_records(node.folder / "cases.sqlite", key_file.with_name("ledger.key")) as opened:
        if not opened.people.list():
            opened.people.add("administrator-1", [Role.ADMINISTRATOR], by="administrator-1")
            for name, role in (
                ("analyst-1", Role.ANALYST),
                ("analyst-2", Role.ANALYST),
                ("auditor-1", Role.AUDITOR),
            ):
                opened.people.add(name, [role], by="administrator-1")
        yield opened


@pytest.fixture
def cases(records: Records) -> CaseStore:
    return CaseStore(records.database, records.ledger)


@pytest.fixture
def api(node) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=node.url, timeout=60) as client:
        yield client


def opened(cases: CaseStore, first: int) -> str:
    """A new case of ten accounts."""
    return cases.open_from(run(campaign(f"cmp-{first}", names(first, first + 9))))[0].case_id


def post(api: httpx.Client, case_id: str, what: str, **body: object) -> httpx.Response:
    return api.post(f"/v1/cases/{case_id}/{what}", json=body)


def test_a_case_is_listed_claimed_decided_and_closed(api: httpx.Client, cases: CaseStore) -> None:
    case_id = opened(cases, 100)
    assert case_id in [each["case_id"] for each in api.get("/v1/cases").json()["cases"]]
    assert api.get("/v1/cases", params={"account": "acct-00105"}).json()["count"] == 1
    said = api.get(f"/v1/cases/{case_id}").json()
    assert (said["state"], said["version"], said["overdue"]) == ("open", 1, False)
    assert said["reasons"][0]["decibans"] == 6.0
    accounts = api.get(f"/v1/cases/{case_id}/accounts", params={"after": "acct-00107"}).json()["accounts"]
    assert [each["account_id"] for each in accounts] == ["acct-00108", "acct-00109"]
    assert post(api, case_id, "claim", version=1, by="analyst-1").json()["owner"] == "analyst-1"
    assert post(api, case_id, "notes", text="They pay by one card.", by="analyst-2").json()["version"] == 3
    task = post(api, case_id, "tasks", text="Ask sales.", by="analyst-1", due="2026-03-09T12:00:00Z").json()
    assert task["due_ts"] == "2026-03-09T12:00:00.000Z"
    assert post(api, case_id, "done", task_id=task["task_id"], by="analyst-1").json()["version"] == 5
    decided = post(
        api,
        case_id,
        "decide",
        decision="confirmed",
        reason="One pool.",
        version=5,
        by="analyst-1",
        spare=["acct-00101"],
    )
    assert (decided.status_code, decided.json()["spared"]) == (200, ["acct-00101"])
    assert post(api, case_id, "close", version=6, by="analyst-1").json()["state"] == "closed"
    assert (
        post(api, case_id, "reopen", version=7, by="analyst-1", reason="They are back.").json()["state"]
        == "open"
    )


def test_a_conflict_is_told_with_the_present_version(api: httpx.Client, cases: CaseStore) -> None:
    case_id = opened(cases, 200)
    assert post(api, case_id, "claim", version=1, by="analyst-1").status_code == 200
    refused = post(api, case_id, "decide", decision="innocent", reason="An app.", version=1, by="analyst-1")
    assert refused.status_code == 409
    assert (refused.json()["version"], refused.json()["error"]["code"]) == (2, "SW-CASE-02")
    refused = post(api, case_id, "claim", version=2, by="analyst-2")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "SW-CASE-03")


def test_merging_names_both_versions(api: httpx.Client, cases: CaseStore) -> None:
    into, other = opened(cases, 300), opened(cases, 400)
    wrong = post(
        api, into, "merge", other=other, reason="One card.", version=1, other_version=9, by="analyst-1"
    )
    assert (wrong.status_code, wrong.json()["version"]) == (409, 1)
    merged = post(
        api, into, "merge", other=other, reason="One card.", version=1, other_version=1, by="analyst-1"
    )
    assert merged.json()["accounts"] == 20
    assert api.get(f"/v1/cases/{into}/related").json()["cases"][0]["case_id"] == other


def test_a_case_is_judged_again(api: httpx.Client, cases: CaseStore) -> None:
    case_id = cases.open_from(judged.run())[0].case_id
    found = post(api, case_id, "replay", by="auditor-1").json()
    assert (found["same"], found["differences"], found["verdict"]) == (True, [], "attack")
    assert cases.steps(case_id)[-1].by == "auditor-1"
    assert len(api.get(f"/v1/cases/{case_id}/snapshots").json()["snapshots"]) == 1
    assert post(api, opened(cases, 500), "replay", by="auditor-1").status_code == 404


def test_who_looks_at_exemplars_stands_in_the_ledger(
    api: httpx.Client, cases: CaseStore, records: Records
) -> None:
    case_id = cases.open_from(judged.run())
    case_id = cases.list()[0].case_id if not case_id else case_id[0].case_id
    before = records.ledger.size()
    assert api.get(f"/v1/cases/{case_id}/exemplars", params={"by": "auditor-1"}).status_code == 200
    last = [each.entry for each in records.ledger.entries(before)]
    assert [(entry.kind, entry.subject, entry.by) for entry in last] == [
        ("evidence-read", case_id, "auditor-1")
    ]
    assert api.get(f"/v1/cases/{case_id}/exemplars", params={"by": "administrator-1"}).status_code == 403


def test_bad_requests_are_refused_in_words(api: httpx.Client, cases: CaseStore, records: Records) -> None:
    case_id = opened(cases, 600)
    assert api.get("/v1/cases/csae-1").status_code == 404
    assert api.get("/v1/cases", params={"state": "opne"}).status_code == 400
    assert api.get("/v1/cases", params={"limit": "many"}).status_code == 400
    assert post(api, case_id, "claim", by="analyst-1").status_code == 400
    assert post(api, case_id, "claim", version=1, by="auditor-1").status_code == 403
    assert post(api, case_id, "claim", version=1).status_code == 403
    assert post(api, case_id, "claim", version=1, by="nobody-1").status_code == 403
    token = records.people.make_token("analyst-2", by="administrator-1")
    assert post(api, case_id, "claim", version=1, by="analyst-2").status_code == 401
    wrong = api.post(
        f"/v1/cases/{case_id}/claim", json={"version": 1}, headers={"X-Person-Token": "swp_wrong"}
    )
    assert wrong.status_code == 401
    for path in (f"/v1/cases/{case_id}", "/v1/cases", "/v1/appeals"):
        assert api.get(path, headers={"X-Person-Token": "swp_wrong"}).status_code == 401
        assert api.get(path, headers={"X-Person-Token": token}).status_code == 200
    right = api.post(f"/v1/cases/{case_id}/claim", json={"version": 1}, headers={"X-Person-Token": token})
    assert right.json()["owner"] == "analyst-2"
    records.people.revoke_tokens("analyst-2", by="administrator-1")


def test_a_token_without_the_scope_sees_no_case(start, tmp_path: Path) -> None:
    from stillwatch.node.tokens import Right, TokenFile

    tokens = TokenFile(tmp_path / "tokens.json")
    analyst, gateway = (
        tokens.add("analyst-1", [Right.CASES]),
        tokens.add("gateway-1", [Right.DECIDE, Right.READ]),
    )
    running = start("--tokens", str(tokens.path)).ready()
    with httpx.Client(base_url=running.url, timeout=30) as client:
        seen = [
            client.get("/v1/cases", headers={"Authorization": f"Bearer {token}"}).status_code
            for token in (analyst, gateway)
        ]
    assert seen == [200, 403]
    assert running.stop() == 0


def test_a_look_leaves_the_ledger_open_for_cases_and_says_nothing_is_wrong(node, api: httpx.Client) -> None:
    assert api.post("/v1/exchanges", content=lines([exchange(k) for k in range(60)])).status_code == 200
    until = time.monotonic() + 240
    while not api.get("/v1/verdicts").json()["look"]:
        assert time.monotonic() < until, "no look was taken"
        time.sleep(0.2)
    time.sleep(1)
    assert (node.folder / "cases.sqlite").is_file()
    assert "cases" not in json.dumps(api.get("/readyz").json())
