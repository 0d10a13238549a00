"""``stillwatch range``: worlds by name, the same bytes for the same seed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from stillwatch.errors import ExitCode

Call = Callable[..., tuple[int, str, str]]


def test_worlds_are_listed_with_what_they_hold(call: Call) -> None:
    status, out, _ = call("range", "list")
    assert status == ExitCode.DONE
    assert "demo" in out
    assert {"name", "about"} == set(json.loads(call("range", "list", "--json")[1])[0])


def test_a_world_is_written_with_its_truth(call: Call, tmp_path: Path) -> None:
    status, out, _ = call("range", "make", "--world", "demo", "--accounts", "150", "--out", "w", "--quiet")
    assert status == ExitCode.DONE
    assert out.splitlines()[0] == "w/exchanges.jsonl.gz"
    assert all((tmp_path / name).is_file() for name in out.split())


def test_a_misspelt_world_is_answered_with_the_nearest(call: Call) -> None:
    status, _, err = call("range", "make", "--world", "dem", "--out", "w")
    assert status == ExitCode.USAGE
    assert "did you mean 'demo'?" in err


def test_an_unknown_format_is_refused(call: Call) -> None:
    status, _, err = call("range", "make", "--accounts", "150", "--format", "csv", "--out", "w")
    assert status == ExitCode.USAGE
    assert "canonical, litellm" in err
