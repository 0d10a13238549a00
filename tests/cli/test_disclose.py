"""A case's way out on the command line: preview, request, two approvals, export; the logs are real, the gate is."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import msgspec
import pytest
from tests.casework.campaigns import campaign, iso, run
from tests.casework.disclosure.logs import MEMBERS, campaign_lines, other_lines, written
from tests.cli.conftest import Call

from stillwatch import clock
from stillwatch.casework.cases import CaseStore
from stillwatch.casework.people import Role
from stillwatch.casework.records import open_records
from stillwatch.core.case import CaseDecision

PLACE = ("--cases", "cases.sqlite", "--ledger-key", "ledger.key")
HUB = ("--hub", "membership.toml")
PEOPLE = {"analyst-1": Role.ANALYST, "reviewer-1": Role.REVIEWER, "counsel-1": Role.COUNSEL}
LOGS = ("--logs", "gateway.jsonl")


@pytest.fixture
def lab(call: Call, tmp_path: Path) -> Call:
    """A confirmed case of last week, its logs, and a membership."""
    begin = (clock.now() - datetime.timedelta(days=7)).replace(hour=0, minute=0, second=0, microsecond=0)
    until = begin + datetime.timedelta(days=2)
    found = msgspec.structs.replace(
        campaign("camp-1", MEMBERS, detectors=("work_splitting", "novelty")),
        first_ts=iso(begin),
        last_ts=iso(until),
        start=iso(begin),
    )
    with open_records(tmp_path / "cases.sqlite", tmp_path / "ledger.key") as records:
        records.people.add("administrator-1", [Role.ADMINISTRATOR], by="administrator-1")
        for name, role in PEOPLE.items():
            records.people.add(name, [role], by="administrator-1")
        cases = CaseStore(records.database, records.ledger, records.people)
        case = cases.open_from(run(found))[0]
        case = cases.claim(case.case_id, "analyst-1", case.version)
        cases.decide(case.case_id, CaseDecision.CONFIRMED, "analyst-1", case.version, reason="One pool.")
    shift = (begin.date() - datetime.date(2026, 3, 2)).days
    moved = [_moved(line, shift) for line in campaign_lines(MEMBERS) + other_lines()]
    written(tmp_path, moved)
    (tmp_path / "membership.toml").write_text(
        '[hub]\nname = "hub-1"\nurl = "https://hub.example.com/taxii2/stillwatch/"\n'
        'identity = "identity--11111111-1111-4111-8111-111111111111"\n'
        'token_file = "hub.token"\nsigning_key = "hub.key"\n'
    )
    return call


def _moved(line: bytes, days: int) -> bytes:
    record = json.loads(line)
    moment = datetime.datetime.fromisoformat(record["ts"]) + datetime.timedelta(days=days)
    return json.dumps(record | {"ts": moment.isoformat()}).encode() + b"\n"


def test_a_case_leaves_after_two_approvals_of_the_bytes_that_were_shown(lab: Call) -> None:
    status, out, err = lab("disclose", "preview", "case-1", *LOGS, *HUB, "--by", "analyst-1", *PLACE)
    assert status == 0, err
    assert "24 of 24 accounts come with AS64500, 0 of 60 others do" in out
    assert "no key service was named" in out
    assert "to       hub-1 (https://hub.example.com/taxii2/stillwatch/)" in out
    assert "TLP:AMBER" in out
    asked = lab("disclose", "request", "case-1", *LOGS, *HUB, "--by", "analyst-1", "--json", *PLACE)
    found = json.loads(asked[1])
    name, digest = found["disclosure_id"], found["digest"]
    assert lab("disclose", "show", name, "--bytes", *PLACE)[1].rstrip("\n") == found["body"]
    assert digest in lab("disclose", "show", name, *PLACE)[1]
    approve = ("disclose", "approve", name, *HUB, *PLACE)
    status, _, err = lab(*approve, "--digest", "0" * 12, "--by", "reviewer-1")
    assert (status, "error[SW-DISC-06]" in err) == (2, True)
    assert "still needs counsel" in lab(*approve, "--digest", digest[:12], "--by", "reviewer-1")[2]
    assert "wait for `stillwatch share publish`" in lab(*approve, "--digest", digest, "--by", "counsel-1")[2]
    listed = lab("disclose", "status", "case-1", *PLACE)[1]
    assert "released" in listed
    assert f"{len(found['indicators'])} waiting" in listed


def test_what_is_sent_days_later_is_to_the_byte_what_was_approved(
    lab: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = lab("disclose", "request", "case-1", *LOGS, *HUB, "--by", "analyst-1", "--json", *PLACE)
    found = json.loads(asked[1])
    approve = ("disclose", "approve", found["disclosure_id"], *HUB, *PLACE, "--digest", found["digest"])
    for name in ("reviewer-1", "counsel-1"):
        lab(*approve, "--by", name)
    later = clock.now() + datetime.timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    status, out, err = lab("share", "preview", *HUB, *PLACE)
    assert (status, out) == (0, found["body"] + "\n"), err


def test_the_bytes_alone_can_be_printed_before_anything_is_asked(lab: Call) -> None:
    out = lab("disclose", "preview", "case-1", *LOGS, *HUB, "--by", "analyst-1", "--bytes", *PLACE)[1]
    assert {each["type"] for each in json.loads(out)["objects"]} == {"indicator"}
    assert "acct-" not in out
    assert lab("disclose", "status", *PLACE)[1] == "nothing was asked for\n"


def test_a_gate_that_lets_nothing_through_ends_with_status_four(lab: Call, tmp_path: Path) -> None:
    (tmp_path / "strict.toml").write_text("k = 100\n")
    request = ("disclose", "request", "case-1", *LOGS, *HUB, "--by", "analyst-1", *PLACE)
    status, _, err = lab(*request, "--gate-policy", "strict.toml")
    assert (status, "error[SW-DISC-01]" in err) == (4, True)
    assert "it describes fewer than 100 accounts" in err
    assert lab("disclose", "status", *PLACE)[1] == "nothing was asked for\n"


def test_half_of_a_key_service_is_refused(lab: Call) -> None:
    words = ("--keyservice", "https://keys.example.com", "--by", "analyst-1")
    status, _, err = lab("disclose", "preview", "case-1", *LOGS, *HUB, *words, *PLACE)
    assert (status, "error[SW-DISC-11]" in err) == (2, True)


def test_a_case_is_exported_masked_and_its_proofs_hold(lab: Call, tmp_path: Path) -> None:
    status, out, err = lab("case", "export", "case-1", "--out", "case-1", "--by", "counsel-1", *PLACE)
    assert (status, out) == (0, "case-1\n"), err
    assert "acct-" not in (tmp_path / "case-1" / "case.html").read_text(encoding="utf-8")
    key = (tmp_path / "case-1" / "ledger" / "public-key.txt").read_text().strip()
    status, out, _ = lab("ledger", "verify", tmp_path / "case-1" / "ledger" / "proof.json", "--key", key)
    assert (status, out.startswith("whole: ")) == (0, True)
    status, _, err = lab("case", "export", "case-1", "--out", "case-1", "--by", "counsel-1", *PLACE)
    assert (status, "error[SW-EXP-11]" in err) == (2, True)
    zipped = lab(
        "case", "export", "case-1", "--out", "c.zip", "--with-ids", "--by", "counsel-1", "--json", *PLACE
    )
    assert json.loads(zipped[1])["withheld"] == 0
    status, _, err = lab("case", "export", "case-2", "--out", "d", "--by", "counsel-1", *PLACE)
    assert (status, "did you mean case-1" in err) == (2, True)
