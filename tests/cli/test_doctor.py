"""``stillwatch doctor`` and ``stillwatch support dump``: what a person finds out, and what never leaves."""

from __future__ import annotations

import datetime
import json
import re
import stat
import zipfile
from pathlib import Path

import pytest

from stillwatch import clock
from stillwatch.cli import checkup
from stillwatch.cli.checkup import Check, Finding, State
from stillwatch.errors import ExitCode
from stillwatch.traffic.store import Store

SECRETS = {
    "account_id": "acct-cohort-77",
    "organization_id": "org-cohort-77",
    "api_key_id": "key-cohort-77",
    "ip": "192.0.2.77",
    "payment_fingerprint": "card-cohort-77",
    "user_agent": "agent-cohort-77",
    "messages": [{"role": "user", "content": "a prompt about cohort-77"}],
}


@pytest.fixture
def told(call):
    """Findings of a check, as (state, sentence, hint)."""

    def look(check, *words):
        status, out, _ = call("doctor", *words, "--json")
        found = json.loads(out)
        assert (status == ExitCode.UNREADABLE) == (found["state"] == "broken")
        return [
            (each["state"], each["sentence"], each["hint"])
            for each in found["findings"]
            if each["check"] == check
        ]

    return look


@pytest.fixture
def site(call, tmp_path, line):
    """A store with one exchange in which everything can be told again, and a case."""
    (tmp_path / "a.jsonl").write_text(line(1, **SECRETS) + "\n")
    assert call("ingest", "a.jsonl", "--store", "stillwatch-store")[0] == ExitCode.DONE
    assert call("people", "add", "administrator-1", "--role", "administrator")[0] == ExitCode.DONE
    return tmp_path


def test_an_installation_that_nobody_used_yet_is_not_broken(call, tmp_path):
    status, out, _ = call("doctor")
    assert status == ExitCode.DONE
    assert "there is no traffic store yet" in out
    assert out.splitlines()[-1].startswith("0 broken")
    assert sorted(path.name for path in tmp_path.iterdir()) == []


def test_it_says_what_is_there(told, site):
    assert ("fine", "the store stillwatch-store is whole: 1 exchanges in 1 files", "") in told("store")
    casework = " / ".join(sentence for _, sentence, _ in told("casework"))
    assert re.search(r"the ledger has \d entries, [1-9] of them under a signed head", casework)
    assert "0 cases wait for a decision, 0 of them overdue" in casework
    assert "0 appeals wait" in casework
    assert {sentence.split()[1] for _, sentence, _ in told("parts")} == {
        "detectors",
        "engines",
        "log",
        "gateways",
    }


def test_a_key_that_others_may_read_is_named_with_what_to_do(told, site, monkeypatch, tmp_path):
    key = tmp_path / "pseudonym.key"
    key.write_text("5b" * 32)
    key.chmod(0o644)
    monkeypatch.setenv("STILLWATCH_KEY_FILE", str(key))
    state, sentence, hint = told("keys")[0]
    assert (state, sentence) == ("broken", "others may read `key_file`")
    assert f"chmod 600 {key}" in hint


def test_a_key_that_is_gone_or_another_is_told(told, site, monkeypatch, tmp_path):
    monkeypatch.setenv("STILLWATCH_KEY_FILE", str(tmp_path / "gone.key"))
    assert told("keys")[0][:2] == ("broken", "`key_file` is gone, and a store was written with it")
    assert not (tmp_path / "gone.key").exists()
    other = tmp_path / "other.key"
    other.write_text("77" * 32)
    other.chmod(0o600)
    monkeypatch.setenv("STILLWATCH_KEY_FILE", str(other))
    assert any("another key" in sentence and state == "broken" for state, sentence, _ in told("keys"))


def test_old_future_and_missing_exchanges_are_told(call, told, tmp_path, line):
    ahead = (clock.now() + datetime.timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for number, ts in ((1, "2020-01-01T00:00:00Z"), (2, ahead)):
        (tmp_path / f"{number}.jsonl").write_text(line(number, ts=ts) + "\n")
        assert call("ingest", f"{number}.jsonl", "--store", "stillwatch-store")[0] == ExitCode.DONE
    sentences = " / ".join(sentence for _, sentence, _ in told("store"))
    assert "retention_days says 90" in sentences
    assert "hours in the future" in sentences
    Path(Store.open(tmp_path / "stillwatch-store").part_paths()[0]).unlink()
    assert told("store")[0][0] == "broken"


def test_a_node_that_hangs_and_what_it_could_not_read_are_told(told, site, tmp_path):
    from stillwatch.node.folder import Folder, held
    from stillwatch.node.verdicts import VerdictStore

    folder = Folder(tmp_path / "stillwatch-node")
    with held(folder):
        verdicts = VerdictStore(folder.verdicts, writer=True)
        verdicts.record([], [], {"at": 1.0}, 1.0, alarm="2026-01-01T00:00:00Z")
        verdicts.close()
        folder.rejects.write_text("{}\n{}\n")
        found = told("node")
    assert ("fine", "a node runs in the folder", "") in found
    assert any("minutes old" in sentence and state == "attention" for state, sentence, _ in found)
    assert any(sentence == "2 records could not be read" for _, sentence, _ in found)


def test_a_membership_file_that_others_may_read_is_told(told, tmp_path):
    (tmp_path / "stillwatch-node").mkdir()
    membership = tmp_path / "stillwatch-node" / "membership.toml"
    membership.write_text("")
    membership.chmod(0o644)
    assert ("broken", "others may read the membership file") in [each[:2] for each in told("sharing")]
    membership.chmod(0o600)
    assert [each[0] for each in told("sharing")] == ["attention"]


def test_a_damaged_database_is_a_finding_and_the_others_are_still_looked_at(told, site, tmp_path):
    (tmp_path / "stillwatch-node" / "cases.sqlite").write_bytes(b"no database at all" * 100)
    state, sentence, _ = told("casework")[0]
    assert state == "broken"
    assert "SW-SQL" in sentence
    assert told("store")[0][0] == "fine"


def test_a_check_that_fails_is_a_finding(monkeypatch, told):
    def trip(_site):
        raise ZeroDivisionError

    checks = {
        "one": Check("one", "trips", trip),
        "two": Check("two", "fine", lambda _: [Finding(State.FINE, "good")]),
    }
    monkeypatch.setattr(checkup, "checks", lambda: checks)
    assert told("one") == [("broken", "the check itself failed: ZeroDivisionError", "")]
    assert told("two") == [("fine", "good", "")]


def test_a_support_bundle_names_no_customer_and_no_secret(call, site, monkeypatch):
    monkeypatch.setenv(
        "STILLWATCH_ASSIST_URL", "https://somebody:hunter-2@models.example.com/v1?key=hunter-3"
    )
    monkeypatch.setenv("STILLWATCH_ASSIST_KEY", "hunter-4")
    (site / "big-customer-folder").mkdir()
    cases = f"{site}/big-customer-folder/cases.sqlite"
    status, out, err = call("support", "dump", "--cases", cases, "--out", "s.zip")
    assert (status, out.strip()) == (ExitCode.DONE, "s.zip"), err
    assert stat.S_IMODE((site / "s.zip").stat().st_mode) == 0o600
    with zipfile.ZipFile(site / "s.zip") as packed:
        assert packed.namelist() == [
            "README.txt",
            "versions.json",
            "settings.json",
            "doctor.json",
            "counts.json",
        ]
        text = "\n".join(packed.read(name).decode() for name in packed.namelist())
    for word in (
        "cohort-77",
        "192.0.2.77",
        "hunter-",
        "somebody",
        "5b5b5b",
        "administrator-1",
        "big-customer-folder",
        str(site),
    ):
        assert word not in text
    assert '"exchanges": 1' in text
    assert "https://…" in text
    assert "a prompt" not in text
    status, _, err = call("support", "dump", "--out", "s.zip")
    assert status == ExitCode.USAGE
    assert "SW-OPS-01" in err


def test_a_dry_run_prints_the_bundle_and_writes_nothing(call, tmp_path):
    status, out, _ = call("support", "dump", "--dry-run")
    assert status == ExitCode.DONE
    assert "--- doctor.json" in out
    assert not list(tmp_path.glob("*.zip"))
