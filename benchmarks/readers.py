"""How fast the general reader turns each format's records into exchanges."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from typing import Any

import orjson

from stillwatch.logs import registry
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.generic import load_map
from stillwatch.logs.reading import LineReader

DESCRIPTION = "records a second and core of the general reader, for every format, from records of about 2 kB"

TARGETS = (("slowest_per_s", "slowest format, one core", ">=", 20_000, "records/s"),)

FIXTURES = Path("tests/logs/fixtures")
RECORD_BYTES = 2_000
_WORDS = re.compile("[a-zA-Z] [a-zA-Z]")


def run(small: bool) -> dict[str, Any]:
    """Read each format's samples again and again, their texts made longer."""
    figures: dict[str, Any] = {}
    for name in sorted(registry.formats()):
        path = FIXTURES / f"{name}.jsonl"
        if not path.exists():
            continue
        lines = [long_record(line) for line in path.read_bytes().splitlines() if line.strip()]
        figures[name] = _rate(name, lines, 0.5 if small else 3.0)
        size = sum(map(len, lines)) / len(lines)
        print(f"{name:16} {figures[name]:>9,.0f} records/s, {size:,.0f} bytes each", file=sys.stderr)
    slowest = min(figures, key=lambda name: figures[name])
    return {"slowest_per_s": figures[slowest], "slowest": slowest, "per_s": figures}


def _rate(name: str, lines: list[bytes], seconds: float) -> float:
    """Records a second on one core, the best of three spells; a line of some formats holds several."""
    key_map = load_map(str(FIXTURES / "generic.toml")) if name == "generic" else None
    reader = LineReader(ReadOptions(format=name, account="acct-bench", key_map=key_map))
    best = 0.0
    for _ in range(3):
        done = 0
        start = time.perf_counter()
        while (took := time.perf_counter() - start) < seconds / 3:
            for line in lines:
                good, rejects = reader.convert(line, "bench", 1)
                done += len(good) + len(rejects)
        best = max(best, done / took)
    return best


def long_record(line: bytes) -> bytes:
    """The record with its longest prose, if it has any, so long that the line has about the size of a real one."""
    record = orjson.loads(line)
    holder, key = _longest_text(record)
    missing = RECORD_BYTES - len(line)
    if holder is not None and missing > 0:
        holder[key] += " Then tell me what follows from it, in plain words." * (missing // 51)
    return orjson.dumps(record)


def _longest_text(value: Any) -> tuple[Any, Any]:
    """Where the longest prose of a record stands: its container and its key there."""
    found: tuple[Any, Any] = None, None
    most = 0
    stack = [value]
    while stack:
        each = stack.pop()
        items = each.items() if isinstance(each, dict) else enumerate(each) if isinstance(each, list) else ()
        for key, inner in items:
            if isinstance(inner, str) and _is_prose(inner) and len(inner) > most:
                found, most = (each, key), len(inner)
            elif isinstance(inner, dict | list):
                stack.append(inner)
    return found


def _is_prose(text: str) -> bool:
    """Whether a text is words, not a list of addresses or a document of its own."""
    return text[:1] not in "{[" and _WORDS.search(text) is not None
