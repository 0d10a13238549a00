"""``stillwatch range``: worlds by name, the same bytes for the same seed."""

from __future__ import annotations

import json
import re
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


def _judged(world: Path, path: Path, call: str) -> Path:
    """Verdicts that answer the same for everybody."""
    accounts = [row.split(",")[0] for row in (world / "truth.csv").read_text().splitlines()[1:]]
    lines = [
        {"account_id": each, "verdict": call, "score": 0.5, "campaign_id": None, "first_alarm_ts": None}
        for each in accounts
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_a_score_is_told_and_written_as_json_and_as_a_page(call: Call, world: Path, tmp_path: Path) -> None:
    verdicts = _judged(world, tmp_path / "verdicts.jsonl", "clear")
    status, out, _ = call("range", "score", verdicts, world, "--out", "s")
    assert status == ExitCode.DONE
    assert out.splitlines()[-2:] == ["s/score.html", "s/score.json"]
    assert re.search(r"(?m)^recall +0 % ", out)
    assert json.loads((tmp_path / "s" / "score.json").read_bytes())["recall"] == 0.0
    status, out, _ = call("range", "score", verdicts, world, "--json", "--quiet")
    assert json.loads(out) == json.loads((tmp_path / "s" / "score.json").read_bytes())


def test_several_runs_are_named_and_stand_side_by_side(call: Call, world: Path, tmp_path: Path) -> None:
    _judged(world, tmp_path / "one.jsonl", "clear")
    _judged(world, tmp_path / "two.jsonl", "attack")
    status, out, err = call("range", "score", "none=one.jsonl", "all=two.jsonl", world, "--json")
    assert status == ExitCode.DONE
    scores = json.loads(out)["scores"]
    assert [scores[name]["recall"] for name in ("none", "all")] == [0.0, 1.0]
    assert scores["all"]["fpr"] == 1.0
    assert err.count("warning: all: ") == 1
    status, _, err = call("range", "score", "one.jsonl", "one.jsonl", world)
    assert status == ExitCode.USAGE
    assert "two runs are called one.jsonl" in err


def test_verdicts_that_cannot_be_scored_end_with_the_documented_status(
    call: Call, world: Path, tmp_path: Path
) -> None:
    (tmp_path / "other.jsonl").write_text('{"account_id": "x", "verdict": "clear", "score": 0}\n')
    status, _, err = call("range", "score", "other.jsonl", world)
    assert status == ExitCode.USAGE
    assert "1 of 1 accounts are not in the truth (x)" in err
    assert call("range", "score", "missing.jsonl", world)[0] == ExitCode.UNREADABLE


def test_a_folder_is_audited_and_strict_ends_with_one_where_a_feature_tells(
    call: Call, world: Path, tmp_path: Path
) -> None:
    status, out, _ = call("range", "audit", "--world", world, "--out", "a")
    assert status == ExitCode.DONE
    assert "features lie outside 0.40 to 0.75" in out
    audited = json.loads((tmp_path / "a" / "audit.json").read_bytes())
    assert audited["outside"], "the demo is not an adaptive world"
    status, out, err = call("range", "audit", "--world", world, "--json", "--strict", "--between-splits")
    assert status == ExitCode.FOUND
    assert json.loads(out) == audited
    assert "a folder holds one split only" in err


def test_an_audit_without_a_world_or_of_an_unknown_split_is_refused(call: Call, tmp_path: Path) -> None:
    assert call("range", "audit")[0] == ExitCode.USAGE
    assert "there is no split named 'frosen'" in call("range", "audit", "--all", "--split", "frosen")[2]
    assert "there is no world named 'dem'" in call("range", "audit", "--world", "dem")[2]
    status, _, err = call("range", "audit", "--world", tmp_path)
    assert status == ExitCode.UNREADABLE
    assert "the truth cannot be read" in err
