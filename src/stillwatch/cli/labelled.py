"""Labelled exchanges of a made world, with which an error rate is measured."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any, Final

import orjson

from stillwatch.cli.wording_marks import asked
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.range.seeding import dice
from stillwatch.range.splits import FROZEN

_SEED: Final = 7


def labelled(world: Path, count: int) -> tuple[list[str], list[str]]:
    """What was asked in so many exchanges of campaigns and as many honest ones, the same ones each time.

    Raises:
        StillwatchError: it is no made world in canonical form, one of the frozen split, or too small.
    """
    try:
        split = json.loads((world / "campaigns.json").read_text("utf-8"))["split"]
        with gzip.open(world / "exchange_truth.csv.gz", "rt", encoding="utf-8", newline="") as file:
            truth = {row["request_id"]: row["campaign_id"] for row in csv.DictReader(file)}
        if split == FROZEN:
            raise _unusable(world, "the frozen split is for judging alone; make a world of another split")
        rng = dice("assistant", _SEED)
        wanted = {
            kind: set(rng.sample(sorted(r for r, c in truth.items() if bool(c) is kind), count))
            for kind in (True, False)
        }
        found: dict[bool, list[str]] = {True: [], False: []}
        with gzip.open(world / "exchanges.jsonl.gz", "rb") as log:
            for record in map(orjson.loads, log):
                _take(record, wanted, found)
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise _unusable(
            world, f"`stillwatch range make` writes one with {count} exchanges of each kind"
        ) from error
    return found[True], found[False]


def _take(record: dict[str, Any], wanted: dict[bool, set[str]], found: dict[bool, list[str]]) -> None:
    for kind, names in wanted.items():
        if record["request_id"] in names:
            found[kind].append(asked(record["messages"]))


def _unusable(world: Path, hint: str) -> StillwatchError:
    return StillwatchError(
        "nothing can be measured on this world",
        code="SW-AST-12",
        where=str(world),
        hint=hint,
        exit_code=ExitCode.UNREADABLE,
    )
