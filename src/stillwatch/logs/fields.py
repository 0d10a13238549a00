"""Reading single values: times of every notation, numbers, flags, texts, and values deep inside a record.

Formats hand on values as their product wrote them; `canonical.validate` applies these. Each function raises
`RecordError` with the field's name, so that a reject line tells a person what to look for.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from typing import Any, Final

import orjson

from stillwatch.logs.contract import RecordError

_UTC: Final = datetime.UTC
_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=_UTC)
_LARGEST_WHOLE: Final = 2**53  # what every JSON reader and float column holds exactly

# Epoch numbers come in seconds, milliseconds, microseconds or nanoseconds; their size tells which until 5138.
_EPOCH_UNITS: Final = ((1e11, 1_000_000), (1e14, 1_000), (1e17, 1))


def quoted(value: object) -> str:
    """A value as a reject line shows it: quoted and short."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:56]}…{text[-1]}"


def time(value: object, name: str) -> str:
    """A time in RFC 3339, UTC, with milliseconds (microseconds where the log has them).

    Takes RFC 3339 and ISO 8601 in any zone, the same with a space for the ``T`` or ``UTC`` behind it, and
    epoch numbers in seconds, milliseconds, microseconds or nanoseconds, also written as a text. A time without
    a zone is taken as UTC.

    Raises:
        RecordError: the value is no time.
    """
    moment = _moment(value, name)
    micros = moment.microsecond
    return moment.isoformat(timespec="microseconds" if micros % 1000 else "milliseconds")[:-6] + "Z"


def _moment(value: object, name: str) -> datetime.datetime:
    """The moment a value names, in UTC."""
    kind = type(value)
    try:
        if kind is str:
            return _moment_of_text(value.strip())  # type: ignore[attr-defined]
        if kind is int or kind is float:
            return _moment_of_epoch(value)  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        pass
    raise RecordError(f"{name} is not a time: {quoted(value)}")


def _moment_of_text(text: str) -> datetime.datetime:
    """The moment that a text names."""
    digits, dot, fraction = text.partition(".")
    if digits.isdecimal() and len(digits) >= 9 and (fraction.isdecimal() or not dot):
        return _moment_of_epoch(float(text) if dot else int(digits[:20]))
    if text.endswith(" UTC"):
        text = text[:-4]
    elif text.endswith("z"):
        text = text.upper()
    moment = datetime.datetime.fromisoformat(text)
    zone = moment.tzinfo
    if zone is _UTC:
        return moment
    return moment.replace(tzinfo=_UTC) if zone is None else moment.astimezone(_UTC)


def _moment_of_epoch(number: float) -> datetime.datetime:
    """The moment that an epoch number names, its unit told by its size."""
    for limit, micros in _EPOCH_UNITS:
        if -limit < number < limit:
            return _EPOCH + datetime.timedelta(microseconds=round(number * micros))
    return _EPOCH + datetime.timedelta(microseconds=int(number) // 1000)


def milliseconds_between(start: object, end: object) -> int | None:
    """How long it took; None where a time is missing or garbled, or where they run backwards."""
    if start is None or end is None:
        return None
    try:
        took = _moment(end, "end") - _moment(start, "start")
    except RecordError:
        return None
    return round(took.total_seconds() * 1000) if took >= datetime.timedelta(0) else None


def text(value: object, name: str) -> str | None:
    """A word or id; whole numbers are taken as their digits, an empty text as missing.

    Raises:
        RecordError: the value is neither.
    """
    if type(value) is str:
        return value or None
    if type(value) is int:
        return str(value)
    raise RecordError(f"{name} is not a text: {quoted(value)}")


def whole(value: object, name: str) -> int:
    """A whole number that is not negative; ``12.0`` and ``"12"`` pass.

    Raises:
        RecordError: the value is no such number.
    """
    if type(value) is int:
        number = value
    elif (type(value) is float and value.is_integer()) or (
        type(value) is str and value.isascii() and value.isdecimal() and len(value) < 20
    ):
        number = int(value)
    else:
        raise RecordError(f"{name} is not a whole number: {quoted(value)}")
    if number < 0:
        raise RecordError(f"{name} is negative: {quoted(value)}")
    if number > _LARGEST_WHOLE:
        raise RecordError(f"{name} is too large: {quoted(value)}")
    return number


def number(value: object, name: str) -> float:
    """A number that is finite and not negative.

    Raises:
        RecordError: the value is no such number.
    """
    if type(value) is str:
        try:
            result = float(value)
        except ValueError:
            result = math.nan
    elif type(value) is float or type(value) is int:
        result = float(value)
    else:
        result = math.nan
    if not math.isfinite(result):
        raise RecordError(f"{name} is not a number: {quoted(value)}")
    if result < 0:
        raise RecordError(f"{name} is negative: {quoted(value)}")
    return result


def rounded(value: object, name: str) -> int:
    """A number that is finite and not negative, rounded to a whole one.

    Raises:
        RecordError: the value is no such number.
    """
    return (
        value
        if type(value) is int and 0 <= value <= _LARGEST_WHOLE
        else whole(round(number(value, name)), name)
    )


_FLAGS: Final[dict[object, bool]] = {True: True, False: False, "true": True, "false": False}


def flag(value: object, name: str) -> bool:
    """A yes or no; 1 and 0 and the words ``true`` and ``false`` pass.

    Raises:
        RecordError: the value is neither.
    """
    if type(value) is bool:
        return value
    known = (
        _FLAGS.get(value.lower() if isinstance(value, str) else value)
        if isinstance(value, int | str)
        else None
    )
    if known is None:
        raise RecordError(f"{name} is neither true nor false: {quoted(value)}")
    return known


def lookup(record: Mapping[str, Any], path: str) -> object:
    """The value at a dotted path, or None where the path leads nowhere.

    A key that itself has dots in it (``gen_ai.request.model``) is found as such; a number picks from a list.
    """
    return _descend(record, path)


def _descend(place: object, path: str) -> object:
    """One step of `lookup`: the longest key that matches the path's beginning goes first."""
    if isinstance(place, Mapping):
        if path in place:
            return place[path]
        end = path.rfind(".")
        while end > 0:
            head = path[:end]
            if head in place:
                found = _descend(place[head], path[end + 1 :])
                if found is not None:
                    return found
            end = path.rfind(".", 0, end)
        return None
    if isinstance(place, list):
        head, _, rest = path.partition(".")
        if not (head.isascii() and head.isdecimal() and len(head) < 10 and int(head) < len(place)):
            return None
        return _descend(place[int(head)], rest) if rest else place[int(head)]
    return None


def first(*values: object) -> object:
    """The first value that says something: neither None nor an empty text."""
    for value in values:
        if value is not None and value != "":
            return value
    return None


def mapping(value: object) -> Mapping[str, Any]:
    """The value where it is a JSON object, else an empty one; an object written as a text is decoded."""
    value = decoded(value)
    return value if isinstance(value, dict) else {}


def decoded(value: object) -> object:
    """A JSON document that was logged as a text, decoded; anything else as it is."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            decoded_value: object = orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
        return decoded_value
    return value


def url_path(value: object) -> object:
    """The path of a URL: without the host, and without the query, where some clients put their key."""
    if not isinstance(value, str):
        return value
    _, scheme, rest = value.partition("://")
    path = f"/{rest.partition('/')[2]}" if scheme else value
    return path.partition("?")[0].partition("#")[0]
