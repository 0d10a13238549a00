"""Cases on the command line, opened from what ``detect`` found."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest
from tests.cli.conftest import Call

PLACE = ("--cases", "cases.sqlite")


@pytest.fixture
def lab(call: Call, found: Path) -> Call:
    """People, and the cases of the small world."""
    assert call("people", "add", "administrator-1", "--role", "administrator", *PLACE)[0] == 0
    for name, role in (
        ("analyst-1", "analyst"),
        ("analyst-2", "analyst"),
        ("counsel-1", "counsel"),
        ("auditor-1", "auditor"),
    ):
        assert call("people", "add", name, "--role", role, "--by", "administrator-1", *PLACE)[0] == 0
    status, out, err = call("case", "open", found, "--by", "analyst-1", *PLACE)
    assert (status, out.splitlines()[0].split()[0]) == (0, "case"), err
    return call


def test_findings_are_opened_once(lab: Call, found: Path) -> None:
    status, out, err = lab("case", "open", found, "--by", "analyst-1", *PLACE)
    assert (status, out) == (0, "")
    assert "nothing is new" in err
    listed = json.loads(lab("case", "list", "--json", *PLACE)[1])
    confirmed = (found / "campaigns.jsonl").read_text().splitlines()
    assert listed["count"] == len(confirmed) > 0
    accounts = [case["accounts"] for case in listed["cases"]]
    assert sorted(accounts) == sorted(len(json.loads(line)["accounts"]) for line in confirmed)


def test_a_case_is_claimed_shown_decided_and_judged_again(lab: Call) -> None:
    assert lab("case", "claim", "case-1", "--by", "analyst-1", *PLACE)[0] == 0
    status, _, err = lab("case", "claim", "case-1", "--by", "analyst-2", *PLACE)
    assert (status, "claimed by analyst-1" in err) == (2, True)
    status, out, _ = lab("case", "show", "case-1", *PLACE)
    assert status == 0
    for word in (
        "case-1  version 2  claimed  owner analyst-1",
        "reasons",
        "honest explanation",
        "accounts",
        "history",
    ):
        assert word in out
    assert lab("case", "note", "case-1", "One card pays.", "--by", "analyst-2", *PLACE)[0] == 0
    decide = ("case", "decide", "case-1", "confirmed", "--reason", "One pool.", "--by", "analyst-1", *PLACE)
    status, _, err = lab(*decide, "--seen", "2")
    assert (status, "error[SW-CASE-02]" in err) == (2, True)
    assert lab(*decide, "--seen", "3")[0] == 0
    assert lab("case", "close", "case-1", "--by", "analyst-1", *PLACE)[0] == 0
    status, out, _ = lab("case", "replay", "case-1", "--by", "auditor-1", *PLACE)
    assert status == 0
    assert "judged again with the thresholds and scales of then: the same" in out
    said = json.loads(lab("case", "replay", "case-1", "--by", "auditor-1", "--json", *PLACE)[1])
    assert (said["same"], said["in_ledger"], said["differences"]) == (True, True, [])
    assert lab("case", "reopen", "case-1", "--reason", "They are back.", "--by", "analyst-2", *PLACE)[0] == 0
    steps = json.loads(lab("case", "show", "case-1", "--json", *PLACE)[1])["steps"]
    kinds = [step["kind"] for step in steps]
    assert kinds == ["opened", "claimed", "noted", "decided", "closed", "replayed", "replayed", "reopened"]


def test_tasks_and_who_looked_at_exemplars(lab: Call) -> None:
    status, _, err = lab(
        "case", "task", "case-1", "Ask the reseller.", "--for", "analyst-2", "--by", "analyst-1", *PLACE
    )
    assert (status, "2 to be done" in err) == (0, True)
    assert lab("case", "task", "case-1", "--done", "1", "--by", "analyst-1", *PLACE)[0] == 0
    assert lab("case", "task", "case-1", "--by", "analyst-1", *PLACE)[0] == 2
    status, out, _ = lab("case", "show", "case-1", "--exemplars", "--by", "auditor-1", *PLACE)
    assert (status, "exemplars" in out) == (0, True)
    assert lab("case", "show", "case-1", "--exemplars", "--by", "administrator-1", *PLACE)[0] == 2
    assert lab("case", "related", "case-1", *PLACE)[0] == 0


def test_text_is_kept_by_order_read_and_destroyed(
    lab: Call, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STILLWATCH_RETAINED_DIR", str(tmp_path / "retained"))
    asked = lab(
        "case",
        "retain",
        "case-1",
        "--days",
        "7",
        "--reason",
        "For the complaint.",
        "--by",
        "analyst-1",
        *PLACE,
    )
    assert asked[0] == 0, asked[2]
    order = asked[1].strip()
    keep = (
        "case",
        "retain",
        "case-1",
        "--order",
        order,
        "--logs",
        world / "exchanges.jsonl.gz",
        "--by",
        "analyst-1",
        *PLACE,
    )
    status, _, err = lab(*keep)
    assert (status, "error[SW-EVID-26]" in err) == (2, True)
    approval = err.partition("--> ")[2].split()[0]
    assert lab("approvals", "approve", approval, "--by", "counsel-1", *PLACE)[0] == 0
    status, _, err = lab(*keep)
    assert status == 0, err
    status, out, _ = lab("case", "retained", "--by", "auditor-1", *PLACE)
    assert (status, order in out) == (0, True)
    proof = lab("case", "shred", order, "--check", "--by", "auditor-1", *PLACE)
    assert (proof[0], "NOT proven" in proof[1]) == (1, True)
    assert lab("case", "shred", order, "--by", "analyst-1", *PLACE)[0] == 0
    proof = lab("case", "shred", order, "--check", "--by", "auditor-1", *PLACE)
    assert (proof[0], f"{order} of case-1: gone" in proof[1]) == (0, True)
    assert list((tmp_path / "retained").iterdir()) == []
    gone = lab("case", "retained", "--read", order, "--by", "analyst-1", *PLACE)
    assert (gone[0], "error[SW-EVID-21]" in gone[2]) == (2, True)


def test_bad_input_is_answered_in_words(lab: Call, call: Call, world: Path) -> None:
    for words, code in (
        (("case", "show", "csae-1"), "SW-CASE-01"),
        (("case", "claim", "case-1", "--by", "nobody-1"), "SW-PPL-02"),
        (("case", "note", "case-1", "x"), "SW-PPL-02]: say who acts, with --by NAME"),
        (("case", "replay", "case-1"), "SW-PPL-02]: say who acts, with --by NAME"),
        (("case", "claim", "case-1", "--by", "auditor-1"), "SW-PPL-01"),
        (("case", "open", world, "--by", "analyst-1"), "SW-EVID-05"),
        (("case", "replay", "case-1", "--evidence", "00ff", "--by", "auditor-1"), "SW-EVID-03"),
        (("case", "task", "case-1", "Ask.", "--due", "tomorrow", "--by", "analyst-1"), "SW-CASE-13"),
    ):
        status, _, err = lab(*words, *PLACE)
        assert (status != 0, f"error[{code}" in err) == (True, True), (words, err)
    status, _, err = call("case", "list", "--cases", "nowhere.sqlite")
    assert (status, "error[SW-SQL-10]" in err) == (3, True)
    assert not Path("nowhere.sqlite").exists()


def test_evidence_that_was_changed_is_refused(lab: Call, found: Path, tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    folder.mkdir()
    content = bytearray((found / "evidence.bin").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "evidence.bin").write_bytes(content)
    status, _, err = lab("case", "open", folder, "--by", "analyst-1", *PLACE)
    assert (status, "error[SW-DETECT-20]" in err) == (3, True)


def test_a_stale_list_is_written_as_json(lab: Call) -> None:
    listed = orjson.loads(lab("case", "list", "--all", "--order", "due", "--json", *PLACE)[1])
    assert all({"case_id", "version", "due_ts", "overdue"} <= case.keys() for case in listed["cases"])
    assert lab("case", "list", "--overdue", *PLACE)[1].strip() == "no case is like that"
