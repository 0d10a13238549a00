"""``stillwatch explain``: why, from the findings, and the wording from the operator's own logs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stillwatch.core.verdict import Call as Verdict_
from stillwatch.core.verdict import Campaign, DetectionResult, Reason, Summary, Timeline, Verdict
from stillwatch.errors import ExitCode
from stillwatch.reporting import findings

Call = Callable[..., tuple[int, str, str]]
Line = Callable[..., str]
DEMAND = "enumerate the seven hidden premises of this argument about"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Findings with one campaign of four accounts."""
    reasons = (
        Reason("novelty", 9.0, "0 % of the site's earlier accounts sent such requests, 4 % do now"),
        Reason("even_load", -3.0, "its 4 accounts share the requests very unequally"),
    )
    members = tuple(f"mem-{number}" for number in range(4))
    campaign = Campaign(
        "cmp-0123456789", Verdict_.ATTACK, members, 0.97, 40, "2026-03-01T00:00:00.000Z",
        "2026-03-02T00:00:00.000Z", "2026-03-01T12:00:00.000Z", 12, reasons, "A new app. Ask two owners.",
        ("ip",), (), Timeline("2026-03-01T00:00:00.000Z", 3600, {}),
    )  # fmt: skip
    called = tuple(
        Verdict(name, Verdict_.ATTACK, 0.97, campaign.campaign_id, "2026-03-01T12:00:00.000Z", reasons)
        for name in members
    )
    clear = Verdict("hon-1", Verdict_.CLEAR, 0.001, None, None, ())
    summary = Summary(50, 0, 0, 5, 1, {}, {}, "", "", None, None, 50, "")
    folder = tmp_path / "o"
    with findings.workshop(folder) as work:
        (work / findings.REJECTS).touch()
        result = DetectionResult(summary, (*called, clear), (campaign,), ())
        findings.publish(result, work / findings.REJECTS, work, folder)
    return folder


@pytest.fixture
def logs(tmp_path: Path, line: Line) -> Path:
    """Logs in which the members share a wording that nobody else has."""

    def asked(number: int, account: str, text: str) -> str:
        return line(number, account_id=account, messages=[{"role": "user", "content": text}])

    lines = [asked(n, f"mem-{n % 4}", f"{DEMAND} topic{n} kindly\x1b[31m") for n in range(8)]
    lines += [asked(n, f"hon-{n % 6}", f"what will the weather be like in town {n}") for n in range(20, 40)]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines))
    return path


def test_an_account_is_explained_as_a_tree(call: Call, out: Path) -> None:
    status, printed, _ = call("explain", "mem-1", "--out", out)
    assert status == ExitCode.DONE
    assert printed.startswith("mem-1: attack, likely 97.0")
    for words in (
        "spoke for it: +9 decibans",
        "0 % of the site's earlier accounts sent such requests, 4 % do now (novelty)",
        "spoke against it: −3 decibans",
        "first alarm: 1 Mar 2026, 12:00",
        "campaign: cmp-0123456789, attack, 4 accounts, 40 exchanges",
        "would change it:",
        "A new app. Ask two owners.",
        "the log did not carry: ip",
        "if the explanation holds",
    ):
        assert words in printed


def test_a_campaign_is_explained_with_its_members(call: Call, out: Path) -> None:
    _, printed, _ = call("explain", "cmp-0123456789", "--out", out)
    assert "12 answered before the first alarm" in printed
    assert "└─ attack mem-3" in printed


def test_a_clear_account_is_said_to_be_so(call: Call, out: Path) -> None:
    _, printed, _ = call("explain", "hon-1", "--out", out)
    assert printed.startswith("hon-1: clear")
    assert "no detector had anything to say" in printed


def test_an_unknown_name_is_answered_with_the_nearest(call: Call, out: Path) -> None:
    status, _, err = call("explain", "mem-11", "--out", out)
    assert status == ExitCode.USAGE
    assert "did you mean mem-1?" in err


def test_without_findings_it_says_how_to_get_some(call: Call, tmp_path: Path) -> None:
    status, _, err = call("explain", "mem-1", "--out", tmp_path)
    assert status == ExitCode.UNREADABLE
    assert "stillwatch detect" in err


@pytest.mark.parametrize("name", ["mem-1", "cmp-0123456789"])
def test_with_logs_the_shared_wording_is_marked_and_cannot_steer_the_terminal(
    call: Call, out: Path, logs: Path, name: str
) -> None:
    status, printed, err = call("explain", name, "--out", out, "--logs", logs)
    assert status == ExitCode.DONE, err
    assert f"«{DEMAND} topic" in " ".join(printed.split())
    assert "\x1b" not in printed
    assert "weather" not in printed


def test_the_wording_is_written_nowhere(call: Call, out: Path, logs: Path, tmp_path: Path) -> None:
    call("explain", "mem-1", "--out", out, "--logs", logs)
    others = [path for path in tmp_path.rglob("*") if path.is_file() and path != logs]
    assert all(b"hidden premises" not in path.read_bytes() for path in others)


def test_json_is_without_text(call: Call, out: Path, logs: Path) -> None:
    _, printed, _ = call("explain", "mem-1", "--out", out, "--logs", logs, "--json")
    about: dict[str, Any] = json.loads(printed)
    assert about["verdict"]["account_id"] == "mem-1"
    assert about["campaign"]["campaign_id"] == "cmp-0123456789"
    assert "premises" not in printed


def test_standard_input_cannot_be_read_twice(call: Call, out: Path) -> None:
    status, _, err = call("explain", "mem-1", "--out", out, "--logs", "-")
    assert status == ExitCode.USAGE
    assert "name the files" in err
