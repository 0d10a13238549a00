"""Assumptions: read, overlaid with your own, and watched for what is unsourced, implausible or old."""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import enum
import math
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from stillwatch import clock
from stillwatch.errors import ExitCode, StillwatchError

OLD_AFTER_DAYS: Final = 730


class Shape(enum.StrEnum):
    """How values between low and high are drawn."""

    TRIANGULAR = "triangular"
    LOG_TRIANGULAR = "log-triangular"
    FIXED = "fixed"


@dataclasses.dataclass(frozen=True, slots=True)
class Assumption:
    """One number that an estimate rests on.

    Attributes:
        says: what it is, in a line.
        low: the least it may be; None, as with `likely` and `high`, where nobody has said.
        plausible: the range beyond which a report warns.
        source: where the numbers are from; empty where nobody has published them.
        as_of: the date of the source.
        own: whether the numbers are yours, not the shipped ones.
    """

    name: str
    says: str
    unit: str
    shape: Shape
    low: float | None
    likely: float | None
    high: float | None
    plausible: tuple[float, float]
    source: str
    as_of: datetime.date
    own: bool = False

    @property
    def given(self) -> bool:
        """Whether there are numbers."""
        return self.likely is not None


@dataclasses.dataclass(frozen=True, slots=True)
class Notice:
    """Something about an assumption that a reader has to know."""

    name: str
    sentence: str


Assumptions = Mapping[str, Assumption]


def shipped_text() -> str:
    """The file that comes with the package."""
    return (files("stillwatch.attribution.loss") / "assumptions.toml").read_text(encoding="utf-8")


def shipped() -> dict[str, Assumption]:
    """The assumptions that come with the package."""
    return {
        name: _assumption(name, fields, "assumptions.toml")
        for name, fields in tomllib.loads(shipped_text()).items()
    }


def read(path: Path | None) -> dict[str, Assumption]:
    """The shipped assumptions, with those of a file in their place.

    A table gives ``low``, ``likely`` and ``high``, or ``likely`` alone for a number that is known. Numbers without a
    source of their own count as unsourced: the shipped source spoke for the shipped numbers.

    Raises:
        StillwatchError: SW-LOSS-01 it cannot be read; 02 there is no assumption of that name; 03 a field is wrong.
    """
    found = shipped()
    if path is None:
        return found
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise StillwatchError(
            "the assumptions cannot be read",
            code="SW-LOSS-01",
            where=str(path),
            hint=str(error),
            exit_code=ExitCode.UNREADABLE,
        ) from error
    for name, fields in said.items():
        if name not in found:
            near = difflib.get_close_matches(name, found, n=1)
            raise StillwatchError(
                f"there is no assumption called {name!r}",
                code="SW-LOSS-02",
                where=str(path),
                hint=f"did you mean `{near[0]}`?" if near else "`stillwatch loss assumptions` lists them",
            )
        found[name] = _overlaid(found[name], fields, str(path))
    return found


def notices(assumptions: Assumptions, today: datetime.date) -> tuple[Notice, ...]:
    """Every assumption that has no numbers, no source, numbers beyond what is plausible, or an old source."""
    return tuple(
        Notice(each.name, sentence) for each in assumptions.values() for sentence in _remarks(each, today)
    )


def _remarks(each: Assumption, today: datetime.date) -> list[str]:
    if each.low is None or each.high is None:
        return ["not set; what needs it is not estimated"]
    said = []
    if not each.source:
        said.append(
            "unsourced: nobody has published it, the range is a guess to be replaced by your own figure"
        )
    least, most = each.plausible
    if each.low < least or each.high > most:
        said.append(f"out of range: {each.low:g} to {each.high:g}, plausible is {least:g} to {most:g}")
    if each.as_of > today:
        said.append(f"dated in the future: {each.as_of}")
    elif (today - each.as_of).days > OLD_AFTER_DAYS:
        said.append(f"old: as of {each.as_of}")
    return said


_NUMBERS: Final = ("likely", "low", "high")
_FIELDS: Final = ("says", "unit", "shape", *_NUMBERS, "plausible", "source", "as_of")


def _overlaid(before: Assumption, fields: Any, where: str) -> Assumption:
    if not isinstance(fields, dict):
        raise _wrong(before.name, "it is no table", where, f"write [{before.name}] and its fields below")
    kept = {name: getattr(before, name) for name in _FIELDS} | {"plausible": list(before.plausible)}
    numbers = {name: fields[name] for name in _NUMBERS if name in fields}
    if numbers:
        kept |= dict.fromkeys(_NUMBERS) | {"source": "", "as_of": clock.now().date()}
        if set(numbers) == {"likely"}:
            kept |= {"shape": Shape.FIXED, "low": numbers["likely"], "high": numbers["likely"]}
    merged = {name: value for name, value in (kept | fields).items() if value is not None}
    return dataclasses.replace(_assumption(before.name, merged, where), own=True)


def _assumption(name: str, fields: Mapping[str, Any], where: str) -> Assumption:
    for field in fields:
        if field not in _FIELDS:
            near = difflib.get_close_matches(field, _FIELDS, n=1)
            raise _wrong(name, f"`{field}` is no field", where, f"did you mean `{near[0]}`?" if near else "")
    for field in ("says", "unit", "source"):
        if not isinstance(fields.get(field), str):
            raise _wrong(name, f"`{field}` is missing or no text", where)
    if fields.get("shape") not in list(Shape):
        raise _wrong(name, f"`shape` is one of {', '.join(Shape)}", where)
    if type(fields.get("as_of")) is not datetime.date:
        raise _wrong(name, "`as_of` is missing or no date", where, "write it as 2026-11-26, without quotes")
    shape = Shape(fields["shape"])
    likely, low, high = (_number(name, field, fields.get(field), where) for field in _NUMBERS)
    numbers = (low, likely, high)
    if None in numbers and any(each is not None for each in numbers):
        raise _wrong(name, "`low`, `likely` and `high` go together", where)
    if low is not None and likely is not None and high is not None:
        if not low <= likely <= high:
            raise _wrong(name, "`low` ≤ `likely` ≤ `high` does not hold", where)
        if shape is Shape.LOG_TRIANGULAR and low <= 0:
            raise _wrong(name, "a log-triangular number is above 0", where)
    return Assumption(
        name,
        fields["says"],
        fields["unit"],
        shape,
        low,
        likely,
        high,
        _range(name, fields.get("plausible"), where),
        fields["source"].strip(),
        fields["as_of"],
    )


def _number(name: str, field: str, value: Any, where: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _wrong(name, f"`{field}` is no number", where)
    return float(value)


def _range(name: str, value: Any, where: str) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise _wrong(name, "`plausible` is two numbers in brackets", where)
    least, most = (_number(name, "plausible", each, where) for each in value)
    if least is None or most is None or least > most:
        raise _wrong(name, "`plausible` is two numbers, the smaller one first", where)
    return least, most


def _wrong(name: str, why: str, where: str, hint: str = "") -> StillwatchError:
    return StillwatchError(f"assumption {name}: {why}", code="SW-LOSS-03", where=where, hint=hint)
