"""What one entry says, and its one form in bytes: the leaf that is hashed, stored and exported unchanged."""

from __future__ import annotations

import dataclasses
import datetime
import functools
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import orjson

from stillwatch.errors import StillwatchError

_LARGEST: Final = 2**53 - 1
"""Whole numbers up to here survive every reader of JSON."""

MAX_LEAF_BYTES: Final = 1 << 20
_DEEPEST: Final = 32
_LONGEST_WAIT: Final = datetime.timedelta(minutes=1)
"""Acts get their time before they wait for the database; several waits of ten seconds fit in here."""
_TIME_LENGTH: Final = len("2026-01-01T00:00:00.000000Z")


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

    @property
    def clock_set_back(self) -> bool:
        """Whether the clock said so much less that nobody can have waited that long for another's entry."""
        return set_back(self.entry.ts, self.clock_read)


def leaf_of(entry: Entry, not_before: str) -> tuple[bytes, str]:
    """An entry's bytes, and its time in the ledger.

    Times in a ledger never fall. Where the clock was set back, the entry carries the time of the one before it, and
    what the clock said as ``clock_read``: the act is recorded, and the odd clock is in plain sight.

    Args:
        entry: what is to be written.
        not_before: time of the entry or head before it; empty where there is none.

    Returns:
        Canonical JSON (UTF-8, keys sorted, no blanks), and the time as ``YYYY-MM-DDTHH:MM:SS.ffffffZ``.

    Raises:
        StillwatchError: the time cannot be read, or the details hold what has no canonical form.
    """
    if "\0" in entry.subject:
        raise unfit("its subject holds a NUL")
    details = dict(entry.details)
    _check(details)
    said = canonical_time(entry.ts)
    ts = max(said, not_before)
    fields: dict[str, Any] = {
        "by": entry.by,
        "details": details,
        "kind": entry.kind,
        "subject": entry.subject,
        "ts": ts,
    }
    if ts != said:
        fields["clock_read"] = said
    try:
        leaf = orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONEncodeError, RecursionError) as error:
        raise unfit("it is no JSON") from error
    if len(leaf) > MAX_LEAF_BYTES:
        raise unfit("it is larger than a mebibyte")
    return leaf, ts


def set_back(ts: str, clock_read: str) -> bool:
    """Whether a clock that read this, under an entry of that time, was set back; a time of no form counts as such."""
    if not clock_read:
        return False
    try:
        return (
            datetime.datetime.fromisoformat(ts) - datetime.datetime.fromisoformat(clock_read) > _LONGEST_WAIT
        )
    except (ValueError, TypeError):
        return True


class Leaf(msgspec.Struct, frozen=True, gc=False):
    """An entry's bytes as they are read; ``Entry`` and ``Logged`` tell what the fields are."""

    kind: str
    subject: str
    by: str
    ts: str
    details: dict[str, Any]
    clock_read: str = ""


def leaf_fields(leaf: bytes) -> Leaf:
    """What an entry's bytes say.

    Raises:
        ValueError: they are no entry.
    """
    try:
        found = _DECODER.decode(leaf)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("not an entry") from error
    if len(found.ts) != _TIME_LENGTH:
        raise ValueError("the time is not of the ledger's form")
    return found


def read_leaf(index: int, leaf: bytes) -> Logged:
    """An entry from its bytes.

    Raises:
        ValueError: they are no entry.
    """
    found = leaf_fields(leaf)
    return Logged(
        index, leaf, Entry(found.kind, found.subject, found.by, found.ts, found.details), found.clock_read
    )


@functools.lru_cache(maxsize=256)
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
        raise unfit("its time is not RFC 3339 with an offset") from None
    return utc.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _check(value: object, depth: int = 0) -> None:
    """That a value has one form as JSON; asked for every value of every entry, so the usual kinds come first.

    Raises:
        StillwatchError: it has not.
    """
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return
    if depth > _DEEPEST:
        raise unfit("its details are nested too deeply")
    if isinstance(value, int):
        if not -_LARGEST <= value <= _LARGEST:
            raise unfit("its details hold a number beyond 2⁵³")
    elif isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str):
                raise unfit("a name in its details is no text")
            _check(inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner, depth + 1)
    elif isinstance(value, float):
        raise unfit("its details hold a fraction; write it as text or as a whole number")
    elif not isinstance(value, str):
        raise unfit(f"its details hold a {kind.__name__}")


def unfit(why: str) -> StillwatchError:
    """An entry that is refused."""
    return StillwatchError(f"an entry cannot be written to the ledger: {why}", code="SW-LED-01")


_DECODER: Final = msgspec.json.Decoder(Leaf)
