"""Results go to standard output, words to standard error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stillwatch.cli.output import Output, table


def test_paths_are_results_and_words_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output()
    output.say("two campaigns found")
    output.path(Path("out/report.html"))
    captured = capsys.readouterr()
    assert captured.out == "out/report.html\n"
    assert captured.err == "two campaigns found\n"


def test_json_stands_alone_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(as_json=True)
    output.path(Path("out/report.html"))
    output.json({"read": 3})
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {"read": 3}
    assert captured.err == "out/report.html\n"


def test_quiet_drops_the_words_and_keeps_the_results(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(quiet=True)
    output.say("two campaigns found")
    output.path(Path("out/report.html"))
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("out/report.html\n", "")


def test_a_table_lines_its_columns_up() -> None:
    assert table(("setting", "value"), [("fdr", 0.001), ("threads", 2)]).splitlines() == [
        "setting  value",
        "fdr      0.001",
        "threads  2",
    ]
