"""``stillwatch attribute`` as a person uses it, with models that answer over HTTP."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.attribution.conftest import attributed, staffed, talkers  # noqa: F401 - two are fixtures
from tests.attribution.endpoints import ModelServer
from tests.attribution.talkers import keyed, plan_file

from stillwatch.attribution.plans.plan import digest_of
from stillwatch.attribution.publication.desk import Publications
from stillwatch.attribution.suspects.register import SuspectRegister
from stillwatch.casework.records import open_records


@pytest.fixture
def lab(attributed: Path, tmp_path: Path, call, monkeypatch):  # noqa: F811 - the fixture
    """Commands in a folder where a plan was committed, run and judged."""
    shutil.copytree(attributed, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("STILLWATCH_CASES", str(tmp_path / "cases.sqlite"))
    monkeypatch.setenv("STILLWATCH_LEDGER_KEY", str(tmp_path / "ledger.key"))
    return call


@pytest.fixture
def public_key(lab) -> str:
    return json.loads(lab("ledger", "head", "--json")[1])["public_key"]


def test_from_a_plan_to_a_verdict_that_another_lab_recomputes(
    staffed: Path,  # noqa: F811 - the fixture
    call,
    tmp_path,
    monkeypatch,
):
    for name in ("cases.sqlite", "ledger.key"):
        shutil.copy(staffed / name, tmp_path / name)
    monkeypatch.setenv("STILLWATCH_CASES", str(tmp_path / "cases.sqlite"))
    monkeypatch.setenv("STILLWATCH_LEDGER_KEY", str(tmp_path / "ledger.key"))
    with open_records(tmp_path / "cases.sqlite", tmp_path / "ledger.key") as records:
        secret, public_key = keyed(records, tmp_path), records.ledger.current_key()
    servers = {name: ModelServer(*each) for name, each in talkers(secret).items()}
    plan_file(tmp_path, servers)

    status, out, err = call("attribute", "plan", "check", "plan.toml")
    assert status == 0, err
    assert "control-3" in out
    status, out, err = call("attribute", "run", "plan.toml", "--out", "archive", "--by", "analyst-1")
    assert status == 2
    assert "SW-ATT-77" in err
    status, out, err = call("attribute", "commit", "plan.toml", "--by", "analyst-1")
    assert status == 0, err
    status, out, err = call("attribute", "run", "plan.toml", "--out", "archive", "--by", "analyst-1")
    assert status == 0, err
    assert "suspect: 25 of 25 answers, complete" in err
    for server in servers.values():
        server.close()
    status, out, err = call(
        "attribute", "report", "archive", "--material", "material.json", "--by", "analyst-1"
    )
    assert status == 0, err
    assert "Supported: suspect was trained on outputs served under the key of campaign-7" in err
    assert (tmp_path / "archive" / "report.html").is_file()

    # another lab, another machine: nothing but the archive and the key
    elsewhere = shutil.copytree(tmp_path / "archive", tmp_path / "elsewhere" / "archive")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STILLWATCH_", "XDG_"))}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "stillwatch.cli",
            "attribute",
            "verify",
            "archive",
            "--key",
            public_key,
            "--json",
        ],
        cwd=elsewhere.parent,
        env=kept | {"HOME": str(elsewhere.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["verdict"] == "supported"
    assert {check["state"] for check in found["checks"]} == {"holds"}


def test_a_changed_answer_ends_with_status_3_and_its_name(lab, public_key, tmp_path):
    path = tmp_path / "archive" / "answers.jsonl"
    path.write_bytes(path.read_bytes().replace(b"batbet", b"xxtxxt").replace(b"ban ", b"xxx ", 1))
    status, out, _ = lab("attribute", "verify", "archive", "--key", public_key)
    assert status == 3
    assert "was changed after it was archived" in out
    assert "the answer of" in out


def test_a_plan_altered_after_commitment_is_refused_with_the_place(lab, tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text(path.read_text().replace("rate = 0.65", "rate = 0.6"))
    status, _, err = lab("attribute", "run", "plan.toml", "--out", "archive", "--by", "analyst-1")
    assert status == 2
    assert "altered after it was committed: options.rate" in err
    status, _, err = lab("attribute", "commit", "plan.toml", "--by", "analyst-1")
    assert "SW-ATT-76" in err


def test_a_plan_to_fill_in_is_written_once_and_reads(lab, tmp_path):
    assert lab("attribute", "plan", "new", "fresh.toml")[0] == 0
    status, _, err = lab("attribute", "plan", "new", "fresh.toml")
    assert (status, "SW-ATT-78" in err) == (2, True)
    from stillwatch.attribution.plans.reading import read_draft

    draft = read_draft(tmp_path / "fresh.toml")
    assert draft.endpoints["example-large"].key_env == "SUSPECT_API_KEY"


@pytest.mark.parametrize(
    ("wrong", "right", "code", "words"),
    [
        ('id = "att-example"', "", "SW-ATT-72", "`id` is missing"),
        ('pool = "pool.txt"', 'poll = "pool.txt"', "SW-ATT-72", "did you mean `pool`"),
        ('pool = "pool.txt"', 'pool = "none.txt"', "SW-ATT-73", "cannot be read"),
        ('tests = ["watermark"]', 'tests = ["watermarks"]', "SW-ATT-03", "did you mean `watermark`"),
        ("prompts = 25", "promts = 25", "SW-ATT-02", "did you mean `prompts`"),
        ("sentinel_every = 100", 'rule = "peek"', "SW-ATT-72", "cannot be peek"),
        ("sentinel_every = 100", "requests = 10", "SW-ATT-74", "allows 10 requests"),
        ('material = "material.json"', "", "SW-ATT-74", "its tests ask nothing"),
        ('name = "control-2"', 'name = "control-1"', "SW-ATT-72", "calls two models control-1"),
        ('url = "http://127', 'url = "http://models.example.com#', "SW-ATT-50", "unencrypted"),
        ('id = "att-example"', "id = 7", "SW-ATT-72", "`id` is no str"),
        ('id = "att-example"', "id = [", "SW-ATT-71", "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_with_its_place(lab, tmp_path, wrong, right, code, words):
    path = tmp_path / "plan.toml"
    text = path.read_text()
    assert wrong in text
    path.write_text(text.replace(wrong, right, 1))
    status, _, err = lab("attribute", "plan", "check", "plan.toml")
    assert status in (2, 3)
    assert code in err
    assert words in err


def test_committed_plans_are_listed_and_shown_byte_by_byte(lab, tmp_path):
    (row,) = json.loads(lab("attribute", "plan", "list", "--json")[1])
    assert (row["plan"], row["committed_by"]) == ("att-example", "analyst-1")
    assert (
        lab("attribute", "plan", "show", "att-example")[1] == (tmp_path / "archive" / "plan.json").read_text()
    )
    assert "did you mean att-example" in lab("attribute", "plan", "show", "att-exampel")[2]


def test_suspects_are_entered_checked_due_and_retired(lab, tmp_path):
    server = ModelServer()
    add = ("attribute", "suspects", "add", "--url", server.url, "--model", "small", "--by", "analyst-1")
    status, out, err = lab(*add, "--owner", "the example company", "--claimed-by", "its page")
    assert status == 0, err
    suspect = out.strip()
    assert "SW-ATT-56" in lab(*add)[2]
    assert "never tested" in lab("attribute", "suspects", "due")[1]
    status, out, _ = lab("attribute", "suspects", "check", "--all", "--by", "analyst-1")
    assert (status, "version 1\tsmall" in out) == (0, True)
    server.name = "small-2"
    server.behaviour = type(server)(name="small-2").behaviour
    assert "version 2\tsmall-2" in lab("attribute", "suspects", "check", suspect, "--by", "analyst-1")[1]
    lab(
        "attribute",
        "suspects",
        "seen",
        suspect,
        "--version",
        "3.0",
        "--how",
        "its notes",
        "--by",
        "analyst-1",
    )
    shown = lab("attribute", "suspects", "show", suspect)[1]
    assert "the example company, as its page says" in shown
    assert "its notes" in shown
    server.close()
    assert lab("attribute", "suspects", "check", suspect, "--by", "analyst-1")[0] == 5
    lab("attribute", "suspects", "retire", suspect, "--reason", "gone", "--by", "analyst-1")
    assert lab("attribute", "suspects", "list")[1].strip() == "no suspect is in the register"
    assert "SW-ATT-57" in lab("attribute", "suspects", "show", "sus-nobody")[2]


def drafted_with_enough_controls(folder: Path) -> str:
    """A publication of the archive's findings as they would be with 60 controls."""
    document = json.loads((folder / "archive" / "findings.json").read_bytes())
    document["conclusion"] |= {"controls": 60, "rate_upper": 0.0487}
    body = json.dumps(document).encode()
    with open_records(folder / "cases.sqlite", folder / "ledger.key") as records:
        person = records.people.get("analyst-1")
        SuspectRegister(records).judged(None, "att-example", digest_of(body), "supported", person)
        publication = Publications(records).draft(
            "att-example", body, "the example company", "It was.", person
        )
    return publication.publication_id


def test_a_supported_finding_is_published_after_notice_waiting_time_and_two_approvals(lab, tmp_path):
    words = ("--party", "the example company", "--summary", "Its model was trained on our outputs.")
    status, _, err = lab("attribute", "publish", "draft", "archive", *words, "--by", "analyst-1")
    assert (status, "SW-ATT-89" in err) == (2, True)  # three controls are too few, whatever the plan says
    publication = drafted_with_enough_controls(tmp_path)
    notice = lab("attribute", "publish", "notice", publication)[1]
    assert "0 of 60 innocent models" in notice
    assert "SW-ATT-86" in lab("attribute", "publish", "ask", publication, "--by", "analyst-1")[2]
    status, _, err = lab(
        "attribute", "publish", "notify", publication, "--how", "letter", "--days", "14", "--by", "analyst-1"
    )
    assert (status, "may answer until" in err) == (0, True)
    status, _, err = lab("attribute", "publish", "ask", publication, "--by", "analyst-1")
    assert (status, "SW-ATT-84" in err) == (2, True)
    status, _, err = lab("attribute", "publish", "page", publication, "--by", "analyst-1")
    assert (status, "SW-ATT-84" in err) == (2, True)
    lab("attribute", "publish", "page", publication, "--preview", "--out", "preview")
    assert "preview, not approved" in (tmp_path / "preview" / "page.html").read_text()
    (row,) = json.loads(lab("attribute", "publish", "list", "--json")[1])
    assert row["stage"] == "notified"


def test_help_comes_with_an_example(lab):
    for words in (("attribute",), ("attribute", "run"), ("attribute", "publish", "page")):
        assert "Example" in lab(*words, "--help")[1]
