"""Small worlds for tests of detection: made by the range and really ingested, or planted by hand."""

from __future__ import annotations

import dataclasses
import functools
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import orjson
import pyarrow as pa

from stillwatch.core.indicator import IndicatorKind
from stillwatch.detection import frame as frames
from stillwatch.detection import run
from stillwatch.detection.contract import Detector, Tables
from stillwatch.detection.registry import detectors
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.sources import expand
from stillwatch.range.world import Truth, make_world
from stillwatch.storage.received.records import Mark, Pivot
from stillwatch.traffic.ingest import ingest
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.sketch import SCHEMA
from stillwatch.traffic.store import Store

DAY_US = 86_400_000_000
BEGIN_US = 20_500 * DAY_US
_LEFT_OUT = ("grams", "clauses", "minhash")


@dataclasses.dataclass(frozen=True, slots=True)
class MadeWorld:
    """Lines of a log in order of time, and the truth; made by its name, seed, accounts and exchanges."""

    lines: tuple[bytes, ...]
    truth: dict[str, Truth]
    asked: tuple[str, int, int, int]

    @property
    def past(self) -> tuple[bytes, ...]:
        """Lines of the week before."""
        return _past(*self.asked)


@functools.cache
def made(name: str, seed: int, accounts: int, exchanges: int) -> MadeWorld:
    """A world of the range as canonical lines, with a week of history."""
    world = make_world(name, seed, accounts, exchanges)
    return MadeWorld(_lines(world.exchanges()), world.truth, (name, seed, accounts, exchanges))


@functools.cache
def _past(name: str, seed: int, accounts: int, exchanges: int) -> tuple[bytes, ...]:
    return _lines(make_world(name, seed, accounts, exchanges, history_days=7).exchanges())


@functools.cache
def remembering(name: str, seed: int, accounts: int, exchanges: int) -> frames.Frame:
    """The frame of a made world that knows the week before."""
    world = made(name, seed, accounts, exchanges)
    return sketched(world.lines, history=sketched(world.past))


def _lines(records: Iterable[dict[str, Any]]) -> tuple[bytes, ...]:
    return tuple(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records)


def sketched(*files: Sequence[bytes], history: frames.Frame | None = None) -> frames.Frame:
    """The frame that log files of these lines give, read in this order."""
    with tempfile.TemporaryDirectory() as folder:
        key = Pseudonymiser(b"k" * 32)
        store = Store.create_or_open(Path(folder) / "store", key.fingerprint(), 0.25)
        for number, lines in enumerate(files):
            path = Path(folder) / f"{number}.jsonl"
            path.write_bytes(b"".join(lines))
            ingest(expand([str(path)]), store, key, ReadOptions(), threads=1)
        return frames.load(store, history)


def judged(frame: frames.Frame, threads: int = 2) -> run.Outcome:
    """What a run over all detectors concludes."""
    return run.run(frame, list(detectors().values()), threads=threads, checkpoint_hours=6.0, fdr=0.001)


def planted(
    rows: Sequence[tuple[str, Sequence[int]]],
    *,
    history: frames.Frame | None = None,
    first_turn: Sequence[bool] | None = None,
    hours: float = 0.1,
    created: Sequence[int] | None = None,
    columns: Mapping[str, Sequence[Any]] | None = None,
) -> frames.Frame:
    """A frame of exchanges that hold exactly the given grams, one every ``hours``.

    Args:
        rows: account and grams (small numbers; scattered over the hash space here) of each exchange.
        history: earlier traffic.
        first_turn: whether each exchange opens a conversation; all do when left out.
        hours: between two exchanges.
        created: when the account of each exchange was opened (microseconds); unknown when left out.
        columns: values of further columns of the store.
    """
    names = list(dict.fromkeys(account for account, _ in rows))
    number = {name: k for k, name in enumerate(names)}
    ts = BEGIN_US + (np.arange(len(rows)) * hours * 3.6e9).astype(np.int64)
    lists = [gram_values(grams) for _, grams in rows]
    given = {
        "ts": pa.array(ts, pa.timestamp("us")),
        "account_id": pa.array([account for account, _ in rows]).dictionary_encode(),
        **{name: pa.array(list(values), SCHEMA.field(name).type) for name, values in (columns or {}).items()},
    }
    table = pa.table(
        {
            field.name: given.get(field.name, pa.nulls(len(rows), field.type))
            for field in SCHEMA
            if field.name not in _LEFT_OUT
        }
    )
    account = np.array([number[a] for a, _ in rows], dtype=np.int32)
    return frames.Frame(
        ts=ts,
        account=account,
        accounts=tuple(names),
        grams=np.concatenate([np.zeros(0, dtype=np.uint64), *lists]),
        gram_offsets=np.cumsum([0] + [g.size for g in lists]).astype(np.int64),
        infrastructure={kind: np.zeros(len(rows), dtype=np.uint64) for kind in ("address", "payment")},
        first_turn=np.ones(len(rows), dtype=np.bool_) if first_turn is None else np.array(first_turn),
        verbatim_from=np.full(len(rows), -1, dtype=np.int64),
        newcomer=np.zeros(len(rows), dtype=np.bool_),
        created=np.zeros(len(rows), dtype=np.int64) if created is None else np.array(created, dtype=np.int64),
        table=table.append_column("row", pa.array(np.arange(len(rows)))).append_column(
            "account", pa.array(account)
        ),
        history=history,
    )


def gram_values(grams: Iterable[int]) -> Any:
    """Hash values for small gram numbers: never 0, spread over 64 bits, one for each number."""
    values = (np.array(list(grams), dtype=np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    return values ^ (values >> np.uint64(31))


class Watching:
    """A detector that keeps the tables it is shown, for tests to change and show to others."""

    name = "watching"
    title = "Keeps its tables"
    level = "campaign"
    aspect = "content"
    rises = True
    needs: frozenset[str] = frozenset()
    references: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.shown: dict[str, pa.Table] = {}

    def measure(self, tables: Tables) -> ibis.Table:
        self.shown = {
            part.name: getattr(tables, part.name).to_pyarrow() for part in dataclasses.fields(Tables)
        }
        return tables.candidates.limit(0)

    def sentence(self, row: Mapping[str, Any]) -> str:
        raise AssertionError(f"there was nothing to say: {row}")


def reported(world: MadeWorld, weight: float = 1.0) -> tuple[Mark, ...]:
    """The accounts of a world's campaigns as another member would mark them, an indicator a campaign."""
    return tuple(
        Mark(
            f"indicator--{truth.campaign_id}",
            Pivot.ACCOUNT,
            account,
            IndicatorKind.TEMPLATE,
            weight,
            seen_us=2**62,
            received_us=0,
        )
        for account, truth in world.truth.items()
        if truth.campaign_id is not None
    )


@functools.cache
def shown_tables() -> dict[str, pa.Table]:
    """The tables that detectors are shown when a small demo world with a history is judged."""
    world, frame = made("demo", 1, 300, 9000), remembering("demo", 1, 300, 9000)
    watching: Any = Watching()
    one: list[Detector] = [watching]
    run.run(frame, one, threads=2, checkpoint_hours=48.0, fdr=0.001, received=reported(world))
    shown = dict(watching.shown)
    # So few accounts of this world were there before that no crew tells how far its known members moved.
    candidates = shown["candidates"]
    place = candidates.schema.get_field_index("changed")
    shown["candidates"] = candidates.set_column(place, "changed", candidates["alike"])
    return shown


def tables_of(shown: Mapping[str, pa.Table]) -> Tables:
    """Tables on an engine of their own."""
    return Tables(**{part: ibis.memtable(table) for part, table in shown.items()})
