"""Lines of logs in every format: exchanges or a reason, never a fault, and what is given is canonical."""

from __future__ import annotations

import datetime

import orjson

from stillwatch.core.exchange import FIELDS, REQUIRED
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.reading import LineReader

DESCRIPTION = "lines of every log format"


_READER = LineReader(
    ReadOptions(account="acct-named"), clock=lambda: datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)
)


def attempt(data: bytes) -> None:
    """Each line is read, and what comes out is read again as it is."""
    for number, line in enumerate(data.split(b"\n"), 1):
        good, rejects = _READER.convert(line, "log", number)
        assert good or rejects or not line.strip()
        assert not any(reject.reason.startswith("the reader failed") for reject in rejects), rejects
        for exchange in good:
            assert set(REQUIRED) <= set(orjson.loads(exchange)) <= set(FIELDS)
            assert _READER.convert(exchange, "again", 1) == ([exchange], [])
