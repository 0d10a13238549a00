"""``stillwatch demo``: a world, what was found in it, and the truth beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from stillwatch.errors import ExitCode
from stillwatch.reporting import findings

Call = Callable[..., tuple[int, str, str]]


def test_the_truth_stands_beside_what_was_found(call: Call, tmp_path: Path) -> None:
    status, out, err = call("demo", "--out", "d", "--accounts", "300")
    assert status == ExitCode.DONE, err
    assert out == "d/report.html\n"
    assert "What is true about this world:" in err
    for campaign in ("camp-01", "camp-02", "camp-03"):
        assert campaign in err
    assert "honest accounts" in err
    assert {path.name for path in (tmp_path / "d").iterdir()} == {*findings.FILES, "logs", "earlier"}
    assert '"litellm_call_id"' in _first_line(tmp_path / "d" / "logs" / "exchanges.jsonl.gz")


def _first_line(path: Path) -> str:
    import gzip

    with gzip.open(path, "rt", encoding="utf-8") as file:
        return file.readline()
