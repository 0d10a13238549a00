"""Keeps the columns of a log in a folder, so that they are computed once and every contender maps the same pages."""

from __future__ import annotations

import csv
import gzip
import json
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.range.baselines.reading import hashed, read_log
from stillwatch.range.baselines.traffic import COUNTS, IDENTIFIERS, NUMBERS, Terms, Traffic, Training

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LOG: Final = "exchanges.jsonl.gz"
_ACCOUNTS: Final = "accounts.json"


def save_columns(world: Path, folder: Path, *, history: Traffic | None = None) -> None:
    """Read a made world's log and keep its columns; ``accounts.json`` is written last.

    Raises:
        StillwatchError: the log cannot be read.
    """
    traffic = read_log(world / LOG, history=history)
    folder.mkdir(parents=True, exist_ok=True)
    for name, column in _flat(traffic).items():
        np.save(folder / f"{name}.npy", column)
    (folder / _ACCOUNTS).write_text(json.dumps(traffic.accounts), "utf-8")


def is_saved(folder: Path) -> bool:
    """Whether a folder holds all columns."""
    return (folder / _ACCOUNTS).is_file()


def load_columns(
    folder: Path, *, history: Traffic | None = None, training: Training | None = None
) -> Traffic:
    """The columns of a folder, mapped and not read until they are used."""

    def column(name: str) -> NDArray[np.generic]:
        return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))

    return Traffic(
        tuple(json.loads((folder / _ACCOUNTS).read_text("utf-8"))),
        column("account"),  # type: ignore[arg-type] # a file says its own type, and save_columns wrote it
        column("ts"),  # type: ignore[arg-type]
        column("created"),  # type: ignore[arg-type]
        {name: column(name) for name in IDENTIFIERS},  # type: ignore[misc]
        {name: column(name) for name in NUMBERS},  # type: ignore[misc]
        {name: column(name) for name in COUNTS},  # type: ignore[misc]
        Terms(column("starts"), column("places"), column("weights")),  # type: ignore[arg-type]
        column("dense"),  # type: ignore[arg-type]
        history,
        training,
    )


def _flat(traffic: Traffic) -> dict[str, NDArray[np.generic]]:
    """Every column by the name of its file."""
    terms = traffic.terms
    return {
        "account": traffic.account,
        "ts": traffic.ts,
        "created": traffic.created,
        "starts": terms.starts,
        "places": terms.places,
        "weights": terms.weights,
        "dense": traffic.dense,
        **traffic.identifiers,
        **traffic.numbers,
        **traffic.counts,
    }


def labelled(world: Path, traffic: Traffic) -> Training:
    """A made world's traffic with what is true about it."""
    with (world / "truth.csv").open(encoding="utf-8", newline="") as lines:
        truth = {row["account_id"]: row for row in csv.DictReader(lines)}
    rows = [truth[account] for account in traffic.accounts]
    names = sorted({row["campaign_id"] for row in rows} - {""})
    numbers = {name: place for place, name in enumerate(names)} | {"": -1}
    return Training(
        traffic,
        np.asarray([row["label"] == "attack" for row in rows], np.bool_),
        _harvest(world, traffic),
        np.asarray([numbers[row["campaign_id"]] for row in rows], np.int32),
    )


def _harvest(world: Path, traffic: Traffic) -> NDArray[np.bool_]:
    """Which exchanges were made for a campaign."""
    with gzip.open(world / "exchange_truth.csv.gz", "rt", encoding="utf-8") as lines:
        harvested = [hashed(row["request_id"]) for row in csv.DictReader(lines) if row["campaign_id"]]
    return np.isin(traffic.identifiers["request"], np.asarray(harvested, np.uint64))
