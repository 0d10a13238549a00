"""The text of a case's exemplars, read from the operator's own logs at that moment."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.logs.contract import Reject
from stillwatch.logs.reading import LineReader
from stillwatch.logs.sources import raw_blocks

if TYPE_CHECKING:
    from stillwatch.detection.replay.recorded import Exemplar
    from stillwatch.logs.contract import ReadOptions
    from stillwatch.logs.sources import Source

_KEPT: Final = ("ts", "request_id", "account_id", "model", "messages", "response_text")


def exemplar_texts(
    sources: Sequence[Source], options: ReadOptions, exemplars: Sequence[Exemplar]
) -> list[dict[str, Any]]:
    """The exchanges among the logs that are exemplars, in the order of time; each once.

    An exchange is known by account and request id or, where the log has none, by account and millisecond.

    Args:
        sources: the logs.
        options: how to read them.
        exemplars: of the case.
    """
    by_id = {(each.account_id, each.request_id) for each in exemplars if each.request_id}
    by_time = {(each.account_id, _moment(each.ts)) for each in exemplars if not each.request_id}
    found: dict[tuple[str, str | int], dict[str, Any]] = {}
    for record in _records(sources, options):
        by_request = record["account_id"], record.get("request_id") or ""
        by_moment = record["account_id"], _moment(record["ts"])
        key = by_request if by_request in by_id else by_moment if by_moment in by_time else None
        if key is not None:
            found.setdefault(key, {name: record.get(name) for name in _KEPT})
    return sorted(found.values(), key=lambda record: (_moment(record["ts"]), record["account_id"]))


def _records(sources: Sequence[Source], options: ReadOptions) -> Iterator[dict[str, Any]]:
    """Every exchange that can be read."""
    reader = LineReader(options)
    for source in sources:
        for block in raw_blocks(source, options):
            if isinstance(block, Reject):
                continue
            for number, line in enumerate(block.data.split(b"\n"), block.first_line):
                for good in reader.convert(line, block.path, number)[0] if line else ():
                    yield orjson.loads(good)


def _moment(ts: str) -> int:
    """Milliseconds since 1970."""
    parsed = datetime.datetime.fromisoformat(ts)
    aware = parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=datetime.UTC)
    return int(aware.timestamp() * 1000)
