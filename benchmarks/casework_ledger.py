"""Ledger and backup figures of the benchmark ``casework``: appends, proofs, checking a long ledger, a backup."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from stillwatch.casework.tables import CASEWORK
from stillwatch.storage.ledger import Entry, Ledger, Signer
from stillwatch.storage.sql import SqlDatabase
from stillwatch.storage.sql.backup import back_up
from stillwatch.storage.sql.backup_files import read_manifest
from stillwatch.storage.sql.restore import restore

_BATCH = 5_000
_BACKED_UP = 50_000
_TS = "2026-03-02T10:00:00Z"


def ledger_figures(small: bool) -> dict[str, float]:
    """Measure a ledger on SQLite, in a folder of its own that is removed again.

    Returns:
        ``ledger_appends_per_s`` in batches of 5,000 with one signed head each; ``ledger_append_one_ms``, the median
        of a transaction with one entry on the filled ledger; ``ledger_proof_ms``, the median of an inclusion proof
        there; ``ledger_export_s`` and ``ledger_verify_s`` for the whole; ``ledger_entries``, how many that are;
        ``backup_s`` and ``restore_s``, with their proof of equality, at ``backup_entries``.
    """
    wanted = 50_000 if small else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with SqlDatabase(folder / "cases.sqlite", CASEWORK) as database:
            database.upgrade()
            ledger = Ledger(database, Signer(folder / "ledger.key"))
            figures = _appends(ledger, _BACKED_UP)
            figures |= _backup(database, folder)
            if wanted > _BACKED_UP:
                figures |= _appends(ledger, wanted - _BACKED_UP)
            figures |= _single(ledger)
            figures["ledger_export_s"] = _timed(lambda: ledger.export(folder / "export"))
            key = ledger.current_key()
            figures["ledger_verify_s"] = _timed(lambda: Ledger.verify_export(folder / "export", key))
            figures["ledger_entries"] = ledger.size()
    for name, value in figures.items():
        print(f"{name} {value:,.1f}")
    return figures


def _appends(ledger: Ledger, wanted: int) -> dict[str, float]:
    spent = 0.0
    for start in range(0, wanted, _BATCH):
        entries = [
            Entry(
                "case-noted",
                f"case-{number % 10_000:06d}",
                "analyst-1",
                _TS,
                {"version": number, "note": "looked at"},
            )
            for number in range(start, start + _BATCH)
        ]

        def append(entries: list[Entry] = entries) -> None:
            with ledger.database.write() as connection:
                ledger.append(connection, entries)

        spent += _timed(append)
    return {"ledger_appends_per_s": wanted / spent}


def _single(ledger: Ledger) -> dict[str, float]:
    """What one act costs on a ledger that is long already."""

    def append() -> None:
        with ledger.database.write() as connection:
            ledger.append(connection, [Entry("case-claimed", "case-000001", "analyst-1", _TS)])

    size = ledger.size()
    return {
        "ledger_append_one_ms": 1000 * statistics.median(_timed(append) for _ in range(100)),
        "ledger_proof_ms": 1000
        * statistics.median(
            _timed(lambda index=index: ledger.inclusion(index, size))  # type: ignore[misc]
            for index in range(0, size, size // 100)
        ),
    }


def _backup(database: SqlDatabase, folder: Path) -> dict[str, float]:
    took = {"backup_s": _timed(lambda: back_up(database, folder / "backup"))}
    manifest = read_manifest(folder / "backup")
    with SqlDatabase(folder / "restored.sqlite", database.family) as restored:
        took["restore_s"] = _timed(lambda: restore(folder / "backup", manifest, restored))
    return {**took, "backup_entries": _BACKED_UP}


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
