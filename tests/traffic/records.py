from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson


def exchange(number: int = 0, text: Any = "How do tides work?", **fields: Any) -> dict[str, Any]:
    """A canonical record, one an hour and each its own account."""
    return {
        "ts": f"2026-03-{2 + number // 24 % 20:02d}T{number % 24:02d}:00:00Z",
        "request_id": f"r-{number}",
        "account_id": f"acct-{number}",
        "model": "example-large-1",
        "messages": [{"role": "user", "content": text}],
    } | fields


def written(path: Path, records: Sequence[Any]) -> Path:
    """A log of these records; bytes stand as they are."""
    lines = [r if isinstance(r, bytes) else orjson.dumps(r) for r in records]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path
