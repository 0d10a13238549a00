"""What one entry says, and its one form in bytes: the leaf that is hashed, stored and exported unchanged."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import Any, Final

import orjson

from stillwatch.errors import StillwatchError

_LARGEST: Final = 2**53 - 1
"""Whole numbers up to here survive every reader of JSON."""

MAX_LEAF_BYTES: Final = 1 << 20
_DEEPEST: Final = 32


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """An act, as the ledger keeps it.

    Attributes:
        kind: what was done, a word with hyphens such as ``case-decided``.
        subject: the id of what it was done to.
        by: who did it: a person's name, or a part of the program.
        ts: when, RFC 3339.
        details: what else belongs to it: text, whole numbers, booleans, null, lists and objects of these.
            No fractions (their text differs between programs), no prompt text.
    """

    kind: str
    subject: str
    by: str
    ts: str
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Logged:
    """An entry where it stands.

    Attributes:
        index: its place, counted from 0.
        leaf: its bytes, as they are hashed.
        clock_read: what the clock said, where that was earlier than the entry before; else empty.
    """

    index: int
    leaf: bytes
    entry: Entry
    clock_read: str = ""


def leaf_of(entry: Entry, not_before: str) -> tuple[bytes, str]:
    """An entry's bytes, and its time in the ledger.

    Times in a ledger never fall. Where the clock was set back, the entry carries the time of the one before it, and what
    the clock said as ``clock_read``: the act is recorded, and the odd clock is in plain sight.

    Args:
        entry: what is to be written.
        not_before: time of the entry or head before it; empty where there is none.

    Returns:
        Canonical JSON (UTF-8, keys sorted, no blanks), and the time as ``YYYY-MM-DDTHH:MM:SS.ffffffZ``.

    Raises:
        StillwatchError: the time cannot be read, or the details hold what has no canonical form.
    """
    if "\0" in entry.subject:
        raise _unfit("its subject holds a NUL")
    said = canonical_time(entry.ts)
    ts = max(said, not_before)
    fields: dict[str, Any] = {
        "by": entry.by,
        "details": dict(entry.details),
        "kind": entry.kind,
        "subject": entry.subject,
        "ts": ts,
    }
    if ts != said:
        fields["clock_read"] = said
    _check(fields, 0)
    try:
        leaf = orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONEncodeError, RecursionError) as error:
        raise _unfit("it is no JSON") from error
    if len(leaf) > MAX_LEAF_BYTES:
        raise _unfit("it is larger than a mebibyte")
    return leaf, ts


def read_leaf(index: int, leaf: bytes) -> Logged:
    """An entry from its bytes.

    Raises:
        ValueError: they are no entry.
    """
    found = orjson.loads(leaf)
    if not isinstance(found, dict) or not isinstance(found.get("details"), dict):
        raise ValueError("not an entry")
    names = ("kind", "subject", "by", "ts")
    if not all(isinstance(found.get(name), str) for name in names):
        raise ValueError("not an entry")
    entry = Entry(*(found[name] for name in names), details=found["details"])
    return Logged(index, leaf, entry, str(found.get("clock_read", "")))


def canonical_time(text: str) -> str:
    """A time as the ledger writes it, in UTC with microseconds, so that text order is time order.

    Raises:
        StillwatchError: it is no RFC 3339 time with an offset.
    """
    try:
        moment = datetime.datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError
        utc = moment.astimezone(datetime.UTC)
    except (ValueError, OverflowError, TypeError):
        raise _unfit("its time is not RFC 3339 with an offset") from None
    return utc.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _check(value: object, depth: int) -> None:
    """That a value has one form as JSON.

    Raises:
        StillwatchError: it has not.
    """
    if depth > _DEEPEST:
        raise _unfit("its details are nested too deeply")
    match value:
        case None | bool() | str():
            return
        case int():
            if not -_LARGEST <= value <= _LARGEST:
                raise _unfit("its details hold a number beyond 2⁵³")
        case dict():
            for name, inner in value.items():
                if type(name) is not str:
                    raise _unfit("a name in its details is no text")
                _check(name, depth + 1)
                _check(inner, depth + 1)
        case list() | tuple():
            for inner in value:
                _check(inner, depth + 1)
        case float():
            raise _unfit("its details hold a fraction; write it as text or as a whole number")
        case _:
            raise _unfit(f"its details hold a {type(value).__name__}")


def _unfit(why: str) -> StillwatchError:
    return StillwatchError(f"an entry cannot be written to the ledger: {why}", code="SW-LED-01")
