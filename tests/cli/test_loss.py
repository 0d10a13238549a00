"""``stillwatch loss``: from findings or a case to a marked estimate, and what bad input is answered with."""

from __future__ import annotations

import json

import pytest


def test_an_estimate_from_findings_is_marked_and_names_what_is_missing(call, found, tmp_path):
    status, out, err = call("loss", "estimate", found, "--out", "loss", "--draws", 1000)
    assert (status, out.split()) == (0, ["loss/report.html", "loss/report.json"]), err
    assert "INTERNAL" in err
    assert "displaced revenue needs exposed_revenue" in err
    told = json.loads((tmp_path / "loss" / "report.json").read_text())
    campaigns = [json.loads(line) for line in (found / "campaigns.jsonl").read_text().splitlines()]
    assert told["taken"]["exchanges"] == sum(each["exchanges"] for each in campaigns)
    assert told["taken"]["before_alarm"] == sum(each["leaked"] for each in campaigns)


def test_an_estimate_from_a_case_counts_what_its_campaign_took(call, found, tmp_path):
    call("people", "add", "administrator-1", "--role", "administrator")
    call("people", "add", "analyst-1", "--role", "analyst", "--by", "administrator-1")
    status, _, err = call("case", "open", found, "--by", "analyst-1")
    assert status == 0, err
    status, _, err = call("loss", "estimate", "--case", "case-1", "--out", "loss", "--draws", 1000)
    assert status == 0, err
    told = json.loads((tmp_path / "loss" / "report.json").read_text())
    _, out, _ = call("case", "show", "case-1", "--json")
    assert f'"exchanges": {told["taken"]["exchanges"]}' in out


def test_the_gate_refuses_the_file_that_the_command_wrote(call):
    call("loss", "estimate", "--exchanges", 1000, "--out", "loss", "--draws", 1000)
    status, out, _ = call("gate", "check", "loss/report.json")
    assert status == 4
    assert "closed-types" in out


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([], "SW-LOSS-12"),
        (["--exchanges", 10, "--case", "case-1"], "SW-LOSS-12"),
        (["--exchanges", 10, "--before-alarm", 11], "SW-CLI-01"),
    ],
)
def test_what_was_taken_is_said_in_one_way(call, given, code):
    status, _, err = call("loss", "estimate", *given, "--out", "loss")
    assert status == 2
    assert f"error[{code}]" in err


def test_assumptions_are_listed_with_what_is_wrong_and_the_template_can_be_changed(call, tmp_path):
    status, out, err = call("loss", "assumptions")
    assert status == 0
    assert "exposed_revenue: not set" in err
    assert "switching_share: unsourced" in err
    _, template, _ = call("loss", "assumptions", "--template")
    (tmp_path / "ours.toml").write_text(template.replace("likely = 152", "likely = 300"))
    status, out, _ = call("loss", "assumptions", "ours.toml", "--json")
    changed = {each["name"]: each for each in json.loads(out)["assumptions"]}
    assert changed["copier_gpu_hours"]["likely"] == 300
    (tmp_path / "bad.toml").write_text("[marginn]\nlikely = 1\n")
    status, _, err = call("loss", "assumptions", "bad.toml")
    assert status == 2
    assert "did you mean `margin`?" in err
