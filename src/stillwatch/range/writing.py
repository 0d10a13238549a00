"""Writes a world to a folder: logs, truth, knobs. The bytes do not depend on how many processes write."""

from __future__ import annotations

import dataclasses
import gc
import gzip
import io
import json
import multiprocessing
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import orjson

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.range.formats import written_format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from stillwatch.range.world import World

_MEMBER: Final = 16_384  # exchanges in one gzip member; fixed, so that the bytes are
_LEVEL: Final = 1
_MOST_WORKERS: Final = 8

_world: World | None = None  # what a writing process writes from; set where the process starts
_format: str = "canonical"


@dataclasses.dataclass(frozen=True, slots=True)
class Written:
    """Where the parts of a world lie."""

    logs: Path
    truth: Path
    campaigns: Path
    exchange_truth: Path
    registrations: Path
    exchanges: int


def write_world(
    world: World,
    out: Path,
    format: str = "canonical",  # noqa: A002 - the word the command line uses
    *,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Written:
    """Write a world's logs and truth.

    Args:
        world: what to write.
        out: folder, made if missing.
        format: the log format.
        workers: processes; as many as there are processors if None.
        progress: called with the number of exchanges written so far.

    Raises:
        StillwatchError: unknown format, or the folder cannot be written.
    """
    written_format(format)
    written = Written(
        out / "exchanges.jsonl.gz",
        out / "truth.csv",
        out / "campaigns.json",
        out / "exchange_truth.csv.gz",
        out / "registrations.json",
        len(world),
    )
    try:
        out.mkdir(parents=True, exist_ok=True)
        _write_truth(world, written)
        done = 0
        with written.logs.open("wb") as target:
            for count, data in _members(world, format, workers):
                target.write(data)
                done += count
                if progress is not None:
                    progress(done)
    except OSError as error:
        raise StillwatchError(
            f"the world cannot be written: {error.strerror or error}",
            code="SW-RANGE-06",
            where=str(error.filename or out),
            hint="free some space or choose another folder",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    return written


def _members(world: World, format_name: str, workers: int | None) -> Iterator[tuple[int, bytes]]:
    """The log in order, one finished gzip member after the other."""
    starts = range(0, len(world), _MEMBER)
    wanted = min(workers or os.cpu_count() or 1, _MOST_WORKERS, len(starts))
    with _writer(world, format_name):
        if wanted <= 1:
            yield from map(_member, starts)
            return
        # Forked processes inherit the planned world; where there is no fork, one process writes alone.
        if "fork" not in multiprocessing.get_all_start_methods():
            yield from map(_member, starts)
            return
        with multiprocessing.get_context("fork").Pool(wanted) as pool:
            yield from pool.imap(_member, starts)


@contextmanager
def _writer(world: World, format_name: str) -> Iterator[None]:
    global _world, _format
    _world, _format = world, format_name
    gc.disable()  # records hold no cycles, and a collection would go through every planned account
    try:
        yield
    finally:
        gc.enable()
        _world = None


def _member(start: int) -> tuple[int, bytes]:
    """One gzip member of the log."""
    if _world is None:
        raise RuntimeError("a writing process was started without a world")
    shape = written_format(_format).payload
    lines = [
        orjson.dumps(shape(record), option=orjson.OPT_APPEND_NEWLINE)
        for record in _world.exchanges(start, start + _MEMBER)
    ]
    return len(lines), gzip.compress(b"".join(lines), _LEVEL, mtime=0)


def _write_truth(world: World, written: Written) -> None:
    lines = ["account_id,label,archetype,campaign_id"]
    lines += [
        f"{account},{truth.label},{truth.archetype},{truth.campaign_id or ''}"
        for account, truth in sorted(world.truth.items())
    ]
    written.truth.write_text("\n".join(lines) + "\n", "utf-8")
    described = {
        "world": world.name,
        "seed": world.seed,
        "split": world.split,
        "start_ms": world.window.start,
        "end_ms": world.window.end,
        "accounts": len(world.accounts),
        "exchanges": len(world),
        "campaigns": world.campaigns,
    }
    written.campaigns.write_text(json.dumps(described, indent=2) + "\n", "utf-8")
    written.registrations.write_text(json.dumps(world.registrations, indent=2) + "\n", "utf-8")
    buffer = io.StringIO("request_id,campaign_id,account_id,ts_ms\n")
    buffer.seek(0, io.SEEK_END)
    buffer.writelines(
        f"{request},{campaign or ''},{account},{when}\n"
        for (request, campaign), (account, when) in zip(world.exchange_truth(), world.senders(), strict=True)
    )
    written.exchange_truth.write_bytes(gzip.compress(buffer.getvalue().encode(), _LEVEL, mtime=0))
