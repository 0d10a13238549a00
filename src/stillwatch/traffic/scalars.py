"""The values of a block that are no text: numbers, times, flags and names, each parsed and judged at once.

A value that `logs.canonical.validate` would refuse or put right sends its line to the general reader, so that both
ways to the store agree; nothing is decided here.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Final

import numpy as np
import orjson

from stillwatch.traffic import columns, prompts, scan
from stillwatch.traffic.json_walk import ARRAY, ESCAPED, NULL, NUMBER, STRING

TIMES: Final = ("ts", "account_created_at")
WHOLE: Final = {
    "asn": (1, 2**32 - 1),
    "reasoning_tokens": (0, 2**53),
    "input_tokens": (0, 2**53),
    "output_tokens": (0, 2**53),
    "max_tokens": (0, 2**53),
    "latency_ms": (0, 2**53),
    "status": (100, 599),
}
NAMES: Final = (
    "account_id",
    "organization_id",
    "country",
    "model",
    "endpoint",
    "request_id",
    "api_key_id",
    "ip",
    "user_agent",
    "payment_fingerprint",
)
_LARGEST: Final = float(np.finfo(np.float32).max)


@dataclasses.dataclass(frozen=True, slots=True)
class Block:
    """A block's memory and where each field's value stands: arrays of shape (fields, lines)."""

    buf: Any
    words: Any
    kinds: Any
    begins: Any
    ends: Any

    def field(self, name: str) -> tuple[Any, Any, Any]:
        """Kinds, begins and ends of a field's values."""
        i = scan.FIELD_INDEX[name]
        return self.kinds[i], self.begins[i], self.ends[i]

    def raw(self, name: str, row: int) -> bytes:
        """The bytes of one value."""
        i = scan.FIELD_INDEX[name]
        return bytes(self.buf[self.begins[i, row] : self.ends[i, row]])


@dataclasses.dataclass(frozen=True, slots=True)
class Scalars:
    """Parsed fields of a block.

    Attributes:
        values: arrays by field, meaningful where the state is good; strings have none.
        states: uint8 arrays by field: missing, good or bad.
        tools: names of the tools offered as one text, by row; rows without a list are not there.
        messages: int32 (lines, 4): what `prompts.survey` found.
        bad: bool (lines): rows where any field needs the general reader.
    """

    values: dict[str, Any]
    states: dict[str, Any]
    tools: dict[int, str]
    messages: Any
    bad: Any


def parse(block: Block, status: Any, latest: int | None) -> Scalars:
    """Parse every field that is no text.

    Args:
        block: the indexed lines.
        status: uint8 (lines): only ``OK`` lines are looked at closely.
        latest: later times (microseconds since 1970 UTC) are left to the general reader; None for no limit.
    """
    n = block.kinds.shape[1]
    values: dict[str, Any] = {}
    states: dict[str, Any] = {}
    for name in TIMES:
        values[name], states[name] = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.uint8)
        columns.parse_times(block.buf, *block.field(name), values[name], states[name])
    for name, (least, most) in WHOLE.items():
        values[name], states[name] = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.uint8)
        columns.parse_whole(block.buf, *block.field(name), least, most, values[name], states[name])
    values["temperature"], states["temperature"] = _decimals(block, "temperature")
    values["stream"], states["stream"] = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.uint8)
    columns.parse_flag(block.field("stream")[0], values["stream"], states["stream"])
    for name in NAMES:
        states[name] = np.zeros(n, dtype=np.uint8)
        columns.check_strings(*block.field(name), states[name])
    columns.check_countries(block.buf, *block.field("country")[1:], states["country"])
    bad = np.zeros(n, dtype=np.bool_)
    for state in states.values():
        bad |= state == columns.BAD
    for name in ("ts", "account_id", "model"):
        bad |= states[name] != columns.GOOD
    if latest is not None:
        bad |= values["ts"] > latest
    answer = block.field("response_text")[0]
    bad |= (answer > NULL) & (answer != STRING) & (answer != ESCAPED)
    bad |= status != scan.OK
    messages = np.empty((n, 4), dtype=np.int32)
    prompts.survey_rows(block.buf, block.words, *block.field("messages"), bad, messages)
    return Scalars(values, states, _tools(block, bad), messages, bad)


def _decimals(block: Block, name: str) -> tuple[Any, Any]:
    """A field of decimals; notations that the compiled parser leaves are read one by one."""
    kinds, begins, ends = block.field(name)
    values, state = np.zeros(kinds.size, dtype=np.float32), np.zeros(kinds.size, dtype=np.uint8)
    columns.parse_decimal(block.buf, kinds, begins, ends, values, state)
    for row in np.flatnonzero((state == columns.BAD) & (kinds == NUMBER)).tolist():
        value = float(block.raw(name, row))
        if value >= 0:
            values[row] = min(value, _LARGEST)
            state[row] = columns.GOOD
    return values, state


def _tools(block: Block, bad: Any) -> dict[int, str]:
    """The tools that each row offers, as one text; marks rows whose list is not one of names."""
    kinds = block.field("tools")[0]
    names: dict[int, str] = {}
    known: dict[bytes, str | None] = {}
    bad |= (kinds > NULL) & (kinds != ARRAY)
    for row in np.flatnonzero((kinds == ARRAY) & ~bad).tolist():
        raw = block.raw("tools", row)
        if raw not in known:
            listed = orjson.loads(raw)
            good = all(isinstance(item, str) for item in listed)
            known[raw] = orjson.dumps(listed).decode() if good else None
        text = known[raw]
        if text is None:
            bad[row] = True
        else:
            names[row] = text
    return names
