"""Exchanges to hand to a node."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

WORDS = [
    "tides",
    "planet",
    "orbit",
    "granite",
    "copper",
    "willow",
    "lantern",
    "harbour",
    "meadow",
    "thistle",
    "quartz",
    "ember",
]


def exchange(number: int, **fields: Any) -> dict[str, Any]:
    """A canonical record with an id of its own."""
    said = (
        f"please explain how the {WORDS[number % 12]} changes the {WORDS[number // 12 % 12]} in case {number}"
    )
    return {
        "ts": f"2026-11-20T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z",
        "request_id": f"r-{number}",
        "account_id": f"acct-{number % 7}",
        "model": "example-large-1",
        "messages": [{"role": "user", "content": said}],
    } | fields


def lines(records: Iterable[dict[str, Any] | bytes]) -> bytes:
    """Records as JSON lines; bytes stand as they are."""
    return b"".join((r if isinstance(r, bytes) else orjson.dumps(r)) + b"\n" for r in records)
