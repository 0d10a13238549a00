"""From one raw line to canonical exchanges: the general reader, which alone decides whether a line is good.

It stands between `sources` (bytes of whole lines) and the sketch pass. Everything a line can do wrong ends as
a `Reject` with one clause that a person understands; nothing raises and nothing is lost silently.
"""

from __future__ import annotations

import collections
import datetime
import re
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.clock import Clock, now
from stillwatch.logs import registry
from stillwatch.logs.byte_order import without_mark
from stillwatch.logs.canonical import validate
from stillwatch.logs.contract import LogFormat, ReadOptions, RecordError, Reject
from stillwatch.logs.fields import lookup, text, time
from stillwatch.logs.generic import Generic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.core.exchange import CanonicalRecord

_TOLERANCE: Final = datetime.timedelta(days=1)  # clocks differ; beyond a day it is an error, not a clock
_SAMPLE_LINES: Final = 20
_ESCAPES: Final = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


class LineReader:
    """Turns raw lines into canonical exchanges; remembers the last format that fitted, so files may mix them.

    Args:
        options: how the operator wants the logs read.
        clock: what time it is, to tell times in the future.

    Raises:
        StillwatchError: the options name a format that does not exist.
    """

    def __init__(self, options: ReadOptions, clock: Clock = now) -> None:
        self._options = options
        self._clock = clock
        self._latest = ""
        self._fixed = _fixed_format(options)
        self._last: LogFormat | None = None

    def convert(self, raw: bytes, path: str, line: int) -> tuple[list[bytes], list[Reject]]:
        """The exchanges of one raw line as JSON without a newline, and what had to be set aside.

        A line yields at least one of the two, unless it is blank.

        Args:
            raw: the line, with or without its end.
            path: file it comes from, for rejects.
            line: 1-based number in that file.
        """
        good: list[bytes] = []
        rejects: list[Reject] = []
        try:
            record = _decode(raw)
            if record is None:
                return good, rejects
            source = self._format_of(record)
            account = self._account_override(record)
            for exchange in source.exchanges(record):
                try:
                    good.append(orjson.dumps(self._finish(exchange, account)))
                except RecordError as error:
                    rejects.append(Reject(path, line, str(error)))
            self._last = source
            if not good and not rejects:
                rejects.append(Reject(path, line, f"holds no exchange, read as {source.name}"))
        except RecordError as error:
            rejects.append(Reject(path, line, str(error)))
        except Exception as error:
            # A format may be another distribution's code: its mistakes cost the line, never the run.
            rejects.append(Reject(path, line, f"the reader failed: {type(error).__name__}"))
        return good, rejects

    def _format_of(self, record: Mapping[str, Any]) -> LogFormat:
        """The format for a record: the one asked for, else the last one if it is sure, else the surest."""
        if self._fixed is not None:
            return self._fixed
        last = self._last
        if last is not None and last.sniff(record) >= registry.SURE:
            return last
        found = registry.sniff(record)
        if found is None:
            keys = ", ".join(sorted(record)[:5])
            raise RecordError(
                f"no known log format (keys: {keys[:80]}): use --format NAME or --map FILE.toml"
            )
        return found

    def _account_override(self, record: Mapping[str, Any]) -> str | None:
        """The account that ``--account-from`` finds in the raw record."""
        path = self._options.account_from
        if path is None:
            return None
        value = lookup(record, path)
        return None if value is None else text(value, f"the account at {path}")

    def _finish(self, exchange: CanonicalRecord, account: str | None) -> CanonicalRecord:
        """The exchange with its account settled, checked."""
        if account is not None:
            exchange["account_id"] = account
        elif self._options.account is not None and exchange.get("account_id") in (None, ""):
            exchange["account_id"] = self._options.account
        checked = validate(exchange)
        ts: str = checked["ts"]
        if ts > self._latest and ts > self._renewed_latest():
            raise RecordError(f"time lies in the future ({ts[:16]}Z)")
        return checked

    def _renewed_latest(self) -> str:
        """The latest time that is believed, as of now; it only grows, so an old answer is never too lax."""
        self._latest = time((self._clock() + _TOLERANCE).isoformat(), "now")
        return self._latest


def file_format(sample: bytes) -> LogFormat | None:
    """The format most of a file's first lines are of, or None where none is recognised.

    Args:
        sample: the file's beginning; its last line may be cut off.
    """
    counts: collections.Counter[str] = collections.Counter()
    for raw in sample.split(b"\n", _SAMPLE_LINES)[:_SAMPLE_LINES]:
        try:
            record = _decode(raw)
        except RecordError:
            continue
        found = registry.sniff(record) if record is not None else None
        if found is not None:
            counts[found.name] += 1
    return registry.get(counts.most_common(1)[0][0]) if counts else None


def _fixed_format(options: ReadOptions) -> LogFormat | None:
    """The format that the options settle on for every record; a map means JSON lines of any product."""
    if options.key_map and options.format in (None, "generic"):
        return Generic(options.key_map)
    return registry.get(options.format) if options.format is not None else None


def _decode(raw: bytes) -> dict[str, Any] | None:
    """The JSON object on a line, or None for a blank one.

    Raises:
        RecordError: the line is no JSON object.
    """
    raw = without_mark(raw)  # of a file that was sent or appended whole it stands before the first record
    try:
        record = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        if not raw.strip():
            return None
        record = _decode_repaired(raw, error)
    if not isinstance(record, dict):
        raise RecordError(f"not a JSON object but {_KINDS.get(type(record), 'a number')}")
    return record


_KINDS: Final = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}


def _decode_repaired(raw: bytes, error: orjson.JSONDecodeError) -> object:
    """A second try with halves of characters replaced, which writers that cut texts by length leave behind.

    Raises:
        RecordError: the line is beyond that; the message says what is wrong with it, and where.
    """
    position = raw.find(b"\0")
    if position >= 0:
        raise RecordError(f"not valid JSON: NUL byte at column {position + 1}") from error
    try:
        raw.decode()
    except UnicodeDecodeError as broken:
        raise RecordError(
            f"not valid UTF-8: byte 0x{raw[broken.start]:02x} at column {broken.start + 1}"
        ) from error
    repaired = _ESCAPES.sub(lambda match: b"\\ufffd" if match[1] else match[0], raw)
    if repaired != raw:
        try:
            decoded: object = orjson.loads(repaired)
        except orjson.JSONDecodeError:
            pass
        else:
            return decoded
    what = error.msg.removesuffix(" of data")
    raise RecordError(f"not valid JSON: {what} at column {error.colno}") from error
