"""Bad input: one clear sentence with file and line, the documented status, and nothing good is lost."""

from __future__ import annotations

import gzip
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stillwatch.errors import ExitCode

Call = Callable[..., tuple[int, str, str]]
Line = Callable[..., str]
GOOD = 5


@pytest.fixture
def judge(call: Call, tmp_path: Path) -> Callable[..., tuple[dict[str, Any], list[dict[str, Any]], str]]:
    """Runs detect on bytes that hold some good lines; gives the summary, the rejects and the words."""

    def run(data: bytes, name: str = "a.jsonl") -> tuple[dict[str, Any], list[dict[str, Any]], str]:
        (tmp_path / name).write_bytes(data)
        status, out, err = call("detect", name, "--out", "o", "--json")
        assert status == ExitCode.DONE, err
        rejects = (tmp_path / "o" / "rejects.jsonl").read_text().splitlines()
        return json.loads(out), [json.loads(reject) for reject in rejects], err

    return run


Judge = Callable[..., tuple[dict[str, Any], list[dict[str, Any]], str]]


def good(line: Line, count: int = GOOD) -> list[bytes]:
    return [line(number).encode() for number in range(count)]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"ts": "2026-03-02T10:00:00Z", "account', "not valid JSON"),
        (b'{"ts": "2026-03-02T10:\x00"}', "NUL byte at column"),
        (b'{"ts": "2026-03-02T10:00:00Z", "account_id": "\xff"}', "not valid UTF-8"),
        (b'["a", "list"]', "not a JSON object"),
        (b'{"unknown": 1, "shape": 2}', "no known log format"),
    ],
)
def test_a_line_that_is_no_record_is_set_aside_with_its_place(
    judge: Judge, line: Line, bad: bytes, reason: str
) -> None:
    lines = good(line)
    summary, rejects, words = judge(b"\n".join([*lines[:2], bad, *lines[2:]]) + b"\n")
    assert (summary["read"], summary["rejected"], summary["exchanges"]) == (GOOD + 1, 1, GOOD)
    assert [(reject["file"], reject["line"]) for reject in rejects] == [("a.jsonl", 3)]
    assert reason in rejects[0]["reason"]
    assert list(rejects[0]) == ["file", "line", "reason"]
    assert "o/rejects.jsonl" in words
    assert "a.jsonl:3" in words


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"account_id": ...}, "account"),
        ({"ts": ...}, "ts"),
        ({"ts": "yesterday"}, "ts"),
        ({"messages": "not a list of messages"}, "messages"),
        ({"model": ["a", "list"]}, "model"),
        ({"input_tokens": "many"}, "input_tokens"),
        ({"ts": "2199-01-01T00:00:00Z"}, "future"),
    ],
)
def test_a_record_with_a_missing_or_wrong_field_is_set_aside_by_name(
    judge: Judge, line: Line, changes: dict[str, Any], reason: str
) -> None:
    lines = [*good(line), line(99, **changes).encode()]
    summary, rejects, _ = judge(b"\n".join(lines))
    assert (summary["rejected"], summary["exchanges"]) == (1, GOOD)
    assert rejects[0]["line"] == GOOD + 1
    assert reason in rejects[0]["reason"]


def test_the_three_commonest_reasons_are_said(judge: Judge, line: Line) -> None:
    bad = [b"{"] * 4 + [b"[]"] * 3 + [line(50, ts=...).encode()] * 2 + [b"7"]
    _, rejects, words = judge(b"\n".join([*good(line), *bad]))
    assert len(rejects) == 10
    assert [row.split("×")[0].strip() for row in words.splitlines() if "×" in row] == ["4", "3", "2"]


def test_of_a_truncated_gzip_everything_before_the_cut_is_read(judge: Judge, line: Line) -> None:
    whole = gzip.compress(
        b"\n".join(line(number, pad=os.urandom(40).hex()).encode() for number in range(2000))
    )
    summary, rejects, _ = judge(whole[: len(whole) // 2], "a.jsonl.gz")
    assert 100 < summary["exchanges"] < 2000
    assert any("gzip" in r["reason"] or "truncated" in r["reason"] or "ends" in r["reason"] for r in rejects)


def test_formats_may_be_mixed_in_one_file(judge: Judge, line: Line) -> None:
    other = {
        "id": "x1",
        "call_type": "acompletion",
        "startTime": 1772445600.5,
        "endTime": 1772445601.5,
        "model": "openai/big-1",
        "model_group": "big-1",
        "status": "success",
        "metadata": {"user_api_key_user_id": "acct-9", "user_api_key_hash": "ab"},
        "messages": [{"role": "user", "content": "hello there"}],
        "response": {},
        "model_parameters": {},
        "custom_llm_provider": "openai",
    }
    summary, _, _ = judge(b"\n".join([*good(line), json.dumps(other).encode(), line(77).encode()]))
    assert (summary["rejected"], summary["exchanges"], summary["accounts"]) == (0, GOOD + 2, 4)


def test_a_line_of_many_megabytes_is_set_aside_unread(judge: Judge, line: Line) -> None:
    lines = good(line)
    giant = b'{"messages": "' + b"x" * (17 * 2**20) + b'"}'
    summary, rejects, _ = judge(b"\n".join([lines[0], giant, *lines[1:]]))
    assert (summary["rejected"], summary["exchanges"]) == (1, GOOD)
    assert rejects[0]["line"] == 2
    assert "longer than" in rejects[0]["reason"]


def test_a_record_that_comes_twice_counts_once(judge: Judge, line: Line) -> None:
    summary, _, _ = judge(b"\n".join(good(line) * 2))
    assert (summary["duplicates"], summary["exchanges"], summary["rejected"]) == (GOOD, GOOD, 0)


def test_time_may_run_backwards(judge: Judge, line: Line) -> None:
    summary, _, _ = judge(b"\n".join(reversed(good(line))))
    assert summary["first_ts"] == "2026-03-02T10:00:00.000Z"
    assert summary["last_ts"] == f"2026-03-02T10:00:0{GOOD - 1}.000Z"


def test_time_zones_are_understood(judge: Judge, line: Line) -> None:
    summary, _, _ = judge(
        "\n".join([line(1, ts="2026-03-02T23:30:00-02:00"), line(2, ts="2026-03-03T07:00:00+05:30")]).encode()
    )
    assert (summary["first_ts"], summary["last_ts"]) == ("2026-03-03T01:30:00.000Z",) * 2


@pytest.mark.parametrize("content", [b"", b"\n\n  \n"])
def test_an_empty_file_is_said_to_be_empty(call: Call, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jsonl").write_bytes(content)
    status, _, err = call("detect", "a.jsonl", "--out", "o")
    assert status == ExitCode.UNREADABLE
    assert "the logs are empty" in err
    assert "--> a.jsonl" in err


def test_when_every_record_is_bad_the_run_fails_and_lists_them(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("nope\n7\n{\n")
    status, _, err = call("detect", "a.jsonl", "--out", "o")
    assert status == ExitCode.UNREADABLE
    assert "none of the 3 records could be read" in err
    assert "a.jsonl:1" in err
    assert len((tmp_path / "o" / "rejects.jsonl").read_text().splitlines()) == 3
    assert [path.name for path in (tmp_path / "o").iterdir()] == ["rejects.jsonl"]


def test_a_folder_without_logs_is_said_to_hold_none(call: Call, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    status, _, err = call("detect", "logs", "--out", "o")
    assert status == ExitCode.UNREADABLE
    assert "holds no log files" in err


def test_a_file_without_permission_is_named(call: Call, tmp_path: Path, line: Line) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    path = tmp_path / "a.jsonl"
    path.write_text(line(1))
    path.chmod(0)
    status, _, err = call("detect", "a.jsonl", "--out", "o")
    assert status == ExitCode.UNREADABLE
    assert "a.jsonl cannot be read: Permission denied" in err


def test_a_full_disk_ends_the_run_with_one_sentence_and_the_earlier_outputs(
    tmp_path: Path, line: Line, key_folder: Path
) -> None:
    """A limit on file size stands for the disk: the system refuses the write in the same place."""
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(good(line, 3000)))
    out = tmp_path / "o"
    out.mkdir()
    (out / "report.html").write_text("earlier")
    done = subprocess.run(
        [sys.executable, "-m", "stillwatch.cli", "detect", "a.jsonl", "--out", "o"],
        cwd=tmp_path,
        env={**os.environ, "STILLWATCH_KEY_FILE": str(key_folder / "pseudonym.key")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {ExitCode.USAGE, ExitCode.UNREADABLE}, done.stderr
    assert done.stderr.count("error[") == 1
    assert "File too large" in done.stderr
    assert [path.name for path in out.iterdir()] == ["report.html"]
    assert (out / "report.html").read_text() == "earlier"
