"""Reads what is true about a made world: accounts, campaigns, and when each exchange was harvested."""

from __future__ import annotations

import csv
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    import numpy.typing as npt

_COLUMNS: Final = ("account_id", "label", "archetype", "campaign_id")
_LABELS: Final = ("benign", "attack")


@dataclasses.dataclass(frozen=True, slots=True)
class Campaign:
    """One true campaign.

    Attributes:
        tactic: how it hides, where the world says so.
        dilution: share of its members' traffic that is not harvest, as the knob was set; None if unknown.
        members: its accounts.
        harvest: times of its harvest exchanges in order, milliseconds since 1970; None if unknown.
    """

    campaign_id: str
    family: str
    tactic: str | None
    dilution: float | None
    members: int
    harvest: npt.NDArray[np.int64] | None


@dataclasses.dataclass(frozen=True, slots=True)
class Truth:
    """What is true, account by account; arrays run along ``accounts``.

    Attributes:
        world: name of the world, empty where only a ``truth.csv`` was given.
        attack: whether the account belongs to a campaign.
        campaign: place in ``campaigns``, -1 outside.
        first_seen: time of the account's first exchange, milliseconds since 1970; None if unknown.
        end_ms: end of the world's time; None if unknown.
        missing: parts of the truth that were not there, as file names.
    """

    world: str
    accounts: tuple[str, ...]
    attack: npt.NDArray[np.bool_]
    archetype: npt.NDArray[np.str_]
    campaign: npt.NDArray[np.int64]
    campaigns: tuple[Campaign, ...]
    first_seen: npt.NDArray[np.int64] | None
    end_ms: int | None
    missing: tuple[str, ...]


def read_truth(place: Path) -> Truth:
    """The truth of a made world's folder, or of its ``truth.csv`` and whatever lies beside it.

    Raises:
        StillwatchError: a file is missing or damaged.
    """
    path = place / "truth.csv" if place.is_dir() else place
    rows = _accounts(path)
    described = _described(path.with_name("campaigns.json"))
    times = _times(path.with_name("exchange_truth.csv.gz"))
    ids = tuple(rows)
    names = sorted({campaign for _, _, campaign in rows.values() if campaign})
    index = {name: number for number, name in enumerate(names)}
    campaign = np.asarray([index.get(row[2], -1) for row in rows.values()], dtype=np.int64)
    missing = [("campaigns.json", described is None), ("exchange_truth.csv.gz", times is None)]
    known = described or {}
    return Truth(
        str(known.get("world", "")),
        ids,
        np.asarray([row[0] == "attack" for row in rows.values()], dtype=np.bool_),
        np.asarray([row[1] for row in rows.values()], dtype=np.str_),
        campaign,
        tuple(_campaigns(names, rows, known, np.bincount(campaign[campaign >= 0]), times)),
        None if times is None else np.asarray([times.first.get(each, -1) for each in ids], dtype=np.int64),
        known.get("end_ms"),
        tuple(name for name, gone in missing if gone),
    )


def _accounts(path: Path) -> dict[str, tuple[str, str, str]]:
    """Label, archetype and campaign of each account."""
    rows: dict[str, tuple[str, str, str]] = {}
    try:
        text = path.read_text(encoding="utf-8", errors="strict")
    except OSError as error:
        raise StillwatchError(
            f"the truth cannot be read: {error.strerror or error}",
            code="SW-SCORE-01",
            where=str(path),
            hint="name the folder that `stillwatch range make --out DIR` wrote, or its truth.csv",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    except UnicodeDecodeError as error:
        raise _damaged(path, 1, "it is not UTF-8 text") from error
    reader = csv.reader(text.splitlines())
    head = next(reader, None)
    if head is None or tuple(head[: len(_COLUMNS)]) != _COLUMNS:
        raise _damaged(path, 1, f"it must begin with the columns {', '.join(_COLUMNS)}")
    for row in reader:
        line = reader.line_num
        if len(row) < len(_COLUMNS):
            raise _damaged(path, line, f"it has {len(row)} of {len(_COLUMNS)} columns")
        account, label, archetype, campaign = row[:4]
        if label not in _LABELS:
            raise _damaged(path, line, f"the label must be benign or attack, not {label[:40]!r}")
        if account in rows:
            raise _damaged(path, line, f"the account {account[:60]} stands there twice")
        rows[account] = (label, archetype, campaign)
    if not rows:
        raise _damaged(path, 1, "it names no account")
    return rows


def _described(path: Path) -> dict[str, Any] | None:
    """The world's description, or None where it was not given."""
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_bytes())
    except ValueError as error:
        raise _damaged(path, getattr(error, "lineno", 1), "it is not complete JSON") from error
    if not isinstance(found, dict) or not isinstance(found.get("campaigns"), list):
        raise _damaged(path, 1, "it has no list of campaigns")
    return found


@dataclasses.dataclass(frozen=True, slots=True)
class _Times:
    """When harvest exchanges came, by campaign, and the first exchange of each account."""

    harvest: dict[str, npt.NDArray[np.int64]]
    first: dict[str, int]


def _times(path: Path) -> _Times | None:
    """Times of exchanges, or None where they were not given."""
    if not path.is_file():
        return None
    import pyarrow as pa  # deferred: a truth.csv alone needs neither
    import pyarrow.csv as pacsv

    texts = dict.fromkeys(("campaign_id", "account_id"), pa.dictionary(pa.int32(), pa.string()))
    options = pacsv.ConvertOptions(
        include_columns=["campaign_id", "account_id", "ts_ms"], column_types={**texts, "ts_ms": pa.int64()}
    )
    try:
        table = pacsv.read_csv(path, convert_options=options).combine_chunks()
    except (pa.ArrowInvalid, pa.ArrowKeyError, OSError) as error:
        raise _damaged(path, 0, str(error).partition("\n")[0][:200]) from error
    when = table["ts_ms"].to_numpy()
    campaigns, owners = (table[name].unify_dictionaries().combine_chunks() for name in texts)
    harvest = {}
    marks = campaigns.indices.to_numpy(zero_copy_only=False)
    for code, name in enumerate(campaigns.dictionary.to_pylist()):
        if name:
            harvest[name] = np.sort(when[marks == code])
    first = np.full(len(owners.dictionary), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(first, owners.indices.to_numpy(zero_copy_only=False), when)
    return _Times(harvest, dict(zip(owners.dictionary.to_pylist(), first.tolist(), strict=True)))


def _campaigns(
    names: list[str],
    rows: dict[str, tuple[str, str, str]],
    described: dict[str, Any],
    members: npt.NDArray[np.intp],
    times: _Times | None,
) -> list[Campaign]:
    """Every campaign that has members, with its knobs as far as they are known."""
    knobs = {str(each.get("campaign_id")): each for each in described.get("campaigns", ())}
    families = {campaign: archetype for _, archetype, campaign in rows.values() if campaign}
    empty = np.empty(0, dtype=np.int64)
    return [
        Campaign(
            name,
            str(knobs.get(name, {}).get("family", families[name])),
            knobs.get(name, {}).get("tactic"),
            knobs.get(name, {}).get("dilution"),
            int(count),
            None if times is None else times.harvest.get(name, empty),
        )
        for name, count in zip(names, members, strict=True)
    ]


def _damaged(path: Path, line: int, why: str) -> StillwatchError:
    return StillwatchError(
        f"the truth is damaged: {why}",
        code="SW-SCORE-02",
        where=f"{path}:{line}" if line else str(path),
        hint="make the world again with `stillwatch range make`",
        exit_code=ExitCode.UNREADABLE,
    )
