"""Several nodes of one lab: each takes in what reaches it, one judgement reads them all, nothing counts twice."""

from __future__ import annotations

import json
import time

import httpx
from tests.node.conftest import KEY
from tests.node.records import exchange, lines
from tests.node.test_kills import Sender, is_current

from stillwatch.cli import frame as command_line
from stillwatch.detection import frame as frames
from stillwatch.node.folder import Folder
from stillwatch.node.intake import Intake
from stillwatch.node.mover import move
from stillwatch.node.recent import Recent
from stillwatch.node.submissions import Submission
from stillwatch.traffic.sketch import Sketcher
from stillwatch.traffic.store import Store


def took_in(folder: Folder, numbers: range) -> Store:
    """The store of a node that was sent these exchanges, as its intake and its mover make it."""
    folder.make()
    recent = Recent(folder.store)
    recent.load()
    intake = Intake(folder.log, recent, lambda: Sketcher(KEY, sample=1.0, background=None, latest=2**62))
    store = Store.create_or_open(folder.store, KEY.fingerprint(), 1.0)
    try:
        intake.submit(Submission(lines(map(exchange, numbers)), "test")).result(timeout=300)
        move(store, folder.log, intake.rotate())
    finally:
        intake.close()
    return Store.open(folder.store)


def test_two_nodes_that_got_some_exchanges_both_are_judged_together_and_each_exchange_counts_once(
    tmp_path, monkeypatch, capsys
):
    left = took_in(Folder(tmp_path / "left"), range(60))
    right = took_in(
        Folder(tmp_path / "right"), range(40, 100)
    )  # a gateway not answered in time asks the other

    assert [left.rows, right.rows] == [60, 60]
    frame = frames.load([left, right])
    assert sorted(frame.table["request_id"].to_pylist()) == sorted(f"r-{k}" for k in range(100))
    assert (frame.ts[1:] >= frame.ts[:-1]).all()
    (tmp_path / "key").write_text(bytes(range(32)).hex(), encoding="ascii")
    monkeypatch.setenv("STILLWATCH_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("STILLWATCH_SKETCH_SAMPLE", "1.0")
    words = [f"--store={store.path}" for store in (left, right)]
    assert command_line.run(["detect", *words, "--out", str(tmp_path / "found"), "--quiet"]) == 0
    found = (tmp_path / "found" / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()
    assert sorted(json.loads(line)["account_id"] for line in found) == [f"acct-{k}" for k in range(7)]
    capsys.readouterr()


def test_a_gateway_whose_node_is_killed_goes_on_with_the_other_and_nothing_counts_twice(start, tmp_path):
    left, right = start("--every", "1", name="left").ready(), start("--every", "1", name="right").ready()
    senders = [Sender(left.url, 0), Sender(right.url, 1_000_000)]
    for sender in senders:
        sender.start()
    time.sleep(1.5)
    left.kill()
    senders[0].join(timeout=15)
    orphaned = senders[0].unsure or [2_000_000]
    answer = httpx.post(f"{right.url}/v1/exchanges", content=lines(map(exchange, orphaned)), timeout=30)
    assert answer.json()["acknowledged"] == len(orphaned)
    senders[1].halt.set()
    senders[1].join(timeout=15)
    again = start("--every", "1", name="left").ready()
    deadline = time.monotonic() + 120
    while not (is_current(again.url) and is_current(right.url)):
        assert time.monotonic() < deadline, "the nodes did not move what they took in to their stores"
        time.sleep(0.2)
    assert [again.stop(), right.stop()] == [0, 0]

    stores = [Store.open(Folder(tmp_path / name).store) for name in ("left", "right")]
    found = frames.load(stores).table["request_id"].to_pylist()
    acknowledged = [*senders[0].acknowledged, *senders[1].acknowledged, *orphaned]
    assert len(senders[0].acknowledged) > 0
    assert sorted(found) == sorted(f"r-{k}" for k in acknowledged)


def test_a_mistyped_store_among_several_is_told_and_not_made(tmp_path, key_file, monkeypatch, capsys):
    monkeypatch.setenv("STILLWATCH_KEY_FILE", str(key_file))
    words = [f"--store={tmp_path / name}" for name in ("left", "rihgt")]

    assert command_line.run(["detect", *words, "--out", str(tmp_path / "found")]) == 3
    assert "SW-STORE-01" in capsys.readouterr().err
    assert not (tmp_path / "left").exists()
