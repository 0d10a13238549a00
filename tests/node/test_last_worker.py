"""A node that starts while the worker of a killed one is still going."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from stillwatch.errors import StillwatchError
from stillwatch.node import folder as folders
from stillwatch.node.folder import Folder, wait_for_last_worker
from stillwatch.node.verdicts import VerdictStore
from stillwatch.traffic.store import Store


def lying(path: Path) -> Folder:
    folder = Folder(path)
    folder.make()
    Store.create_or_open(folder.store, "0" * 16, 1.0)
    return folder


def test_it_waits_until_the_store_of_verdicts_is_let_go(tmp_path: Path) -> None:
    folder = lying(tmp_path / "node")
    last = VerdictStore(folder.verdicts, writer=True)
    order = []

    def let_go() -> None:
        order.append("let go")
        last.close()

    def begin() -> None:
        VerdictStore(folder.verdicts, writer=True).close()
        order.append("begun")

    gone = threading.Timer(0.3, let_go)
    gone.start()
    wait_for_last_worker(folder, begin)
    gone.join()
    assert order == ["let go", "begun"]


def test_it_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "_LAST_WORKER_S", 0.2)
    folder = lying(tmp_path / "node")
    other = VerdictStore(folder.verdicts, writer=True)
    with pytest.raises(StillwatchError) as caught:
        wait_for_last_worker(folder, lambda: VerdictStore(folder.verdicts, writer=True).close())
    assert caught.value.code == "SW-DEC-14"
    other.close()
