"""``stillwatch detect``: what it writes, how it ends, and that a failed run changes nothing."""

from __future__ import annotations

import html
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stillwatch.errors import ExitCode
from stillwatch.reporting import findings

Call = Callable[..., tuple[int, str, str]]
Line = Callable[..., str]


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_there_is_one_verdict_for_each_account_with_the_keys_of_the_contract(
    found: Path, world: Path
) -> None:
    accounts = [row.split(",")[0] for row in (world / "truth.csv").read_text().splitlines()[1:]]
    verdicts = records(found / findings.VERDICTS)
    assert [v["account_id"] for v in verdicts] == sorted(accounts)
    for verdict in verdicts:
        assert list(verdict) == ["account_id", "verdict", "score", "campaign_id", "first_alarm_ts", "reasons"]
        assert verdict["verdict"] in {"clear", "watch", "attack"}
        assert 0 <= verdict["score"] <= 1
        assert (verdict["first_alarm_ts"] is not None) == (verdict["verdict"] == "attack")
        for reason in verdict["reasons"]:
            assert list(reason) == ["detector", "decibans", "sentence"]
            assert len(reason["sentence"]) <= 120


def test_campaigns_have_the_keys_of_the_contract_first(found: Path) -> None:
    contract = ["campaign_id", "accounts", "score", "exchanges", "first_ts", "last_ts", "first_alarm_ts"]
    campaigns = records(found / findings.CAMPAIGNS)
    watched = records(found / findings.WATCHLIST)
    for campaign in (*campaigns, *watched):
        assert list(campaign)[:8] == [*contract, "reasons"]
    assert all(c["verdict"] == "attack" and c["first_alarm_ts"] for c in campaigns)
    assert all(c["verdict"] == "watch" for c in watched)


def test_accounts_and_campaigns_name_each_other(found: Path) -> None:
    campaigns = {
        c["campaign_id"]: c
        for name in (findings.CAMPAIGNS, findings.WATCHLIST)
        for c in records(found / name)
    }
    called = [v for v in records(found / findings.VERDICTS) if v["verdict"] != "clear"]
    assert sorted(v["account_id"] for v in called) == sorted(
        a for c in campaigns.values() for a in c["accounts"]
    )
    for verdict in called:
        assert verdict["account_id"] in campaigns[verdict["campaign_id"]]["accounts"]
        assert verdict["reasons"]


def test_the_summary_counts_what_the_files_hold(found: Path) -> None:
    summary = json.loads((found / findings.SUMMARY).read_text())
    verdicts = records(found / findings.VERDICTS)
    assert summary["accounts"] == len(verdicts)
    assert summary["campaigns"] == len(records(found / findings.CAMPAIGNS))
    assert sum(summary["verdicts"].values()) == len(verdicts)
    assert summary["read"] == summary["exchanges"] > 0
    assert {"rejected", "duplicates", "seconds", "version", "config_digest", "background"} <= set(summary)
    assert "--baseline" in summary["background"]


def test_nothing_but_the_outputs_is_left_in_the_folder(found: Path) -> None:
    assert sorted(path.name for path in found.iterdir()) == sorted(findings.FILES)


def test_the_report_loads_nothing_from_elsewhere(found: Path) -> None:
    page = html.unescape((found / findings.REPORT).read_text(encoding="utf-8"))
    assert "default-src 'none'" in page
    assert "<script" not in page


def test_paths_go_to_standard_output_and_the_table_to_standard_error(
    call: Call, tmp_path: Path, line: Line
) -> None:
    (tmp_path / "a.jsonl").write_text(line(1) + "\n")
    status, out, err = call("detect", "a.jsonl", "--out", "o")
    assert status == ExitCode.DONE
    assert out.splitlines()[0] == "o/report.html"
    assert "No campaign found." in err


def test_json_prints_the_summary_alone(call: Call, tmp_path: Path, line: Line) -> None:
    (tmp_path / "a.jsonl").write_text(line(1) + "\n")
    _, out, _ = call("detect", "a.jsonl", "--out", "o", "--json")
    assert json.loads(out) == json.loads((tmp_path / "o" / "summary.json").read_text())


def test_quiet_leaves_only_paths(call: Call, tmp_path: Path, line: Line) -> None:
    (tmp_path / "a.jsonl").write_text(line(1) + "\n")
    _, out, err = call("detect", "a.jsonl", "--out", "o", "--quiet")
    assert err == ""
    assert len(out.splitlines()) == len(findings.FILES)


@pytest.mark.parametrize(
    ("counts", "fail_on", "status"),
    [
        ({"attack": 3, "watch": 1}, None, ExitCode.DONE),
        ({"attack": 3, "watch": 1}, "attack", ExitCode.FOUND),
        ({"attack": 0, "watch": 1}, "attack", ExitCode.DONE),
        ({"attack": 0, "watch": 1}, "watch", ExitCode.FOUND),
        ({"attack": 0, "watch": 0}, "watch", ExitCode.DONE),
    ],
)
def test_found_is_a_failure_only_on_request(
    counts: dict[str, int], fail_on: str | None, status: ExitCode
) -> None:
    from stillwatch.cli.detect import status as status_of
    from stillwatch.core.verdict import DetectionResult, Summary

    summary = Summary(1, 0, 0, 1, 0, counts, {}, "", "", None, None, 1, "")
    assert status_of(DetectionResult(summary, (), (), ()), fail_on) == status


def test_without_logs_and_store_it_is_a_usage_error(call: Call) -> None:
    status, _, err = call("detect", "--out", "o")
    assert status == ExitCode.USAGE
    assert "name at least one log file" in err


def test_a_misspelt_format_is_answered_with_the_nearest(call: Call, tmp_path: Path, line: Line) -> None:
    (tmp_path / "a.jsonl").write_text(line(1) + "\n")
    status, _, err = call("detect", "a.jsonl", "--format", "litelm")
    assert status == ExitCode.USAGE
    assert "litellm" in err


def test_a_baseline_makes_the_verdicts_know_what_is_new(call: Call, tmp_path: Path, line: Line) -> None:
    (tmp_path / "then.jsonl").write_text(
        "\n".join(line(n, ts=f"2026-02-0{n}T00:00:00Z") for n in range(1, 9))
    )
    (tmp_path / "now.jsonl").write_text("\n".join(line(n) for n in range(9)))
    status, _, _ = call("detect", "now.jsonl", "--baseline", "then.jsonl", "--out", "o")
    assert status == ExitCode.DONE
    summary = json.loads((tmp_path / "o" / "summary.json").read_text())
    assert summary["background"].startswith(
        "Earlier traffic named with --baseline: 8 exchanges of 3 accounts, 2026-02-01 to 2026-02-08"
    )
    assert summary["exchanges"] == 9


def test_a_baseline_of_which_nothing_can_be_read_is_told_by_its_first_record(
    call: Call, tmp_path: Path, line: Line
) -> None:
    (tmp_path / "now.jsonl").write_text(line(0) + "\n")
    (tmp_path / "data.csv").write_text("ts,account\n1,2\n3,4\n")
    status, _, err = call("detect", "now.jsonl", "--baseline", "data.csv", "--out", "o")
    assert status == ExitCode.UNREADABLE
    assert "none of the 3 earlier records could be read; the first: not valid JSON" in err
    assert "--> data.csv:1" in err
    assert "lists each one" not in err


def test_a_baseline_that_holds_what_is_judged_is_refused(call: Call, tmp_path: Path, line: Line) -> None:
    (tmp_path / "now.jsonl").write_text("\n".join(line(k) for k in range(6)))
    assert call("ingest", "now.jsonl", "--store", "grown")[0] == ExitCode.DONE
    for baseline in ("now.jsonl", "grown"):
        status, _, err = call("detect", "now.jsonl", "--baseline", baseline, "--out", "o")
        assert status == ExitCode.USAGE
        assert "6 of the 6 exchanges to judge stand in the baseline, too" in err
        assert f"--> {baseline}" in err
        assert list((tmp_path / "o").iterdir()) == []


def test_a_baseline_that_holds_a_few_of_them_is_told(call: Call, tmp_path: Path, line: Line) -> None:
    lines = [line(k) for k in range(120)]
    (tmp_path / "then.jsonl").write_text(lines[0])
    (tmp_path / "now.jsonl").write_text("\n".join(lines))
    status, _, err = call("detect", "now.jsonl", "--baseline", "then.jsonl", "--out", "o")
    assert status == ExitCode.DONE
    assert "1 of the exchanges to judge stand in the baseline, too" in err


def test_a_store_serves_as_baseline(call: Call, tmp_path: Path, line: Line) -> None:
    (tmp_path / "then.jsonl").write_text(
        "\n".join(line(n, ts=f"2026-02-0{n}T00:00:00Z") for n in range(1, 9))
    )
    (tmp_path / "now.jsonl").write_text(line(1))
    assert call("ingest", "then.jsonl", "--store", "s")[0] == ExitCode.DONE
    assert call("detect", "now.jsonl", "--baseline", "s", "--out", "o")[0] == ExitCode.DONE
    assert "8 exchanges" in json.loads((tmp_path / "o" / "summary.json").read_text())["background"]


def test_logs_are_added_to_the_store_and_all_of_it_is_judged(call: Call, tmp_path: Path, line: Line) -> None:
    (tmp_path / "a.jsonl").write_text(line(1))
    (tmp_path / "b.jsonl").write_text(line(2))
    call("ingest", "a.jsonl", "--store", "s")
    status, out, _ = call("detect", "b.jsonl", "--store", "s", "--out", "o", "--json")
    assert status == ExitCode.DONE
    assert json.loads(out)["exchanges"] == 2
    assert json.loads(call("detect", "--store", "s", "--out", "o", "--json")[1])["exchanges"] == 2


def test_a_failed_run_leaves_the_earlier_outputs_as_they_were(call: Call, tmp_path: Path, line: Line) -> None:
    (tmp_path / "a.jsonl").write_text(line(1))
    call("detect", "a.jsonl", "--out", "o")
    before = {path.name: path.read_bytes() for path in (tmp_path / "o").iterdir()}
    assert call("detect", "missing.jsonl", "--out", "o")[0] == ExitCode.UNREADABLE
    assert {path.name: path.read_bytes() for path in (tmp_path / "o").iterdir()} == before


def test_ctrl_c_leaves_the_earlier_outputs_and_says_how_to_go_on(
    tmp_path: Path, line: Line, key_folder: Path
) -> None:
    out = tmp_path / "o"
    out.mkdir()
    (out / findings.REPORT).write_text("earlier")
    process = subprocess.Popen(
        [sys.executable, "-m", "stillwatch.cli", "detect", "-", "--out", out],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "STILLWATCH_KEY_FILE": str(key_folder / "pseudonym.key")},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # also where the runner ignores it
    )
    assert process.stdin is not None
    process.stdin.write(line(1) + "\n")
    process.stdin.flush()
    until = time.monotonic() + 30
    while not list(out.glob(".work-*/store/manifest.json")) and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    # Standard input stays open: a run that waits for more has to end all the same.
    assert process.wait(timeout=30) == 130
    assert process.stderr is not None
    assert "is as it was before; run the same command again" in process.stderr.read()
    process.stdin.close()
    assert [path.name for path in out.iterdir()] == [findings.REPORT]
    assert (out / findings.REPORT).read_text() == "earlier"


def test_what_a_killed_run_left_is_swept_away_by_the_next(call: Call, tmp_path: Path, line: Line) -> None:
    left = tmp_path / "o" / ".work-999999999-abc"
    left.mkdir(parents=True)
    (left / "verdicts.jsonl").write_text("half")
    (tmp_path / "a.jsonl").write_text(line(1))
    call("detect", "a.jsonl", "--out", "o")
    assert not left.exists()
