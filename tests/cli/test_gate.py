"""``stillwatch gate`` as a member, a reviewer and counsel use it."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from benchmarks.gate_sets.honest import examples

BY = ("--by", "administrator-1")


@pytest.fixture
def run(call):
    """Runs a command within this process."""

    def do(*words):
        status, out, err = call(*words)
        return SimpleNamespace(returncode=status, stdout=out, stderr=err)

    return do


@pytest.fixture
def people(run):
    """A register with one person of each role that matters here."""
    assert run("people", "add", "administrator-1", "--role", "administrator", *BY).returncode == 0
    for role in ("analyst", "reviewer", "counsel"):
        done = run("people", "add", f"{role}-1", "--role", role, *BY)
        assert done.returncode == 0, done.stderr
    return run


def test_honest_objects_pass_and_the_policy_is_named(stillwatch, tmp_path):
    (tmp_path / "honest.json").write_text(
        json.dumps({"objects": [examples()["campaign"], examples()["sighting"]]})
    )
    done = stillwatch("gate", "check", "honest.json")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "2 of 2 pass, by policy 20" in done.stderr
    assert not (tmp_path / "stillwatch-node").exists()


def test_a_refusal_ends_with_status_four_and_names_field_and_rule(stillwatch, tmp_path):
    (tmp_path / "bad.json").write_text(
        json.dumps(examples()["campaign"] | {"price": 3, "name": "Example Corp"})
    )
    done = stillwatch("gate", "check", "bad.json", "--json")
    assert done.returncode == 4
    (answer,) = json.loads(done.stdout)
    assert ("price", "closed-fields") in {(each["field"], each["rule"]) for each in answer["refusals"]}
    assert "Example Corp" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("not json", "valid-json"),
        ('{"type":"campaign","type":"campaign"}', "no-duplicate-keys"),
        ('{"objects":[],"note":"words"}', "closed-fields"),
    ],
)
def test_a_file_that_is_no_honest_document_is_refused(run, tmp_path, content, rule):
    (tmp_path / "odd.json").write_text(content)
    done = run("gate", "check", "odd.json")
    assert done.returncode == 4
    assert f"refused by {rule}" in done.stdout


def test_counsel_sees_which_basis_has_run_out_and_may_change_the_file(run, tmp_path):
    printed = run("gate", "bases", "--print-file").stdout
    (tmp_path / "ours.toml").write_text(printed.replace("2026-09-30", "2025-01-31"))
    done = run("gate", "bases", "--bases", "ours.toml", "--json")
    assert done.returncode == 0, done.stderr
    by_id = {each["id"]: each for each in json.loads(done.stdout)}
    assert by_id["us-cisa-2015"]["state"] == "run out"
    assert by_id["us-cisa-2015"]["runs_out"] == "2025-01-31"


def test_two_people_release_a_text_and_the_report_tells_of_it(people, tmp_path):
    run = people
    (tmp_path / "text.txt").write_text("Accounts act in step.\n")
    put = run("gate", "queue", "--put", "text.txt", "--title", "In step", "--by", "analyst-1", "--json")
    assert put.returncode == 0, put.stderr
    item = json.loads(put.stdout)
    release = (
        "gate",
        "release",
        item["id"],
        "--digest",
        item["digest"],
        "--basis",
        "us-doj-ftc-2014",
        "--by",
    )
    own = run(*release, "analyst-1")
    assert (own.returncode, "SW-GATE-12" in own.stderr) == (2, True)
    assert run(*release, "reviewer-1").returncode == 0
    done = run(*release, "counsel-1")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["description"] == "Accounts act in step.\n"
    (tmp_path / "released.json").write_text(done.stdout)
    assert run("gate", "check", "released.json").returncode == 0
    (tmp_path / "bad.json").write_text(json.dumps(examples()["campaign"] | {"price": 3}))
    assert run("gate", "check", "bad.json", "--record").returncode == 4
    report = run("gate", "report", "--out", "report", "--json")
    assert report.returncode == 0, report.stderr
    said = json.loads(report.stdout)
    assert said == json.loads((tmp_path / "report" / "refusals.json").read_text())
    assert (said["refused"], said["by_rule"], said["texts"]) == (
        1,
        {"closed-fields": 1},
        {"handed in": 1, "released": 1},
    )
    page = (tmp_path / "report" / "refusals.html").read_text()
    assert "closed-fields" in page
    assert "default-src &#x27;none&#x27;" in page


def test_a_basis_that_has_run_out_is_confirmed_by_counsel_alone(people):
    words = ("gate", "bases", "--confirm", "us-cisa-2015", "--until", "2027-03-31", "--by")
    refused = people(*words, "reviewer-1")
    assert (refused.returncode, "SW-GATE-13" in refused.stderr) == (2, True)
    done = people(*words, "counsel-1")
    assert done.returncode == 0, done.stderr
    assert "confirmed by counsel" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("gate", "release", "adv-1", "--by", "counsel-1"), "--digest and --basis"),
        (("gate", "bases", "--confirm", "us-cisa-2015"), "--until"),
        (("gate", "chek"), "Did you mean"),
    ],
)
def test_a_wrong_command_line_is_explained(run, words, said):
    done = run(*words)
    assert done.returncode == 2
    assert said.lower() in done.stderr.lower()


def test_a_queue_that_was_never_made_is_named(run):
    done = run("gate", "queue")
    assert done.returncode == 3
    assert "there is no gate database here" in done.stderr
