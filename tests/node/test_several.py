"""Several nodes of one lab: each takes in what reaches it, one judgement reads them all, nothing counts twice."""

from __future__ import annotations

import json

import httpx
from tests.node.records import exchange, lines

from stillwatch.cli import frame as command_line
from stillwatch.detection import frame as frames
from stillwatch.traffic.store import Store


def test_two_nodes_that_got_some_exchanges_both_are_judged_together_and_each_exchange_counts_once(
    start, tmp_path, key_file, monkeypatch, capsys
):
    sent = {
        "left": range(60),
        "right": range(40, 100),
    }  # a gateway that was not answered in time asks the other node
    running = {name: start("--every", "1", name=name) for name in sent}
    for name, numbers in sent.items():
        url = running[name].ready().url
        answer = httpx.post(f"{url}/v1/exchanges", content=lines(map(exchange, numbers)), timeout=30)
        assert answer.json()["acknowledged"] == 60
    assert [each.stop() for each in running.values()] == [0, 0]

    stores = [Store.open(tmp_path / name / "store") for name in sent]
    assert [store.rows for store in stores] == [60, 60]
    frame = frames.load(stores)
    assert sorted(frame.table["request_id"].to_pylist()) == sorted(f"r-{k}" for k in range(100))
    assert (frame.ts[1:] >= frame.ts[:-1]).all()
    monkeypatch.setenv("STILLWATCH_KEY_FILE", str(key_file))
    words = [f"--store={store.path}" for store in stores]
    assert command_line.run(["detect", *words, "--out", str(tmp_path / "found"), "--quiet"]) == 0
    found = (tmp_path / "found" / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()
    assert sorted(json.loads(line)["account_id"] for line in found) == [f"acct-{k}" for k in range(7)]
    capsys.readouterr()


def test_a_mistyped_store_among_several_is_told_and_not_made(tmp_path, key_file, monkeypatch, capsys):
    monkeypatch.setenv("STILLWATCH_KEY_FILE", str(key_file))
    words = [f"--store={tmp_path / name}" for name in ("left", "rihgt")]

    assert command_line.run(["detect", *words, "--out", str(tmp_path / "found")]) == 3
    assert "SW-STORE-01" in capsys.readouterr().err
    assert not (tmp_path / "left").exists()
