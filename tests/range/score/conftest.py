"""The tiny world as a folder, and verdicts as files."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from tests.range.score.tiny import CAMPAIGNS, HOUR, START, Line, accounts, exchanges


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    lines = ["account_id,label,archetype,campaign_id", *(",".join(row) for row in accounts())]
    (folder / "truth.csv").write_text("\n".join(lines) + "\n")
    described = {"world": "tiny", "start_ms": START, "end_ms": START + 24 * HOUR, "campaigns": CAMPAIGNS}
    (folder / "campaigns.json").write_text(json.dumps(described))
    with gzip.open(folder / "exchange_truth.csv.gz", "wt") as file:
        file.write("request_id,campaign_id,account_id,ts_ms\n")
        file.writelines(",".join(map(str, row)) + "\n" for row in exchanges())
    return folder


Verdicts = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Verdicts:
    """Writes verdicts to a file of that name."""

    def written(lines: Iterable[Line], name: str = "verdicts.jsonl") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return path

    return written
