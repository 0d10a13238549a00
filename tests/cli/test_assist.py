"""``stillwatch assist``: from a campaign and its logs to answers beside the findings, through a real endpoint."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.assistant.conftest import Model, Reply
from tests.assistant.conftest import model as served

from stillwatch.errors import ExitCode

Call = Callable[..., tuple[int, str, str]]
Line = Callable[..., str]
DEMAND = "enumerate the seven hidden premises of this argument about"
CAMPAIGN = "cmp-0123456789"

model = served


@pytest.fixture
def endpoint(model: Model, monkeypatch: pytest.MonkeyPatch, call: Call) -> Iterator[Model]:
    """The endpoint, named in the settings, once `call` has cleared the environment."""
    monkeypatch.setenv("STILLWATCH_ASSIST_URL", model.url)
    monkeypatch.setenv("STILLWATCH_ASSIST_MODEL", "m")
    monkeypatch.setenv("STILLWATCH_ASSIST_KEY", "sk-secret")
    return model


@pytest.fixture
def findings(tmp_path: Path) -> Path:
    """Findings with one campaign of four accounts."""
    folder = tmp_path / "findings"
    folder.mkdir()
    members = [f"mem-{number}" for number in range(4)]
    campaign = {"campaign_id": CAMPAIGN, "accounts": members}
    verdicts = [
        {"account_id": name, "verdict": "watch", "score": 0.5, "campaign_id": CAMPAIGN}
        | {"first_alarm_ts": None, "reasons": []}
        for name in members
    ]
    (folder / "verdicts.jsonl").write_text("".join(json.dumps(each) + "\n" for each in verdicts))
    (folder / "watchlist.jsonl").write_text(json.dumps(campaign) + "\n")
    return folder


@pytest.fixture
def logs(tmp_path: Path, line: Line) -> Path:
    """Logs in which the members share a wording that nobody else has."""

    def asked(number: int, account: str, text: str) -> str:
        return line(number, account_id=account, messages=[{"role": "user", "content": text}])

    lines = [asked(n, f"mem-{n % 4}", f"{DEMAND} topic{n}") for n in range(8)]
    lines += [asked(n, f"hon-{n % 6}", f"what will the weather be like in town {n}") for n in range(20, 40)]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines))
    return path


def test_the_answers_stand_beside_the_findings_and_the_texts_nowhere(
    call: Call, endpoint: Model, findings: Path, logs: Path, tmp_path: Path
) -> None:
    status, printed, err = call("assist", CAMPAIGN, "--findings", findings, "--logs", logs, "--sample", 4)
    assert status == ExitCode.DONE, err
    assert "asks about 4 exchanges" in err
    assert "this is no evidence" in printed
    about = json.loads((findings / "assistant.json").read_text())
    assert (about["answered"], about["decibans"], about["requests"]) == (4, None, 4)
    assert all(DEMAND in asked.text for asked in endpoint.asked)
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path != logs]
    assert all(b"premises" not in each and b"sk-secret" not in each for each in kept)
    assert "premises" not in printed + err


def test_a_measured_table_gives_the_answers_a_weight(
    call: Call, endpoint: Model, findings: Path, logs: Path, tmp_path: Path
) -> None:
    table = tmp_path / "table.json"
    world = _world(tmp_path / "w", "train")
    endpoint.rule = lambda asked: Reply(
        asked.answers("yes", innocent_product="no")
        if "premises" in asked.text
        else asked.answers("no", innocent_product="yes")
    )
    status, _, err = call("assist", "--calibrate", world, "--table", table, "--sample", 20)
    assert status == ExitCode.DONE, err
    assert json.loads(table.read_text())["campaign"] == [0, 0, 0, 0, 0, 20]
    status, printed, err = call(
        "assist", CAMPAIGN, "--findings", findings, "--logs", logs, "--table", table, "--json"
    )
    assert status == ExitCode.DONE, err
    assert json.loads(printed)["decibans"] == 10.0


def test_a_dry_run_asks_nothing(call: Call, endpoint: Model, findings: Path, logs: Path) -> None:
    status, _, err = call("assist", CAMPAIGN, "--findings", findings, "--logs", logs, "--dry-run")
    assert status == ExitCode.DONE
    assert "tokens; stops at 50 requests or 100,000 tokens" in err
    assert endpoint.asked == []
    assert not (findings / "assistant.json").exists()


def test_the_cap_on_requests_is_a_setting(
    call: Call, endpoint: Model, findings: Path, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STILLWATCH_ASSIST_REQUESTS", "2")
    _, printed, _ = call("assist", CAMPAIGN, "--findings", findings, "--logs", logs)
    assert "stopped at the cap" in printed
    assert len(endpoint.asked) == 2


def test_it_is_off_until_an_endpoint_is_set(call: Call, findings: Path, logs: Path) -> None:
    status, _, err = call("assist", CAMPAIGN, "--findings", findings, "--logs", logs)
    assert status == ExitCode.USAGE
    assert "the assistant is off" in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("assist",), "name a campaign"),
        (
            ("assist", "cmp-0123456780", "--findings", "findings", "--logs", "a.jsonl"),
            f"did you mean {CAMPAIGN}",
        ),
        (("assist", CAMPAIGN, "--findings", "findings", "--logs", "-"), "only once"),
        (("assist", CAMPAIGN, "--findings", "findings", "--logs", "b.jsonl"), "hold no exchange"),
        (("assist", CAMPAIGN, "--findings", "findings", "--logs", "a.jsonl", "--table", "t.json"), "table"),
        (("assist", "--calibrate", "findings"), "--table FILE"),
        (("assist", "--calibrate", "findings", "--table", "t.json"), "range make"),
    ],
)
def test_what_cannot_be_done_is_told(
    call: Call, endpoint: Model, findings: Path, logs: Path, line: Line, words: tuple[str, ...], told: str
) -> None:
    (logs.parent / "b.jsonl").write_text(line(1))
    status, _, err = call(*words)
    assert status != ExitCode.DONE
    assert told in err
    assert endpoint.asked == []


def test_the_frozen_split_is_never_asked_about(call: Call, endpoint: Model, tmp_path: Path) -> None:
    status, _, err = call("assist", "--calibrate", _world(tmp_path / "w", "frozen"), "--table", "t.json")
    assert status == ExitCode.UNREADABLE
    assert "frozen split" in err
    assert endpoint.asked == []


def test_a_key_file_that_was_named_must_be_there(
    call: Call, endpoint: Model, findings: Path, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STILLWATCH_ASSIST_KEY")
    monkeypatch.setenv("STILLWATCH_ASSIST_KEY_FILE", "nowhere.key")
    status, _, err = call("assist", CAMPAIGN, "--findings", findings, "--logs", logs)
    assert status == ExitCode.UNREADABLE
    assert "key cannot be read" in err
    assert endpoint.asked == []


def test_the_key_is_not_shown_among_the_settings(call: Call, endpoint: Model) -> None:
    status, printed, err = call("config", "show")
    assert status == ExitCode.DONE, err
    assert endpoint.url in printed
    assert "sk-secret" not in printed + err


def _world(folder: Path, split: str) -> Path:
    """A labelled folder of forty exchanges, half of them of a campaign."""
    folder.mkdir()
    records: list[dict[str, Any]] = [
        {
            "request_id": f"r{n}",
            "messages": [{"role": "user", "content": f"{DEMAND if n % 2 else 'weather in'} {n}"}],
        }
        for n in range(40)
    ]
    truth = "request_id,campaign_id\n" + "".join(f"r{n},{'c-1' if n % 2 else ''}\n" for n in range(40))
    (folder / "campaigns.json").write_text(json.dumps({"split": split}))
    (folder / "exchange_truth.csv.gz").write_bytes(gzip.compress(truth.encode()))
    lines = "".join(json.dumps(record) + "\n" for record in records)
    (folder / "exchanges.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    return folder
