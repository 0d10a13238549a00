"""``stillwatch range live`` and ``range attack`` as a person meets them."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from stillwatch.errors import ExitCode
from stillwatch.range.live.writing import FILES

Call = Callable[..., tuple[int, str, str]]
SMALL = ("range", "live", "--world", "demo", "--accounts", "150", "--quiet", "--out", "run")


def test_an_oracle_leaks_less_than_nobody_looking_and_writes_every_file(call: Call, tmp_path: Path) -> None:
    status, out, err = call(*SMALL, "--policy", "oracle", "--every", "48", "--days", "6")
    assert status == ExitCode.DONE, err
    assert out.split() == [f"run/{name}" for name in FILES]
    figures = json.loads((tmp_path / "run" / "outcome.json").read_text())
    assert 0 < figures["leaked"] < figures["leaked_without_policy"]
    assert figures["honest"]["hit"] == 0
    assert figures["cost_per_leaked_multiple"] > 1
    with (tmp_path / "run" / "truth.csv").open() as file:
        truth = {row["account_id"]: row for row in csv.DictReader(file)}
    with gzip.open(tmp_path / "run" / "exchanges.jsonl.gz", "rt") as lines:
        records = [json.loads(line) for line in lines]
    assert {record["account_id"] for record in records} == set(truth)
    with gzip.open(tmp_path / "run" / "exchange_truth.csv.gz", "rt") as lines:
        asked = {row["request_id"]: row["campaign_id"] for row in csv.DictReader(lines)}
    assert [record["request_id"] for record in records] == list(asked)
    campaigns = json.loads((tmp_path / "run" / "campaigns.json").read_text())
    for each in campaigns["campaigns"]:
        name = each["campaign_id"]
        assert each["harvest_exchanges"] == sum(campaign == name for campaign in asked.values())
        assert each["members"] >= sum(row["campaign_id"] == name for row in truth.values())
    assert any(json.loads(line)["event"] == "replaced" for line in (tmp_path / "run" / "events.jsonl").open())


def test_verdicts_of_the_real_detector_become_decisions(call: Call, tmp_path: Path) -> None:
    status, out, err = call(*SMALL, "--policy", "block-attack", "--days", "5", "--every", "72", "--json")
    assert status == ExitCode.DONE, err
    figures = json.loads(out)
    assert figures["rounds"] == 1
    assert figures["policy"] == "block-attack"
    assert {each["campaign_id"] for each in figures["campaigns"]} == {"camp-01", "camp-02", "camp-03"}
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == sorted(FILES)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--policy", "block-atack"), "did you mean 'block-attack'?"),
        (("--reaction", "conservin"), "did you mean 'conserving'?"),
        (("--days", "99"), "at most 10"),
        (("--every", "0.1"), "ask for 1 to 240 hours"),
        (("--world", "dem"), "did you mean 'demo'?"),
        (("--split", "trian"), "did you mean 'train'?"),
        (("--supply", "-1"), "0 to 100"),
    ],
)
def test_bad_input_of_a_live_run_is_answered_in_a_sentence(
    call: Call, words: tuple[str, ...], hint: str
) -> None:
    status, _, err = call(*SMALL, *words)
    assert status == ExitCode.USAGE
    assert hint in err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--family", "rubric_gradin"), "did you mean 'rubric_grading'?"),
        (("--move", "dilut"), "did you mean 'dilute'?"),
        (("--budget", "0.2"), "ask for 1 or more"),
        (("--trials", "0"), "allow 1 or more"),
        (("--leak", "3"), "ask for 80 to"),
    ],
)
def test_bad_input_of_an_attack_is_answered_in_a_sentence(
    call: Call, words: tuple[str, ...], hint: str
) -> None:
    status, _, err = call("range", "attack", *words)
    assert status == ExitCode.USAGE
    assert hint in err
