"""The store: sketched exchanges as Parquet parts in a folder, made whole by one manifest.

A part counts only once the manifest names it, and the manifest is replaced in one rename: whatever kills a run, the
store is what it was after its last commit, and parts nobody names are swept away when it is next opened for writing.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import fcntl
import os
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from blake3 import blake3

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.traffic.background import Background
from stillwatch.traffic.sketch import SCHEMA

FORMAT_VERSION: Final = 1
_PARTS: Final = "exchanges"
_ROWS_PER_GROUP: Final = 65_536
_RANDOM: Final = ("record", "minhash", "clauses", "grams")  # hashes do not compress

_WRITTEN: Final[dict[str, Any]] = {
    "compression": {f.name: "none" if f.name in _RANDOM else "zstd" for f in SCHEMA},
    "use_dictionary": [
        "account_id",
        "organization_id",
        "country",
        "model",
        "endpoint",
        "client",
        "system",
    ],
    "write_statistics": ["ts"],
}


class Part(msgspec.Struct, frozen=True):
    """One Parquet file of exchanges: its name, rows, time span (microseconds since 1970) and BLAKE3 digest."""

    name: str
    rows: int
    first_ts: int
    last_ts: int
    digest: str


class ReadFile(msgspec.Struct, frozen=True):
    """A log file that was read to its end: unchanged, it need not be read again."""

    path: str
    size: int
    modified_ns: int
    records: int


class Purge(msgspec.Struct, frozen=True):
    """What a purge removed, kept as its record."""

    at: str
    before: str
    rows: int
    parts: tuple[str, ...]
    digest: str


class Manifest(msgspec.Struct, frozen=True):
    """All that belongs to the store.

    Attributes:
        segment: number of the last segment of a live node's log that is in the parts.
    """

    version: int
    key: str
    sample: float
    parts: tuple[Part, ...] = ()
    files: tuple[ReadFile, ...] = ()
    purges: tuple[Purge, ...] = ()
    background: str | None = None
    segment: int = 0


@dataclasses.dataclass(slots=True)
class Store:
    """A folder of sketched exchanges.

    Attributes:
        path: the folder.
        manifest: what is in it.
    """

    path: Path
    manifest: Manifest

    @classmethod
    def create_or_open(cls, path: Path, key: str, sample: float) -> Store:
        """Open the store, making it when the folder holds none.

        Raises:
            StillwatchError: another key or sampling share made it, or the folder cannot be used.
        """
        if (path / "manifest.json").exists():
            store = cls.open(path)
            if store.manifest.key != key:
                raise StillwatchError(
                    "the store was written with another pseudonym key",
                    code="SW-STORE-02",
                    where=str(path),
                    hint="use the key file it was made with (key_file), or another store folder",
                )
            if store.manifest.sample != sample:
                raise StillwatchError(
                    f"the store keeps {store.manifest.sample:g} of the word grams, sketch_sample says {sample:g}",
                    code="SW-STORE-03",
                    where=str(path),
                    hint="set sketch_sample to the store's share, or use another store folder",
                )
            return store
        with writing(path):
            (path / _PARTS).mkdir(parents=True, exist_ok=True)
            store = cls(path, Manifest(FORMAT_VERSION, key, sample))
            store._commit(store.manifest)
        return store

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open an existing store.

        Raises:
            StillwatchError: there is none, it cannot be read, or a newer version wrote it.
        """
        try:
            manifest = msgspec.json.decode((path / "manifest.json").read_bytes(), type=Manifest)
        except FileNotFoundError:
            raise StillwatchError(
                "there is no store in this folder",
                code="SW-STORE-01",
                where=str(path),
                hint="make one with: stillwatch ingest LOGS --store FOLDER",
                exit_code=ExitCode.UNREADABLE,
            ) from None
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise StillwatchError(
                f"the store's manifest cannot be read: {error}",
                code="SW-STORE-04",
                where=str(path / "manifest.json"),
                exit_code=ExitCode.UNREADABLE,
            ) from error
        if manifest.version != FORMAT_VERSION:
            raise StillwatchError(
                f"the store has format {manifest.version}, this version reads {FORMAT_VERSION}",
                code="SW-STORE-05",
                where=str(path),
                hint="use the version of stillwatch that wrote it",
            )
        return cls(path, manifest)

    @property
    def rows(self) -> int:
        """Exchanges in the store."""
        return sum(p.rows for p in self.manifest.parts)

    def part_paths(self) -> list[str]:
        """The Parquet files of all parts."""
        return [str(self.path / _PARTS / p.name) for p in self.manifest.parts]

    def background(self) -> Background | None:
        """The background kept with the store, if one was built."""
        if self.manifest.background is None:
            return None
        return Background.load(self.path / self.manifest.background)

    def connect(self, threads: int, memory_gib: float) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection with the view ``exchanges`` over all parts."""
        con = duckdb.connect()
        con.execute("SET threads = $n", {"n": threads})
        con.execute(f"SET memory_limit = '{memory_gib:.2f}GiB'")
        con.execute("SET enable_progress_bar = false")
        if self.manifest.parts:
            names = ", ".join("'" + p.replace("'", "''") + "'" for p in self.part_paths())
            con.execute(f"CREATE VIEW exchanges AS SELECT * FROM read_parquet([{names}])")
        else:
            empty = SCHEMA.empty_table()
            con.register("no_exchanges", empty)
            con.execute("CREATE VIEW exchanges AS SELECT * FROM no_exchanges")
        return con

    def add(self, parts: list[Part], files: list[ReadFile]) -> None:
        """Make written parts and finished files count."""
        known = {f.path: f for f in self.manifest.files} | {f.path: f for f in files}
        self._commit(
            msgspec.structs.replace(
                self.manifest, parts=(*self.manifest.parts, *parts), files=tuple(known.values())
            )
        )

    def replace_parts(self, parts: list[Part], purge: Purge) -> None:
        """Make these parts the whole content and remember the purge that led to it."""
        self._commit(
            msgspec.structs.replace(self.manifest, parts=tuple(parts), purges=(*self.manifest.purges, purge))
        )
        self.sweep()

    def take_segments(self, parts: list[Part], segment: int) -> None:
        """Make parts count that hold a live node's log up to this segment."""
        self._commit(
            msgspec.structs.replace(self.manifest, parts=(*self.manifest.parts, *parts), segment=segment)
        )

    def replace_run(self, begin: int, end: int, part: Part) -> None:
        """Put one part in the place of those from ``begin`` up to ``end``, whose rows it holds."""
        parts = self.manifest.parts
        gone = parts[begin:end]
        self._commit(msgspec.structs.replace(self.manifest, parts=(*parts[:begin], part, *parts[end:])))
        for each in gone:
            (self.path / _PARTS / each.name).unlink(missing_ok=True)

    def merged_part(self, parts: Sequence[Part]) -> Part:
        """Write the rows of some parts as a new one; it counts once `replace_run` has named it.

        One part is held at a time.

        Raises:
            StillwatchError: the disk is full or not writable, or a part cannot be read.
        """
        name = f"part-{uuid.uuid4().hex}.parquet"
        path = self.path / _PARTS / name
        try:
            with pq.ParquetWriter(path, SCHEMA, **_WRITTEN) as writer:
                for part in parts:
                    table = pq.read_table(self.path / _PARTS / part.name)
                    writer.write_table(table.cast(SCHEMA), row_group_size=_ROWS_PER_GROUP)
            _flush_to_disk(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            raise disk_error(error, self.path) from error
        first, last = min(p.first_ts for p in parts), max(p.last_ts for p in parts)
        return Part(name, sum(p.rows for p in parts), first, last, file_digest(path))

    def set_background(self, background: Background) -> None:
        """Keep a background with the store; later exchanges are sketched against it."""
        name = f"background-{uuid.uuid4().hex[:12]}.parquet"
        try:
            background.save(self.path / name)
            _flush_to_disk(self.path / name)
        except OSError as error:
            with contextlib.suppress(OSError):
                (self.path / name).unlink(missing_ok=True)
            raise disk_error(error, self.path) from error
        self._commit(msgspec.structs.replace(self.manifest, background=name))
        self.sweep()

    def sweep(self) -> int:
        """Delete files that the manifest does not name; returns how many."""
        named = {p.name for p in self.manifest.parts}
        stray = [f for f in (self.path / _PARTS).iterdir() if f.name not in named]
        stray += [f for f in self.path.glob("background-*.parquet") if f.name != self.manifest.background]
        stray += list(self.path.glob("manifest.json.*"))
        for file in stray:
            file.unlink()
        return len(stray)

    def write_part(self, tables: list[pa.Table]) -> Part:
        """Write tables as a new part; it counts once `add` has named it.

        Raises:
            StillwatchError: the disk is full or not writable; nothing half-written remains.
        """
        name = f"part-{uuid.uuid4().hex}.parquet"
        path = self.path / _PARTS / name
        first = min(t["ts"].cast(pa.int64()).to_numpy().min() for t in tables)
        last = max(t["ts"].cast(pa.int64()).to_numpy().max() for t in tables)
        try:
            pq.write_table(
                pa.concat_tables(tables).unify_dictionaries(),
                path,
                row_group_size=_ROWS_PER_GROUP,
                **_WRITTEN,
            )
            _flush_to_disk(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            raise disk_error(error, self.path) from error
        return Part(name, sum(t.num_rows for t in tables), int(first), int(last), file_digest(path))

    def _commit(self, manifest: Manifest) -> None:
        target = self.path / "manifest.json"
        scratch = self.path / f"manifest.json.{os.getpid()}"
        try:
            scratch.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
            _flush_to_disk(scratch)
            scratch.replace(target)
        except OSError as error:
            with contextlib.suppress(OSError):
                scratch.unlink(missing_ok=True)
            raise disk_error(error, self.path) from error
        self.manifest = manifest


def file_digest(path: Path) -> str:
    """BLAKE3 of a file's content."""
    hasher = blake3()
    hasher.update_mmap(path)
    return hasher.hexdigest()


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Hold the store for writing; a second writer is told so instead of waiting.

    Raises:
        StillwatchError: another process writes to the store, or the folder cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = (path / ".lock").open("w")
    except OSError as error:
        raise disk_error(error, path) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StillwatchError(
                "another run is writing to this store",
                code="SW-STORE-06",
                where=str(path),
                hint="wait for it to end, or use another store folder",
            ) from None
        yield


def disk_error(error: OSError, path: Path) -> StillwatchError:
    """The sentence for a write that failed."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return StillwatchError(
        "there is no space left on the disk"
        if full
        else f"the folder cannot be written: {error.strerror or error}",
        code="SW-STORE-07" if full else "SW-STORE-08",
        where=str(path),
        hint="free space and run the same command again: what was committed is kept, the rest is read anew"
        if full
        else "choose a folder this user may write to",
        exit_code=ExitCode.UNREADABLE,
    )


def _flush_to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
