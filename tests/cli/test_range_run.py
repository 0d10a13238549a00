"""``stillwatch range run`` and ``range tune``: one table, refused settings, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from stillwatch.errors import ExitCode

Call = Callable[..., tuple[int, str, str]]
SMALL = ("--world", "demo", "--accounts", "150")


def test_a_run_prints_one_table(call: Call, tmp_path: Path) -> None:
    words = ("--against", "volume_threshold", "--no-history", "--out", "r")
    status, out, err = call("range", "run", *SMALL, *words)
    assert status == ExitCode.DONE, err
    table = out.splitlines()
    assert table[0].split()[:3] == ["name", "precision", "recall"]
    assert [line.split()[0] for line in table[1:3]] == ["stillwatch", "volume_threshold"]
    assert (tmp_path / "r" / "results.html").is_file()
    assert not (tmp_path / "r" / "history").exists()


def test_a_misspelt_baseline_is_answered_with_the_nearest(call: Call) -> None:
    status, _, err = call("range", "run", *SMALL, "--against", "seet", "--out", "r")
    assert status == ExitCode.USAGE
    assert "did you mean 'seat'?" in err


def test_a_frozen_run_without_a_reason_is_refused_before_anything_is_made(call: Call, tmp_path: Path) -> None:
    status, _, err = call("range", "run", *SMALL, "--split", "frozen", "--against", "none", "--out", "r")
    assert status == ExitCode.USAGE
    assert "--frozen-reason" in err
    assert not (tmp_path / "r").exists()


def test_tuning_on_the_frozen_split_is_refused(call: Call) -> None:
    status, _, err = call("range", "tune", *SMALL, "--split", "frozen", "--out", "t", "--write", "x.toml")
    assert status == ExitCode.USAGE
    assert "frozen" in err


def test_tuning_names_the_file_it_wrote(call: Call, tmp_path: Path) -> None:
    words = ("--only", "volume_threshold", "--out", "t", "--write", "x.toml", "--json")
    status, out, err = call("range", "tune", *SMALL, *words)
    assert status == ExitCode.DONE, err
    assert json.loads(out)["volume_threshold"]["tried"] == 2
    assert "[baseline.volume_threshold]" in (tmp_path / "x.toml").read_text()
