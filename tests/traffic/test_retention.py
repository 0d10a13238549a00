"""What is too old is gone afterwards, byte for byte, and the manifest can show it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.errors import StillwatchError
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.sources import expand
from stillwatch.traffic.history import background_of
from stillwatch.traffic.ingest import ingest
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.retention import plan, purge
from stillwatch.traffic.store import Store, file_digest, writing
from stillwatch.traffic.verification import damages

NAMES = {"2026-01": "january", "2026-02": "february", "2026-03": "march"}
KEY = Pseudonymiser(b"k" * 32)
MARCH = int(np.datetime64("2026-03-01", "us").astype(np.int64))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """One part wholly before March, one that reaches across, one after; accounts are named by month."""
    store = Store.create_or_open(tmp_path / "s", KEY.fingerprint(), 1.0)
    for place, days in enumerate((("2026-01", "2026-01"), ("2026-02", "2026-03"), ("2026-03", "2026-03"))):
        lines = [
            {
                "ts": f"{month}-{10 + number:02d}T00:00:00Z",
                "request_id": f"{place}-{half}-{number}",
                "account_id": f"acct-{month}-{number}",
                "model": "big-1",
                "messages": [
                    {"role": "user", "content": f"a question that everybody asks in {NAMES[month]} alike"}
                ],
            }
            for half, month in enumerate(days)
            for number in range(5)
        ]
        path = tmp_path / f"{place}.jsonl"
        path.write_text("\n".join(map(json.dumps, lines)))
        ingest(expand([str(path)]), store, KEY, ReadOptions(), threads=1)
    return store


def test_a_plan_counts_what_would_go_and_writes_nothing(store: Store) -> None:
    before = store.manifest
    todo = plan(store, MARCH)
    assert (len(todo.whole), len(todo.straddling), todo.rows) == (1, 1, 15)
    assert Store.open(store.path).manifest == before


def test_after_a_purge_no_row_is_older_and_no_newer_one_is_lost(store: Store) -> None:
    proof = purge(store, MARCH)
    times = np.concatenate([pq.read_table(p)["ts"].cast(pa.int64()).to_numpy() for p in store.part_paths()])
    assert times.min() >= MARCH
    assert (times.size, proof.rows_left, proof.oldest_left) == (15, 15, times.min())
    assert list(damages(Store.open(store.path))) == []


def test_the_names_of_purged_accounts_are_nowhere_in_the_folder(store: Store) -> None:
    purge(store, MARCH)
    for path in store.path.rglob("*.parquet"):
        names = pq.read_table(path)["account_id"].combine_chunks()
        chunks = names.chunks if isinstance(names, pa.ChunkedArray) else [names]
        assert {name for chunk in chunks for name in chunk.dictionary.to_pylist()} <= {
            f"acct-2026-03-{number}" for number in range(5)
        }
        assert b"acct-2026-02" not in path.read_bytes()


def test_the_record_says_what_was_removed(store: Store) -> None:
    parts = store.manifest.parts
    proof = purge(store, MARCH)
    (record,) = Store.open(store.path).manifest.purges
    assert record == proof.record
    assert (record.rows, record.before) == (15, "2026-03-01T00:00:00.000Z")
    assert set(record.parts) == {part.name for part in parts[:2]}
    assert len(record.digest) == 64


def test_a_part_that_is_written_anew_stays_where_it_arrived(store: Store) -> None:
    _, straddling, late = store.manifest.parts
    purge(store, MARCH)
    written, last = Store.open(store.path).manifest.parts
    assert last == late
    assert (written.rows, written.last_ts) == (5, straddling.last_ts)


def test_a_part_that_need_not_change_is_not_touched(store: Store) -> None:
    kept = store.manifest.parts[2]
    purge(store, MARCH)
    assert kept in store.manifest.parts
    assert file_digest(store.path / "exchanges" / kept.name) == kept.digest


def test_a_second_purge_finds_nothing(store: Store) -> None:
    purge(store, MARCH)
    proof = purge(store, MARCH)
    assert proof.record is None
    assert len(store.manifest.purges) == 1


def test_the_background_forgets_what_nobody_said_since(store: Store) -> None:
    store.set_background(background_of(store, source="test"))
    before = store.background()
    assert before is not None
    purge(store, MARCH)
    after = store.background()
    assert after is not None
    assert 0 < after.grams.size < before.grams.size
    assert after.seen.min() >= MARCH // 86_400_000_000


def test_a_store_in_use_is_left_alone(store: Store) -> None:
    with writing(store.path), pytest.raises(StillwatchError, match="another run is writing"):
        purge(store, MARCH)
