from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.small_node import decision
from stillwatch.enforcement.gateways.follow.last_known import LastKnown
from stillwatch.enforcement.snapshot import Snapshot
from stillwatch.errors import StillwatchError


def test_of_a_file_that_could_not_be_replaced_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "changes.jsonl").mkdir()
    with pytest.raises(StillwatchError) as caught:
        LastKnown(tmp_path).keep(Snapshot.build(1, [decision("acct-1")], "e1"))
    assert caught.value.code == "SW-GW-04"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["changes.jsonl", "decisions.jsonl"]
