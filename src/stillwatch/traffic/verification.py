"""Checking that a store is whole: every part there, unchanged, of the right shape, nothing beside it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.traffic.background import Background
from stillwatch.traffic.sketch import SCHEMA
from stillwatch.traffic.store import Part, Store, file_digest


@dataclasses.dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is wrong with a store.

    Attributes:
        path: the file it is about.
        sentence: what is wrong.
        harmless: nothing that counts is affected; the next write cleans it up.
    """

    path: Path
    sentence: str
    harmless: bool = False


def damages(store: Store) -> Iterator[Damage]:
    """Everything that is wrong with the store, part by part; nothing when it is whole."""
    yield from _manifest_damages(store)
    folder = store.path / "exchanges"
    for part in store.manifest.parts:
        sentence = _part_damage(folder / part.name, part)
        if sentence:
            yield Damage(folder / part.name, sentence)
    yield from _background_damages(store)
    for path in stray_files(store):
        yield Damage(path, "belongs to no commit, left by a run that was cut short", harmless=True)


def stray_files(store: Store) -> list[Path]:
    """Files in the store's folders that no manifest names; reject lists and the lock may lie there."""
    named = {part.name for part in store.manifest.parts}
    folder = store.path / "exchanges"
    stray = [f for f in folder.iterdir() if f.name not in named] if folder.is_dir() else []
    expected = {"exchanges", "manifest.json", ".lock", store.manifest.background}
    stray += [f for f in store.path.iterdir() if f.name not in expected and not f.name.startswith("rejects-")]
    return sorted(stray)


def _manifest_damages(store: Store) -> Iterator[Damage]:
    """Contradictions within the manifest itself."""
    path = store.path / "manifest.json"
    names = [part.name for part in store.manifest.parts]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Damage(path, f"{name} is named more than once")
    for part in store.manifest.parts:
        if Path(part.name).name != part.name or part.rows < 1 or part.first_ts > part.last_ts:
            yield Damage(path, f"what it says about {part.name} cannot be")


def _part_damage(path: Path, part: Part) -> str:
    """What is wrong with a part; empty when it is whole."""
    if not path.is_file():
        return "is missing"
    try:
        if file_digest(path) != part.digest:
            return "was changed after it was written: its digest differs from the manifest's"
        file = pq.ParquetFile(path)
        if not file.schema_arrow.remove_metadata().equals(SCHEMA):
            return "does not have the columns of an exchange"
        if file.metadata.num_rows != part.rows:
            return f"holds {file.metadata.num_rows:,} exchanges, the manifest says {part.rows:,}"
        ts = file.read(columns=["ts"])["ts"].cast(pa.int64()).to_numpy()
    except (OSError, pa.ArrowException) as error:
        return f"cannot be read ({type(error).__name__})"
    if (int(ts.min()), int(ts.max())) != (part.first_ts, part.last_ts):
        return "covers another time than the manifest says"
    return ""


def _background_damages(store: Store) -> Iterator[Damage]:
    """A background that is named but not usable."""
    if store.manifest.background is None:
        return
    path = store.path / store.manifest.background
    if not path.is_file():
        yield Damage(path, "the background is missing: build it anew with `store background --rebuild`")
        return
    try:
        Background.load(path)
    except (OSError, KeyError, TypeError, ValueError, pa.ArrowException) as error:
        yield Damage(path, f"the background cannot be read ({type(error).__name__}): build it anew")
