"""A log that is large beside the memory stands in files, and nothing about it changes."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from tests.detection.conftest import SmallWorld

from stillwatch.detection import frame as frames
from stillwatch.detection import sharing_facts
from stillwatch.detection.linking import numbering
from stillwatch.detection.room import Room
from stillwatch.errors import StillwatchError
from stillwatch.traffic.store import Store

_SMALL_GIB = 1e-6


def split(store: Store, folder: Path) -> Store:
    """The same exchanges in two parts, the later ones first."""
    import pyarrow.parquet as pq

    table = pq.read_table(store.part_paths()[0])
    half = table.num_rows // 2
    out = Store.create_or_open(folder, store.manifest.key, store.manifest.sample)
    for piece in (table.slice(half), table.slice(0, half)):
        out.add([out.write_part([piece])], [])
    assert len(store.manifest.parts) == 1
    return out


@pytest.fixture(scope="module")
def disordered(small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return split(small_world.store, tmp_path_factory.mktemp("disordered") / "store")


def test_a_frame_in_files_is_the_same_frame(
    small_world: SmallWorld, disordered: Store, tmp_path: Path
) -> None:
    for store in (small_world.store, disordered):
        filed = frames.load(store, memory_gib=_SMALL_GIB, folder=tmp_path)

        assert filed.room.folder == tmp_path
        assert small_world.frame.room.folder is None
        assert list(tmp_path.iterdir()) == []  # the files have no name, so nothing can be left behind
        filed.rest()
        for name in ("ts", "account", "grams", "gram_offsets", "verbatim_from", "newcomer"):
            assert np.array_equal(getattr(filed, name), getattr(small_world.frame, name)), name
        assert filed.accounts == small_world.frame.accounts
        assert filed.table.equals(small_world.frame.table)


def test_a_store_named_twice_counts_once(small_world: SmallWorld, disordered: Store) -> None:
    both = frames.load([small_world.store, disordered])

    assert both.size == small_world.frame.size
    assert np.array_equal(both.grams, small_world.frame.grams)
    assert both.table.equals(small_world.frame.table)


def test_many_small_tables_number_the_same_grams_as_one(
    small_world: SmallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = numbering.number(small_world.frame, 2)
    monkeypatch.setattr(numbering, "_MOST_SLOTS", 1 << 10)
    monkeypatch.setattr(numbering, "_ROWS_A_PIECE", 700)
    monkeypatch.setattr(numbering, "_ROWS_A_LOOK", 900)
    cut = numbering.number(small_world.frame, 2)

    assert usual.value.size > 1_000
    assert np.array_equal(np.sort(cut.value), np.sort(usual.value))
    ids, places, offsets = cut.present
    assert np.array_equal(cut.value[ids], usual.value[usual.present[0]])
    assert np.array_equal(places, usual.present[1])
    assert np.array_equal(offsets, usual.present[2])


def test_clauses_looked_at_share_by_share_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    clauses = rng.integers(1, 1 << 63, 900).astype(np.uint64)[rng.integers(0, 900, 6_000)]
    offsets, account = np.arange(0, 6_001, 3), rng.integers(0, 40, 2_000).astype(np.int32)
    usual = sharing_facts.verbatim_from(clauses, offsets, account)
    monkeypatch.setattr(sharing_facts, "_MOST_SLOTS", 1 << 11)

    assert (usual >= 0).any()
    assert (usual == sharing_facts.NEVER).any()
    assert np.array_equal(sharing_facts.verbatim_from(clauses, offsets, account), usual)


def test_a_full_disk_is_told_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(StillwatchError) as told:
        Room(tmp_path).array(1 << 56, np.uint64)

    assert told.value.code in {"SW-STORE-07", "SW-STORE-08"}
    assert dataclasses.asdict(Room()) == {"folder": None, "maps": []}
