"""What was taken: from ``campaigns.jsonl`` of a detection, from a case, or as somebody counted it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.core.case import Case


@dataclasses.dataclass(frozen=True, slots=True)
class Taken:
    """What was taken, in counts.

    Attributes:
        exchanges: answers that campaigns were given.
        before_alarm: how many of them before the first alarm: what would have been taken had it been acted upon at
            once; None where nobody knows.
        accounts: that asked.
        campaigns: how many campaigns or cases it is.
        first_ts: RFC 3339; None where nobody knows, ``last_ts`` likewise.
        last_ts: see ``first_ts``.
        where: what it was read from.
    """

    exchanges: int
    before_alarm: int | None
    accounts: int
    campaigns: int
    first_ts: str | None
    last_ts: str | None
    where: str


def from_campaigns(path: Path, chosen: Collection[str] = ()) -> Taken:
    """What the campaigns of a file took together.

    Args:
        path: ``campaigns.jsonl``, or the folder that it lies in.
        chosen: ids of the campaigns that count; all of them unless given.

    Raises:
        StillwatchError: SW-LOSS-10 it cannot be read; SW-LOSS-11 a campaign is not in it, or there is none.
    """
    file = path / "campaigns.jsonl" if path.is_dir() else path
    found = {str(each["campaign_id"]): each for each in _lines(file)}
    missing = [each for each in chosen if each not in found]
    if missing or not found:
        raise StillwatchError(
            f"there is no campaign {missing[0]!r} in it" if missing else "there is no campaign in it",
            code="SW-LOSS-11",
            where=str(file),
            hint=f"it has {', '.join(list(found)[:6])}"
            if found
            else "nothing was found, so nothing was taken",
            exit_code=ExitCode.UNREADABLE,
        )
    return _summed([found[each] for each in (chosen or found)], str(file))


def from_cases(cases: Iterable[Case]) -> Taken:
    """What the campaigns behind cases took together."""
    listed = list(cases)
    records = [
        {
            "exchanges": case.exchanges,
            "leaked": case.leaked,
            "accounts": range(case.accounts),
            "first_ts": case.first_ts,
            "last_ts": case.last_ts,
        }
        for case in listed
    ]
    return _summed(records, ", ".join(case.case_id for case in listed))


def _summed(records: list[dict[str, Any]], where: str) -> Taken:
    leaked = [each.get("leaked") for each in records]
    return Taken(
        sum(int(each["exchanges"]) for each in records),
        sum(int(each) for each in leaked if each is not None) if None not in leaked else None,
        sum(len(each["accounts"]) for each in records),
        len(records),
        min((each["first_ts"] for each in records if each.get("first_ts")), default=None),
        max((each["last_ts"] for each in records if each.get("last_ts")), default=None),
        where,
    )


def _lines(file: Path) -> list[dict[str, Any]]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(str(file), "it cannot be read") from error
    return [_line(line, f"{file}:{number}") for number, line in enumerate(lines, 1) if line.strip()]


def _line(line: str, where: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
        if not isinstance(record["campaign_id"], str) or not isinstance(record["accounts"], list):
            raise TypeError
        if int(record["exchanges"]) < 0 or int(record.get("leaked") or 0) < 0:
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unreadable(where, "a line is no campaign") from error
    found: dict[str, Any] = record
    return found


def _unreadable(where: str, why: str) -> StillwatchError:
    return StillwatchError(
        f"what was taken cannot be told: {why}",
        code="SW-LOSS-10",
        where=where,
        hint="name the campaigns.jsonl that `stillwatch detect` wrote, or give --exchanges",
        exit_code=ExitCode.UNREADABLE,
    )
