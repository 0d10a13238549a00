"""Retention: exchanges older than the limit are deleted, and the deletion is proved by looking again."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from blake3 import blake3

from stillwatch import clock
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.traffic.history import DAY_US
from stillwatch.traffic.store import Part, Purge, Store, writing


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What a purge would do.

    Attributes:
        whole: parts that go altogether.
        straddling: parts that lose some of their rows.
        rows: exchanges that go.
        grams: entries of the background that go.
    """

    whole: tuple[Part, ...]
    straddling: tuple[Part, ...]
    rows: int
    grams: int

    @property
    def empty(self) -> bool:
        """Whether there is nothing to delete."""
        return not self.rows and not self.grams


@dataclasses.dataclass(frozen=True, slots=True)
class Proof:
    """What a purge found when it looked again.

    Attributes:
        record: what the manifest keeps of it; None when nothing had to go.
        rows_left: exchanges that remain, all read again.
        oldest_left: microseconds since 1970 UTC of the oldest one; None when none remain.
    """

    record: Purge | None
    rows_left: int
    oldest_left: int | None


def plan(store: Store, before_us: int) -> Plan:
    """What a purge of everything before that time would delete; reads, writes nothing."""
    whole = tuple(p for p in store.manifest.parts if p.last_ts < before_us)
    straddling = tuple(p for p in store.manifest.parts if p.first_ts < before_us <= p.last_ts)
    rows = sum(p.rows for p in whole) + sum(int((_times(store, p) < before_us).sum()) for p in straddling)
    background = store.background()
    grams = 0 if background is None else int((background.seen < before_us // DAY_US).sum())
    return Plan(whole, straddling, rows, grams)


def purge(store: Store, before_us: int) -> Proof:
    """Delete every exchange before that time and prove it.

    Parts wholly before it are removed, parts that reach across it are written anew without the older rows.
    The manifest keeps a record with a digest over what was removed. Then every remaining part is read again.

    Raises:
        StillwatchError: another run holds the store, the disk is full, or something older remains.
    """
    with writing(store.path):
        store.manifest = Store.open(store.path).manifest  # as it is now that nobody else can change it
        todo = plan(store, before_us)
        record = None
        if todo.rows:
            record = _remove(store, todo, before_us)
        background = store.background()
        if background is not None and todo.grams:
            store.set_background(background.aged(before_us // DAY_US, 0))
        return _proved(store, record, before_us)


def _remove(store: Store, todo: Plan, before_us: int) -> Purge:
    """Commit the store without what has to go."""
    digest = blake3()
    for part in todo.whole:
        digest.update(part.digest.encode())
    anew = {part.name: _written_anew(store, part, before_us, digest) for part in todo.straddling}
    # in its old place: parts stand in the order in which they arrived
    kept = [anew.get(part.name, part) for part in store.manifest.parts if part not in todo.whole]
    record = Purge(
        at=_iso(int(clock.now().timestamp() * 1e6)),
        before=_iso(before_us),
        rows=todo.rows,
        parts=tuple(sorted(part.name for part in (*todo.whole, *todo.straddling))),
        digest=digest.hexdigest(),
    )
    store.replace_parts(kept, record)
    return record


def _written_anew(store: Store, part: Part, before_us: int, digest: blake3) -> Part:
    """The part without its older rows, which go into the digest."""
    table = pq.read_table(_path(store, part))
    late = table["ts"].cast(pa.int64()).to_numpy() >= before_us
    digest.update(part.digest.encode())
    digest.update(np.sort(table["record"].to_numpy()[~late]).tobytes())
    return store.write_part([_without_unused_names(table.filter(pa.array(late)))])


def _without_unused_names(table: pa.Table) -> pa.Table:
    """The table with its dictionaries built anew: they would still name accounts whose rows are gone."""
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            column = table.column(place).cast(field.type.value_type).dictionary_encode()
            table = table.set_column(place, field, column.cast(field.type))
    return table


def _proved(store: Store, record: Purge | None, before_us: int) -> Proof:
    """Look again: no remaining row is older, and no file of a removed part is left."""
    oldest: int | None = None
    rows = 0
    for part in store.manifest.parts:
        times = _times(store, part)
        rows += times.size
        oldest = int(times.min()) if oldest is None else min(oldest, int(times.min()))
    left = [name for name in (record.parts if record else ()) if (store.path / "exchanges" / name).exists()]
    if left or (oldest is not None and oldest < before_us):
        raise StillwatchError(
            f"the purge is not complete: {left[0]} is still there" if left else "older exchanges remain",
            code="SW-STORE-09",
            where=str(store.path),
            hint="check who may write to the folder and run the same command again",
            exit_code=ExitCode.UNREADABLE,
        )
    return Proof(record, rows, oldest)


def _times(store: Store, part: Part) -> np.ndarray:
    """Times of a part's exchanges, in microseconds since 1970 UTC."""
    column = pq.read_table(_path(store, part), columns=["ts"])["ts"]
    return np.asarray(column.cast(pa.int64()).to_numpy())


def _path(store: Store, part: Part) -> Path:
    return store.path / "exchanges" / part.name


def _iso(micros: int) -> str:
    return f"{np.datetime64(micros // 1000, 'ms')}Z"
