from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.traffic.records import exchange

from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.sources import expand
from stillwatch.traffic.background import Background
from stillwatch.traffic.ingest import Counts, ingest
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.sketch import Sketcher
from stillwatch.traffic.store import Store

KEY = Pseudonymiser(bytes(range(32)))


@pytest.fixture
def key() -> Pseudonymiser:
    return KEY


@pytest.fixture
def sketch_of(key: Pseudonymiser) -> Callable[..., dict[str, Any]]:
    """The row of one record with this text."""
    sketcher = Sketcher(key, sample=1.0, background=None, latest=2**62)

    def sketch(text: Any, *, ascii_only: bool = False, **fields: Any) -> dict[str, Any]:
        line = json.dumps(exchange(0, text, **fields), ensure_ascii=ascii_only).encode() + b"\n"
        rows = sketcher.sketch(line).table.to_pylist()
        assert len(rows) == 1
        return dict(rows[0])

    return sketch


@pytest.fixture
def take(tmp_path: Path, key: Pseudonymiser) -> Callable[..., Counts]:
    """Ingest logs into a store of that name."""

    def run(*logs: Path, into: str = "store", background: Background | None = None, **options: Any) -> Counts:
        store = Store.create_or_open(tmp_path / into, key.fingerprint(), 1.0)
        return ingest(
            expand([str(log) for log in logs]),
            store,
            key,
            ReadOptions(**options),
            threads=2,
            background=background,
        )

    return run


@pytest.fixture
def rows_of(tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """All rows of a store, in an order that does not depend on how they came in."""

    def read(name: str = "store") -> list[dict[str, Any]]:
        with Store.open(tmp_path / name).connect(2, 1.0) as con:
            rows = con.sql("SELECT * FROM exchanges").to_arrow_table().to_pylist()
        return sorted(rows, key=lambda row: row["record"])

    return read
