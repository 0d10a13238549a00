"""``stillwatch keys``: from the first epoch to keys that another lab can check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Call


@pytest.fixture
def keys(call: Call, tmp_path: Path):
    """Runs ``stillwatch keys …`` on a staffed register."""
    place = ["--dir", str(tmp_path), "--ledger-key", str(tmp_path / "ledger.key")]
    for name, role in (
        ("administrator-1", "administrator"),
        ("analyst-1", "analyst"),
        ("reviewer-1", "reviewer"),
    ):
        assert call("people", "add", name, "--role", role, "--by", "administrator-1", *place)[0] == 0

    def run(*words: str, by: str = ""):
        return call("keys", *words, *(["--by", by] if by else []), *place)

    return run


def campaign(name: str, verdict: str, *accounts: str) -> str:
    return json.dumps({"campaign_id": name, "accounts": accounts, "verdict": verdict, "reasons": []})


def findings(folder: Path) -> Path:
    folder.mkdir()
    (folder / "verdicts.jsonl").write_text("")
    (folder / "summary.json").write_text("{}")
    (folder / "campaigns.jsonl").write_text(campaign("c-1", "attack", "a1", "a2") + "\n")
    (folder / "watchlist.jsonl").write_text(campaign("c-2", "watch", "a3") + "\n")
    return folder


def test_keys_go_from_the_first_epoch_to_another_lab_s_check(keys, call: Call, tmp_path: Path) -> None:
    assert keys("begin", "--delta", "1.5", by="administrator-1")[0] == 0
    found = findings(tmp_path / "findings")
    assert keys("assign", "--findings", str(found), by="analyst-1")[0] == 0
    assert keys("serving", str(tmp_path / "serving.json"))[1].strip() == str(tmp_path / "serving.json")
    serving = json.loads((tmp_path / "serving.json").read_text())
    assert serving["accounts"] == {"a1": "c-1", "a2": "c-1"}
    assert keys("rotate", by="administrator-1")[0] == 0
    out = tmp_path / "opened.json"
    words = tmp_path / "words.json"
    words.write_text('{"kind": "words", "tokens": ["a", "b"]}')
    wanted = ["open", "c-1", "--epoch", "e1", "--out", str(out), "--tokeniser", str(words)]
    assert "SW-ATT-19" in keys(*wanted, by="analyst-1")[2]
    assert not out.exists()
    asked = keys("ask", "c-1", "--epoch", "e1", by="analyst-1")[1].strip()
    place = ["--dir", str(tmp_path), "--ledger-key", str(tmp_path / "ledger.key")]
    assert call("approvals", "approve", asked, "--by", "reviewer-1", *place)[0] == 0
    assert keys(*wanted, by="analyst-1")[0] == 0
    assert out.stat().st_mode & 0o077 == 0
    assert (tmp_path / "opened.tokeniser.json").read_bytes() == words.read_bytes()
    export = tmp_path / "export"
    assert call("ledger", "export", str(export), *place)[0] == 0
    public_key = json.loads(call("ledger", "head", "--json", *place)[1])["public_key"]
    code, _, err = call("keys", "verify", str(out), "--ledger", str(export), "--key", public_key)
    assert (code, "1 keys, all committed to by" in err) == (0, True)
    proof = tmp_path / "proof.json"
    assert call("ledger", "prove", "--subject", "watermark-e1", "--out", str(proof), *place)[0] == 0
    assert call("keys", "verify", str(out), "--ledger", str(proof), "--key", public_key)[0] == 0
    out.write_text(out.read_text().replace('"c-1"', '"c-9"'))
    code, _, err = call("keys", "verify", str(out), "--ledger", str(export), "--key", public_key)
    assert code == 3
    assert "SW-ATT-15" in err
    listed = json.loads(keys("list", "--json")[1])
    assert [each["epoch"] for each in listed] == ["e1", "e2"]
    assert listed[0]["opened"] == 1
    assert "c-1" in keys("list")[1]


def test_campaigns_on_watch_get_keys_when_asked_for_and_an_account_keeps_its_first(
    keys, tmp_path: Path
) -> None:
    keys("begin", by="administrator-1")
    found = findings(tmp_path / "findings")
    assert keys("assign", "earlier", "--account", "a1", by="analyst-1")[0] == 0
    assert keys("assign", "--findings", str(found), "--verdict", "watch", by="analyst-1")[0] == 0
    listed = json.loads(keys("list", "--json")[1])[0]["clusters"]
    assert {each["cluster"]: each["accounts"] for each in listed} == {"c-1": 1, "c-2": 1, "earlier": 1}
    assert "already" in keys("assign", "earlier", "--account", "a3", by="analyst-1")[2]
    assert keys("release", "earlier", by="analyst-1")[0] == 0


def test_what_cannot_be_is_refused_with_a_way_out(keys, call: Call, tmp_path: Path) -> None:
    assert "SW-ATT-12" in keys("rotate", by="administrator-1")[2]
    assert "no epoch was begun" in keys("list")[1]
    assert "SW-WMK-01" in keys("begin", "--gamma", "0.3", by="administrator-1")[2]
    keys("begin", by="administrator-1")
    assert "is there already" in keys("begin", by="administrator-1")[2]
    assert (
        "rotate" in keys("open", "default", "--epoch", "e1", "--out", str(tmp_path / "o"), by="analyst-1")[2]
    )
    found = findings(tmp_path / "findings")
    code, _, err = keys("assign", "c-7", "--findings", str(found), by="analyst-1")
    assert (code, "there are: c-1" in err) == (2, True)
    assert keys("assign", "c-7", by="analyst-1")[0] == 2
    (tmp_path / "no.json").write_text("{}")
    no = str(tmp_path / "no.json")
    code, _, err = keys_verify(call, no)
    assert code == 3
    assert "SW-ATT-16" in err


def keys_verify(call: Call, path: str):
    return call("keys", "verify", path, "--ledger", path, "--key", "00" * 32)
