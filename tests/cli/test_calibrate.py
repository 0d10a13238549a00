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
    assert (tmp_path / "cal" / "report.html").is_file()


def test_no_logs_at_all_is_a_matter_of_usage(call: Call) -> None:
    status, _, err = call("calibrate")
    assert status == 2
    assert "LOGS" in err


def test_logs_that_are_not_there_are_named(call: Call) -> None:
    status, _, err = call("calibrate", "nowhere.jsonl")
    assert status == 3
    assert "nowhere.jsonl" in err
