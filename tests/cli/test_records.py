"""``stillwatch people``, ``ledger``, ``approvals``, ``backup`` and ``restore``, as a person uses them."""

from __future__ import annotations

import json
import queue
import re
import threading

import click
import httpx
import pytest
from tests.casework.people.provider import CLIENT, Provider

from stillwatch.casework.people import ApprovalKind
from stillwatch.casework.records import open_records
from stillwatch.core.decision import Mode
from stillwatch.enforcement.policy import Policy
from stillwatch.enforcement.policy_desk import ROOM, PolicyDesk


@pytest.fixture
def staff(call):
    """An administrator, an analyst, a reviewer and counsel."""
    assert call("people", "add", "administrator-1", "--role", "administrator")[0] == 0
    for role in ("analyst", "reviewer", "counsel"):
        assert call("people", "add", f"{role}-1", "--role", role, "--by", "administrator-1")[0] == 0


@pytest.fixture
def token(call, tmp_path):
    def made(name):
        path = tmp_path / f"{name}.token"
        status, out, _ = call("people", "token", name, "--by", "administrator-1")
        assert status == 0
        path.write_text(out)
        return path

    return made


def public_key(call) -> str:
    return str(json.loads(call("ledger", "head", "--json")[1])["public_key"])


def test_nothing_is_made_by_looking(call, tmp_path):
    for words in (("people", "list"), ("ledger", "head"), ("approvals", "list"), ("backup", "--out", "b")):
        status, _, err = call(*words)
        assert status == 3
        assert "SW-SQL-10" in err
    assert not (tmp_path / "stillwatch-node").exists()


def test_people_are_added_listed_changed_and_removed(call, staff):
    _status, out, _ = call("people", "list", "--json")
    assert [each["name"] for each in json.loads(out)] == [
        "administrator-1",
        "analyst-1",
        "counsel-1",
        "reviewer-1",
    ]
    call("people", "roles", "analyst-1", "--role", "analyst", "--role", "reviewer", "--by", "administrator-1")
    assert "analyst reviewer" in call("people", "list")[1]
    assert call("people", "remove", "analyst-1", "--by", "administrator-1")[0] == 0
    assert "analyst-1" not in call("people", "list")[1]


def test_what_is_wrong_is_told_with_the_nearest_right_thing(call, staff):
    status, _, err = call("people", "add", "x", "--role", "analist", "--by", "administrator-1")
    assert status == 2
    status, _, err = call("people", "remove", "analist-1", "--by", "administrator-1")
    assert (status, "did you mean analyst-1?" in err) == (2, True)
    status, _, err = call("people", "add", "x-1", "--role", "analyst")
    assert "SW-PPL-02" in err
    status, _, err = call("people", "token", "analyst-1", "--rotate", "--revoke", "--by", "administrator-1")
    assert "choose" in err
    status, _, err = call("people", "list", "--cases", "mysql://db.example.com/x")
    assert "SW-SQL-01" in err


def test_whoever_has_a_token_acts_with_it(call, staff, token, tmp_path, monkeypatch):
    mine = token("administrator-1")
    status, _, err = call("people", "remove", "analyst-1", "--by", "administrator-1")
    assert (status, "SW-PPL-07" in err) == (2, True)
    assert call("people", "remove", "analyst-1", "--person-token", mine)[0] == 0
    monkeypatch.setenv("STILLWATCH_PERSON_TOKEN_FILE", str(mine))
    assert call("people", "remove", "counsel-1")[0] == 0
    status, _, err = call("people", "remove", "reviewer-1", "--by", "reviewer-1")
    assert "SW-PPL-08" in err
    monkeypatch.setenv("STILLWATCH_PERSON_TOKEN_FILE", str(tmp_path / "missing"))
    assert "SW-PPL-14" in call("people", "remove", "reviewer-1")[2]


def test_tokens_are_rotated_and_taken_back(call, staff, token):
    mine = token("administrator-1")
    status, out, _ = call(
        "people", "token", "administrator-1", "--rotate", "--grace", "0", "--person-token", mine
    )
    assert (status, out.startswith("swp_")) == (0, True)
    assert "SW-PPL-06" in call("people", "token", "analyst-1", "--person-token", mine)[2]
    mine.write_text(out)
    status, _, err = call("people", "token", "administrator-1", "--revoke", "--person-token", mine)
    assert (status, "taken back" in err) == (0, True)


def test_the_ledger_is_exported_and_checked_by_somebody_else(call, staff, tmp_path):
    key = public_key(call)
    assert call("ledger", "head", "--json")[0] == 0
    (tmp_path / "head.json").write_text(call("ledger", "head", "--sign", "--json")[1])
    call("people", "remove", "analyst-1", "--by", "administrator-1")
    status, out, _err = call("ledger", "export", "export")
    assert (status, out.strip()) == (0, "export")
    (tmp_path / "ledger.pub").write_text(key)
    (tmp_path / "stillwatch-node" / "cases.sqlite").rename(tmp_path / "hidden")
    status, out, _ = call("ledger", "verify", "export", "--key", "ledger.pub", "--head", "head.json")
    assert status == 0
    assert "whole: 7 entries" in out
    assert "grew out of the head you hold, of 6 entries" in out
    assert json.loads(call("ledger", "verify", "export", "--key", key, "--json")[1])["verified"]


def test_a_changed_export_ends_with_status_3_and_the_place(call, staff, tmp_path):
    key = public_key(call)
    call("ledger", "export", "export")
    entries = tmp_path / "export" / "entries.jsonl"
    entries.write_text(entries.read_text().replace("reviewer-1", "reviewer-2"))
    status, out, err = call("ledger", "verify", "export", "--key", key)
    assert (status, out) == (3, "")
    assert "SW-LED-13" in err
    for words, code in (
        (("missing", "--key", key), "SW-LED-10"),
        (("export", "--key", "nothing"), "SW-LED-03"),
        (("export", "--key", "0" * 64), "SW-LED"),
        (("export", "--key", key, "--head", "missing"), "SW-LED-10"),
        (("export/HOW-TO-VERIFY.md", "--key", key), "SW-LED-10"),
    ):
        status, _, err = call("ledger", "verify", *words)
        assert status == 3
        assert code in err


def test_single_entries_are_proven_in_a_file(call, staff, tmp_path):
    key = public_key(call)
    status, out, _ = call("ledger", "prove", "--subject", "analyst-1", "--since", "3", "--out", "proof.json")
    assert (status, out.strip()) == (0, "proof.json")
    status, out, _ = call("ledger", "verify", "proof.json", "--key", key)
    assert "whole: 1 entry" in out
    told = json.loads((tmp_path / "proof.json").read_text())
    told["entries"][0]["leaf"] = told["entries"][0]["leaf"].replace("analyst-1", "analyst-2")
    (tmp_path / "proof.json").write_text(json.dumps(told))
    assert "SW-LED-13" in call("ledger", "verify", "proof.json", "--key", key)[2]
    assert call("ledger", "prove", "--out", "x")[0] == 2
    status, _, err = call("ledger", "prove", "--subject", "analyst-11", "--out", "x")
    assert (status, "SW-LED-19" in err, (tmp_path / "x").exists()) == (2, True, False)
    assert "SW-LED-06" in call("ledger", "prove", "99", "--out", "x")[2]
    (tmp_path / "x").write_text("no json")
    assert "SW-LED-10" in call("ledger", "verify", "x", "--key", key)[2]


def test_the_key_is_rotated_and_old_holders_can_still_check(call, staff):
    old = public_key(call)
    assert "SW-PPL-01" in call("ledger", "rotate", "--by", "analyst-1")[2]
    status, out, _ = call("ledger", "rotate", "--by", "administrator-1")
    assert status == 0
    assert out.strip() == public_key(call) != old
    call("ledger", "export", "export")
    assert "signed by 2 keys" in call("ledger", "verify", "export", "--key", old)[1]


def test_entries_are_shown(call, staff):
    _status, out, _ = call("ledger", "show", "--subject", "analyst-1")
    assert re.search(r"person-added +analyst-1 +administrator-1", out)
    assert [each["index"] for each in json.loads(call("ledger", "show", "--limit", "2", "--json")[1])] == [
        4,
        5,
    ]


def test_what_waits_is_approved_by_the_right_person(call, staff, tmp_path):
    place = tmp_path / "stillwatch-node" / "cases.sqlite"
    with open_records(place, None) as records, records.database.write() as connection:
        first, second = (
            records.approvals.ask(connection, kind, "case-1", "d1", "analyst-1")
            for kind in (ApprovalKind.DISCLOSURE, ApprovalKind.PERMANENT_BLOCK)
        )
    assert "reviewer counsel" in call("approvals", "list")[1]
    assert "SW-PPL-23" in call("approvals", "approve", first, "--by", "analyst-1")[2]
    assert "still needs counsel" in call("approvals", "approve", first, "--by", "reviewer-1")[2]
    assert "granted" in call("approvals", "approve", first, "--by", "counsel-1")[2]
    assert "refused" in call("approvals", "refuse", second, "--by", "reviewer-1", "--reason", "no")[2]
    assert call("approvals", "list")[1].strip() == "nothing waits"
    assert len(json.loads(call("approvals", "list", "--all", "--json")[1])) == 2


POLICY = (
    "version: 1\nrules:\n  - {id: stop, when: \"verdict == 'attack'\", action: block, ttl: 3d, reason: x}\n"
)


def test_a_rule_that_somebody_approves_acts_and_nothing_is_approved_without_its_policy(call, staff, tmp_path):
    folder, file = tmp_path / "stillwatch-node", tmp_path / "policy.yaml"
    file.write_text(POLICY)
    with open_records(folder / "cases.sqlite", None) as records:
        asked = PolicyDesk(file, folder / ROOM, records).ask("stop", by="analyst-1", reason="precise")
    assert "SW-POL-77" in call("approvals", "approve", asked, "--by", "reviewer-1")[2]
    assert asked in call("approvals", "list")[1]
    said = call("approvals", "approve", asked, "--policy", file, "--by", "reviewer-1")[2]
    assert "rule `stop` acts from the node's next look on" in said
    assert Policy.load(file).rule("stop").mode is Mode.ENFORCE
    assert call("approvals", "list")[1].strip() == "nothing waits"


def test_a_backup_is_restored_and_proven_equal(call, staff, tmp_path):
    status, out, _err = call("backup", "--out", "backup")
    assert (status, out.strip()) == (0, "backup")
    assert "whole" in call("restore", "backup", "--check")[1]
    status, out, _ = call("restore", "backup", "--to", "new/cases.sqlite", "--json")
    told = json.loads(out)
    assert told["equal"]
    assert told["tables"]["people"]["rows"] == 4
    before, after = call("people", "list")[1], call("people", "list", "--cases", "new/cases.sqlite")[1]
    assert before == after
    again = json.loads(call("backup", "new/cases.sqlite", "--out", "again", "--json")[1])
    assert {each["name"]: each["content"] for each in again["tables"]} == {
        name: each["content"] for name, each in told["tables"].items()
    }


def test_a_restore_overwrites_nothing_and_refuses_what_is_damaged(call, staff, tmp_path):
    call("backup", "--out", "backup")
    assert "SW-SQL-22" in call("restore", "backup", "--to", "stillwatch-node/cases.sqlite")[2]
    assert "SW-SQL-21" in call("backup", "--out", "backup")[2]
    assert call("restore", "backup")[0] == 2
    (tmp_path / "backup" / "people.jsonl.zst").write_bytes(b"")
    status, _, err = call("restore", "backup", "--to", "new.sqlite")
    assert status == 3
    assert "people.jsonl.zst" in err
    assert not (tmp_path / "new.sqlite").exists()
    assert "SW-SQL-20" in call("restore", "nowhere", "--check")[2]
    (tmp_path / "letter").write_text("no database")
    assert "SW-SQL-02" in call("backup", "letter", "--out", "other")[2]


def test_a_login_at_the_command_line_keeps_a_session(call, staff, tmp_path, monkeypatch):
    provider = Provider()
    provider.method = "none"
    provider.claims["preferred_username"] = "newcomer-1"
    (tmp_path / "oidc.toml").write_text(
        f'issuer = "{provider.issuer}"\nclient_id = "{CLIENT}"\n[roles]\nanalyst = ["desk"]\n'
    )

    shown: queue.SimpleQueue[str] = queue.SimpleQueue()
    echo = click.echo

    def printed(words="", **more):
        shown.put(str(words))
        echo(words, **more)

    def browse():
        address = next(words for words in iter(shown.get, "") if "/authorize" in words)
        httpx.get(address, follow_redirects=True, trust_env=False)

    browser = threading.Thread(target=browse, daemon=True)
    browser.start()
    with monkeypatch.context() as patch:
        patch.setattr(click, "echo", printed)
        status, _, err = call("people", "login", "--oidc", "oidc.toml", "--token-file", "t", "--wait", "20")
    browser.join(20)
    provider.close()
    assert status == 0, err
    assert "newcomer-1 is analyst" in err
    assert (tmp_path / "t").stat().st_mode & 0o077 == 0
    assert "SW-PPL-01" in call("people", "remove", "analyst-1", "--person-token", "t")[2]


def test_a_login_from_which_nobody_comes_back_ends(call, staff, tmp_path):
    provider = Provider()
    (tmp_path / "oidc.toml").write_text(
        f'issuer = "{provider.issuer}"\nclient_id = "{CLIENT}"\n[roles]\nanalyst = ["desk"]\n'
    )
    status, _, err = call("people", "login", "--oidc", "oidc.toml", "--token-file", "t", "--wait", "1")
    provider.close()
    assert (status, "SW-PPL-48" in err) == (5, True)
    assert not (tmp_path / "t").exists()
