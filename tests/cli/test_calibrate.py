"""``stillwatch calibrate``: what is promised beside what happened, for people and for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stillwatch.range.world import make_world
from stillwatch.range.writing import write_world

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A week of 300 honest accounts."""
    folder = tmp_path_factory.mktemp("clean")
    return write_world(make_world("benign", 5, 300, 9000), folder, workers=1).logs


def test_promised_and_achieved_are_told_and_written(call: Call, clean: Path, tmp_path: Path) -> None:
    status, out, err = call("calibrate", clean, "--out", "cal", "--json")
    found: dict[str, Any] = json.loads(out)
    assert status == 0
    assert re.search(r"0 of \d+ accounts were called attack: at most [01]\.\d+% of honest accounts", err)
    assert found == json.loads((tmp_path / "cal" / "calibration.json").read_text())
    assert found["accounts"] > 250
    assert found["attack"] == 0
    verdicts = json.loads((tmp_path / "cal" / "summary.json").read_text())["verdicts"]
    assert found["watch"] == verdicts.get("watch", 0)
    assert (tmp_path / "cal" / "report.html").is_file()


def test_accounts_that_people_found_honest_are_counted_apart(call: Call, clean: Path, tmp_path: Path) -> None:
    import gzip

    with gzip.open(clean, "rt", encoding="utf-8") as log:
        accounts = sorted({json.loads(line)["account_id"] for line in log})[:40]
    labels = [
        {"account_id": name, "label": "honest", "source": "apl-1"} for name in [*accounts, "acct-elsewhere"]
    ]
    (tmp_path / "honest.jsonl").write_text("\n".join(map(json.dumps, labels)), encoding="utf-8")
    status, out, err = call("calibrate", clean, "--labels", "honest.jsonl", "--out", "cal", "--json")
    found = json.loads(out)["labelled"]
    assert status == 0
    assert (found["known"], found["seen"], found["attack"], found["again"]) == (41, 40, 0, [])
    assert 0.07 < found["attack_upper"] < 0.08  # 1 - 0.05 ** (1 / 40)
    assert "Of 41 accounts that people had found honest, 40 are in these logs: 0 called attack again" in err


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"account_id": "a", "label": "guilty"}', "'guilty' is no label"),
        ('{"label": "honest"}', "account_id"),
        ("{", "truncated"),
    ],
)
def test_a_line_that_is_no_label_is_named(
    call: Call, clean: Path, tmp_path: Path, line: str, words: str
) -> None:
    good = '{"account_id": "a", "label": "honest"}'
    (tmp_path / "honest.jsonl").write_text(f"{good}\n{line}\n", encoding="utf-8")
    status, _, err = call("calibrate", clean, "--labels", "honest.jsonl")
    assert status == 3
    assert "honest.jsonl:2" in err
    assert words in err


def test_no_logs_at_all_is_a_matter_of_usage(call: Call) -> None:
    status, _, err = call("calibrate")
    assert status == 2
    assert "LOGS" in err


def test_logs_that_are_not_there_are_named(call: Call) -> None:
    status, _, err = call("calibrate", "nowhere.jsonl")
    assert status == 3
    assert "nowhere.jsonl" in err
