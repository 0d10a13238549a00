"""Reads a detector's verdicts and lays them beside the truth."""

from __future__ import annotations

import dataclasses
import gzip
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from stillwatch.core.verdict import Call
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    import numpy.typing as npt

    from stillwatch.range.score.truth import Truth

_NAMES: Final = ("verdicts.jsonl", "verdicts.jsonl.gz")
_SHOWN: Final = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Answers:
    """A detector's verdicts in the order of the truth's accounts.

    Attributes:
        attack: called attack.
        watch: called watch.
        score: the detector's ranking, higher is more suspect.
        campaign: number of the campaign the detector put an accused account into, -1 for none.
        alarm: time of the first alarm of accused accounts, milliseconds since 1970; -1 for none.
        seconds: wall time, where a summary stands beside the verdicts.
        warnings: what was taken for something else, as sentences.
    """

    attack: npt.NDArray[np.bool_]
    watch: npt.NDArray[np.bool_]
    score: npt.NDArray[np.float64]
    campaign: npt.NDArray[np.int64]
    alarm: npt.NDArray[np.int64]
    seconds: float | None
    warnings: tuple[str, ...]


def read_answers(place: Path, truth: Truth) -> Answers:
    """The verdicts of a folder written by ``detect``, or of a ``verdicts.jsonl`` (``.gz``).

    Raises:
        StillwatchError: they cannot be read, or belong to another world.
    """
    path = _file(place)
    found = _verdicts(path)
    known = set(truth.accounts)
    strange = [account for account in found if account not in known]
    absent = [account for account in truth.accounts if account not in found]
    if strange or len(absent) == len(truth.accounts):
        raise StillwatchError(
            f"verdicts and truth do not match: {len(strange)} of {len(found)} accounts are not in the truth "
            f"({_some(strange)})",
            code="SW-SCORE-06",
            where=str(path),
            hint="score a run against the world it was run on",
        )
    warnings = []
    if absent:
        warnings.append(
            f"{len(absent)} of {len(truth.accounts)} accounts have no verdict and count as clear "
            f"({_some(absent)})"
        )
    lowest = min((row.score for row in found.values()), default=0.0)
    clear = _Row(Call.CLEAR, lowest, None, -1)
    rows = [found.get(account, clear) for account in truth.accounts]
    attack = np.asarray([row.verdict is Call.ATTACK for row in rows], dtype=np.bool_)
    alarm = np.where(attack, np.asarray([row.alarm for row in rows], dtype=np.int64), -1)
    alarm, words = _possible(alarm, attack, truth)
    return Answers(
        attack,
        np.asarray([row.verdict is Call.WATCH for row in rows], dtype=np.bool_),
        np.asarray([row.score for row in rows], dtype=np.float64),
        np.where(attack, _numbered([row.campaign_id for row in rows]), -1),
        alarm,
        _seconds(path.with_name("summary.json")),
        (*warnings, *words),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class _Row:
    verdict: Call
    score: float
    campaign_id: str | None
    alarm: int


def _file(place: Path) -> Path:
    if not place.is_dir():
        return place
    for name in _NAMES:
        if (place / name).is_file():
            return place / name
    raise StillwatchError(
        "there are no verdicts in this folder",
        code="SW-SCORE-03",
        where=str(place),
        hint="name the folder that `stillwatch detect --out DIR` wrote, or a verdicts.jsonl",
        exit_code=ExitCode.UNREADABLE,
    )


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a file, numbered from 1."""
    number = 0
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as source:
            for number, line in enumerate(source, 1):
                yield number, line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(path, number + 1, "the file ends or breaks off in the middle") from error
    except OSError as error:
        raise StillwatchError(
            f"the verdicts cannot be read: {error.strerror or error}",
            code="SW-SCORE-04",
            where=str(path),
            hint="name the folder that `stillwatch detect --out DIR` wrote, or a verdicts.jsonl",
            exit_code=ExitCode.UNREADABLE,
        ) from error


def _verdicts(path: Path) -> dict[str, _Row]:
    rows: dict[str, _Row] = {}
    for number, line in _lines(path):
        if not line.strip():
            continue
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise _damaged(path, number, "it is not complete JSON") from error
        if not isinstance(record, dict) or not isinstance(record.get("account_id"), str):
            raise _damaged(path, number, "it has no account_id")
        account = record["account_id"]
        if account in rows:
            raise _damaged(path, number, f"the account {account[:60]} has a verdict already")
        rows[account] = _row(record, path, number)
    if not rows:
        raise _damaged(path, 1, "there is not one verdict in the file")
    return rows


def _row(record: dict[str, Any], path: Path, number: int) -> _Row:
    word, score, campaign = (record.get(key) for key in ("verdict", "score", "campaign_id"))
    if not isinstance(word, str) or word not in set(Call):
        raise _damaged(path, number, f"the verdict must be clear, watch or attack, not {str(word)[:40]!r}")
    if isinstance(score, bool) or not isinstance(score, int | float):
        raise _damaged(path, number, "the score must be a number")
    if campaign is not None and not isinstance(campaign, str):
        raise _damaged(path, number, "the campaign_id must be text or null")
    return _Row(Call(word), float(score), campaign, _alarm(record.get("first_alarm_ts"), path, number))


def _alarm(stamp: object, path: Path, number: int) -> int:
    if stamp is None:
        return -1
    try:
        moment = datetime.fromisoformat(str(stamp))
    except ValueError as error:
        raise _damaged(path, number, "first_alarm_ts is no RFC 3339 time") from error
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return round(moment.timestamp() * 1000)


def _possible(
    alarm: npt.NDArray[np.int64], attack: npt.NDArray[np.bool_], truth: Truth
) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Alarms as they can have been: none before the account was seen, an unknown time at the end."""
    words = []
    timeless = attack & (alarm < 0)
    if timeless.any():
        words.append(
            f"{int(timeless.sum())} accused accounts have no first_alarm_ts; "
            "their alarm counts as raised at the end of the log"
        )
        alarm = np.where(timeless, np.iinfo(np.int64).max, alarm)
    if truth.first_seen is not None:
        early = attack & (alarm < truth.first_seen)
        if early.any():
            words.append(
                f"{int(early.sum())} accounts were alarmed before their first exchange "
                f"({_some([truth.accounts[i] for i in np.flatnonzero(early)[:_SHOWN].tolist()])}); "
                "their alarm counts from that exchange"
            )
            alarm = np.where(early, truth.first_seen, alarm)
    return alarm, words


def _numbered(names: Sequence[str | None]) -> npt.NDArray[np.int64]:
    """Campaign names as numbers, -1 for none."""
    index = {name: number for number, name in enumerate(sorted({name for name in names if name}))}
    return np.asarray([index[name] if name else -1 for name in names], dtype=np.int64)


def _seconds(path: Path) -> float | None:
    """Wall time in all, where a summary says so."""
    try:
        stages = orjson.loads(path.read_bytes())["seconds"]
        return float(sum(stages.values()) if isinstance(stages, dict) else stages)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _some(accounts: Sequence[str]) -> str:
    """The first few names, cut to a readable length."""
    if not accounts:
        return "none of the truth's accounts has a verdict"
    more = ", …" if len(accounts) > _SHOWN else ""
    return ", ".join(account[:60] for account in accounts[:_SHOWN]) + more


def _damaged(path: Path, line: int, why: str) -> StillwatchError:
    return StillwatchError(
        f"the verdicts are damaged: {why}",
        code="SW-SCORE-05",
        where=f"{path}:{line}",
        hint="each line is one JSON object with account_id, verdict, score, campaign_id, first_alarm_ts",
        exit_code=ExitCode.UNREADABLE,
    )
