"""From a block of canonical JSON lines to sketched columns; the text ends here."""

from __future__ import annotations

import dataclasses
import ipaddress
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.traffic import columns, scan, textpass
from stillwatch.traffic.background import Background
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.solicitation import lexicon

_LONGEST_ID: Final = 4096

SCHEMA: Final = pa.schema(
    [
        ("ts", pa.timestamp("us")),
        ("record", pa.uint64()),
        ("request_id", pa.string()),
        ("account_id", pa.dictionary(pa.int32(), pa.string())),
        ("organization_id", pa.dictionary(pa.int32(), pa.string())),
        ("api_key", pa.uint64()),
        ("address", pa.uint64()),
        ("network", pa.uint64()),
        ("asn", pa.int64()),
        ("country", pa.dictionary(pa.int32(), pa.string())),
        ("client", pa.uint64()),
        ("payment", pa.uint64()),
        ("account_created_at", pa.timestamp("us")),
        ("model", pa.dictionary(pa.int32(), pa.string())),
        ("endpoint", pa.dictionary(pa.int32(), pa.string())),
        ("reasoning_tokens", pa.int64()),
        ("input_tokens", pa.int64()),
        ("output_tokens", pa.int64()),
        ("temperature", pa.float32()),
        ("max_tokens", pa.int64()),
        ("tools", pa.uint64()),
        ("stream", pa.bool_()),
        ("latency_ms", pa.int64()),
        ("status", pa.int16()),
        ("has_text", pa.bool_()),
        ("has_answer", pa.bool_()),
        ("answer_chars", pa.int32()),
        ("answer_shape", pa.uint8()),
        ("system", pa.uint64()),
        ("layout", pa.uint64()),
        ("chars", pa.uint32()),
        ("words", pa.uint32()),
        ("clauses_n", pa.uint16()),
        ("lines", pa.uint16()),
        ("script", pa.uint8()),
        ("questions", pa.uint16()),
        ("digits", pa.uint32()),
        ("list_lines", pa.uint16()),
        ("code_marks", pa.uint16()),
        ("solicited", pa.uint16()),
        ("messages", pa.uint16()),
        ("user_messages", pa.uint16()),
        ("minhash", pa.binary(2 * textpass.BINS)),
        ("clauses", pa.list_(pa.field("item", pa.uint64(), nullable=False))),
        ("grams", pa.list_(pa.field("item", pa.uint64(), nullable=False))),
    ]
)
"""One row an exchange. ``grams`` and ``clauses`` are keyed hashes, identifiers keyed pseudonyms; there is no text."""

_WHOLE: Final = {
    "asn": 2**32 - 1,
    "reasoning_tokens": 10**12,
    "input_tokens": 10**12,
    "output_tokens": 10**12,
    "max_tokens": 10**12,
    "latency_ms": 10**12,
    "status": 999,
}
_NAMES: Final = ("account_id", "organization_id", "country", "model", "endpoint")
_IDENTIFIERS: Final = {
    "api_key_id": "api_key",
    "ip": "address",
    "user_agent": "client",
    "payment_fingerprint": "payment",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Sketched:
    """What became of a block: a table of `SCHEMA`, and the lines that need the general reader.

    Attributes:
        table: one row per exchange taken.
        rows: index of each exchange's line within the block.
        slow: indexes of lines not taken.
        line_begin: where each line begins in the block.
        line_end: where it ends.
    """

    table: pa.Table
    rows: Any
    slow: Any
    line_begin: Any
    line_end: Any


class Sketcher:
    """Sketches blocks under one key.

    Args:
        pseudonyms: the lab's key.
        sample: share of word n-grams kept, 0 to 1.
        background: grams known to be common, dropped on sight; None keeps all.
        latest: times after this (microseconds since 1970 UTC) are left to the general reader, which refuses them.
    """

    def __init__(
        self, pseudonyms: Pseudonymiser, *, sample: float, background: Background | None, latest: int
    ) -> None:
        self._pseudonyms = pseudonyms
        self._key = np.uint64(pseudonyms.seed("words"))
        self._final_key = np.uint64(pseudonyms.seed("grams"))
        self._threshold = np.uint64(min(int(sample * 2.0**64), 2**64 - 1))
        self._lexicon = lexicon(int(self._key))
        self._background = background
        self._latest = latest

    def sketch(self, data: bytes) -> Sketched:
        """Sketch a block of whole lines, each ended by a newline byte."""
        buf, words = _memory(data)
        n = data.count(b"\n")
        fields = len(scan.FIELD_NAMES)
        kinds = np.zeros((n, fields), dtype=np.uint8)
        begins = np.zeros((n, fields), dtype=np.int32)
        ends = np.zeros((n, fields), dtype=np.int32)
        status = np.zeros(n, dtype=np.uint8)
        line_begin = np.zeros(n, dtype=np.int32)
        line_end = np.zeros(n, dtype=np.int32)
        scan.index_lines(buf, words, kinds, begins, ends, status, line_begin, line_end)
        block = _Block(buf, words, *(np.ascontiguousarray(a.T) for a in (kinds, begins, ends)))
        parsed, bad = self._parse(block)
        status[bad & (status == scan.OK)] = scan.SLOW
        rows = np.flatnonzero(status == scan.OK)
        table = self._table(block, parsed, rows)
        return Sketched(table, rows, np.flatnonzero(status == scan.SLOW), line_begin, line_end)

    def _parse(self, block: _Block) -> tuple[dict[str, tuple[Any, Any]], Any]:
        """Every scalar field as (values, state), and the rows where any of them needs a closer look."""
        n = block.kinds.shape[1]
        parsed: dict[str, tuple[Any, Any]] = {}
        bad = np.zeros(n, dtype=np.bool_)
        for name in ("ts", "account_created_at"):
            values, state = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.uint8)
            columns.parse_times(block.buf, *block.field(name), values, state)
            parsed[name] = values, state
        for name, top in _WHOLE.items():
            values, state = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.uint8)
            columns.parse_whole(block.buf, *block.field(name), top, values, state)
            parsed[name] = values, state
        values, state = np.zeros(n, dtype=np.float32), np.zeros(n, dtype=np.uint8)
        columns.parse_decimal(block.buf, *block.field("temperature"), values, state)
        parsed["temperature"] = values, state
        values, state = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.uint8)
        columns.parse_flag(block.field("stream")[0], values, state)
        parsed["stream"] = values, state
        for name in (*_NAMES, *_IDENTIFIERS, "request_id"):
            state = np.zeros(n, dtype=np.uint8)
            columns.check_strings(*block.field(name), _LONGEST_ID, state)
            parsed[name] = state, state
        for _, state in parsed.values():
            bad |= columns.looks_bad(state)
        for name in ("ts", "account_id", "model"):
            bad |= parsed[name][1] != 1
        bad |= parsed["ts"][0] > self._latest
        messages, answer, tools = (block.field(f)[0] for f in ("messages", "response_text", "tools"))
        bad |= messages != scan.ARRAY
        bad |= (answer > scan.NULL) & (answer != scan.STRING) & (answer != scan.ESCAPED)
        bad |= (tools > scan.NULL) & (tools != scan.ARRAY)
        return parsed, bad

    def _table(self, block: _Block, parsed: dict[str, tuple[Any, Any]], rows: Any) -> pa.Table:
        def strings(name: str) -> pa.Array:
            kinds, begins, ends = block.field(name)
            state = parsed[name][1]
            room = int((ends[rows] - begins[rows])[state[rows] == 1].sum())
            return columns.string_column(block.buf, rows, kinds, begins, ends, state, room)

        out: dict[str, pa.Array] = {}
        for name in ("ts", "account_created_at"):
            values, state = parsed[name]
            out[name] = columns.number_column(values, state, rows, pa.timestamp("us"))
        for name in _WHOLE:
            values, state = parsed[name]
            out[name] = columns.number_column(values, state, rows, SCHEMA.field(name).type)
        out["temperature"] = columns.number_column(*parsed["temperature"], rows, pa.float32())
        out["stream"] = columns.number_column(*parsed["stream"], rows, pa.bool_())
        for name in _NAMES:
            out[name] = strings(name).dictionary_encode()
        addresses = strings("ip")
        out["network"] = self._pseudonyms.column("network", _networks(addresses))
        for source, name in _IDENTIFIERS.items():
            values = addresses if source == "ip" else strings(source)
            out[name] = self._pseudonyms.column(name, values)
        out["request_id"] = strings("request_id")
        out["tools"] = self._tools(block, rows)
        out |= self._text(block, rows)
        out["record"] = self._record_keys(block, rows, out)
        return pa.table([out[field.name] for field in SCHEMA], schema=SCHEMA)

    def _record_keys(self, block: _Block, rows: Any, out: dict[str, pa.Array]) -> pa.Array:
        """What makes a record the same record: account, time and the log's own id, or else the whole line."""
        ids = out["request_id"]
        names = pc.binary_join_element_wise(
            out["account_id"].cast(pa.string()), ids.fill_null(""), "\x1f", null_handling="replace"
        )
        hashes = _hash_strings(names)
        hashes ^= out["ts"].cast(pa.int64()).to_numpy() .astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        for k in np.flatnonzero(np.asarray(ids.is_null())).tolist():
            begin, end = block.message_span(rows[k])
            body = self._pseudonyms.one("body", block.buf[begin:end].tobytes().decode())
            hashes[k] ^= np.uint64(body)
        return pa.array(hashes)

    def _tools(self, block: _Block, rows: Any) -> pa.Array:
        kinds, begins, ends = (a[rows] for a in block.field("tools"))
        here = kinds == scan.ARRAY
        values: list[int | None] = [None] * rows.size
        for k in np.flatnonzero(here).tolist():
            values[k] = self._pseudonyms.one("tools", block.buf[begins[k] : ends[k]].tobytes().decode())
        return pa.array(values, pa.uint64())

    def _text(self, block: _Block, rows: Any) -> dict[str, pa.Array]:
        n = rows.size
        kinds, begins, ends = (a[rows] for a in block.field("messages"))
        msg_begin = np.where(kinds == scan.ARRAY, begins, -1).astype(np.int32)
        answer_kind, answer_begin, answer_end = (a[rows] for a in block.field("response_text"))
        has_answer = (answer_kind == scan.STRING) | (answer_kind == scan.ESCAPED)
        grams = np.empty(n * textpass.MAX_GRAMS, dtype=np.uint64)
        gram_offsets = np.zeros(n + 1, dtype=np.int32)
        clauses = np.empty(n * textpass.MAX_CLAUSES, dtype=np.uint64)
        clause_offsets = np.zeros(n + 1, dtype=np.int32)
        minhash = np.empty((n, textpass.BINS), dtype=np.uint16)
        counts = np.zeros((n, textpass.COUNTS), dtype=np.uint32)
        system = np.zeros(n, dtype=np.uint64)
        layout = np.zeros(n, dtype=np.uint64)
        answer_shape = np.zeros(n, dtype=np.uint8)
        textpass.sketch_rows(
            block.buf,
            block.words,
            msg_begin,
            ends.astype(np.int32),
            np.where(has_answer, answer_begin, -1).astype(np.int32),
            answer_end.astype(np.int32),
            self._key,
            self._final_key,
            self._threshold,
            *self._lexicon,
            grams,
            gram_offsets,
            clauses,
            clause_offsets,
            minhash,
            counts,
            system,
            layout,
            answer_shape,
        )
        has_text = counts[:, textpass.CHARS] > 0
        if self._background is not None:
            grams, gram_offsets = self._background.drop_common(grams, gram_offsets)
        return {
            "has_text": pa.array(has_text),
            "has_answer": pa.array(has_answer),
            "answer_chars": pa.array((answer_end - answer_begin).astype(np.int32), mask=~has_answer),
            "answer_shape": pa.array(answer_shape, mask=~has_answer),
            "system": pa.array(system, mask=system == 0),
            "layout": pa.array(layout, mask=~has_text),
            "script": pa.array(_scripts(counts), mask=~has_text),
            **{
                name: pa.array(np.minimum(values, 65535).astype(np.uint16), mask=~has_text)
                for name, values in (
                    ("clauses_n", counts[:, textpass.CLAUSES]),
                    ("lines", counts[:, textpass.LINES]),
                    ("questions", counts[:, textpass.QUESTIONS]),
                    ("list_lines", counts[:, textpass.LIST_LINES]),
                    ("code_marks", counts[:, textpass.BACKTICKS] + counts[:, textpass.BRACES]),
                    ("solicited", counts[:, textpass.SOLICITED]),
                )
            },
            "messages": pa.array(np.minimum(counts[:, textpass.MESSAGES], 65535).astype(np.uint16)),
            "user_messages": pa.array(np.minimum(counts[:, textpass.USER_MESSAGES], 65535).astype(np.uint16)),
            "chars": pa.array(counts[:, textpass.CHARS], mask=~has_text),
            "words": pa.array(counts[:, textpass.WORDS], mask=~has_text),
            "digits": pa.array(counts[:, textpass.DIGITS], mask=~has_text),
            "minhash": pa.FixedSizeBinaryArray.from_buffers(
                pa.binary(2 * textpass.BINS), n, [None, pa.py_buffer(minhash)]
            ),
            "clauses": _lists(clauses, clause_offsets, SCHEMA.field("clauses").type),
            "grams": _lists(grams, gram_offsets, SCHEMA.field("grams").type),
        }


@dataclasses.dataclass(frozen=True, slots=True)
class _Block:
    """A block's memory and where each field's value stands: arrays of shape (fields, lines)."""

    buf: Any
    words: Any
    kinds: Any
    begins: Any
    ends: Any

    def field(self, name: str) -> tuple[Any, Any, Any]:
        i = scan.FIELD_INDEX[name]
        return self.kinds[i], self.begins[i], self.ends[i]

    def message_span(self, row: int) -> tuple[int, int]:
        i = scan.FIELD_INDEX["messages"]
        return int(self.begins[i, row]), int(self.ends[i, row])


def _memory(data: bytes) -> tuple[Any, Any]:
    """The block as bytes and, over the same memory, as zero-padded 64-bit words."""
    padded = np.zeros((len(data) // 8 + 2) * 8, dtype=np.uint8)
    padded[: len(data)] = np.frombuffer(data, dtype=np.uint8)
    return padded[: len(data)], padded.view(np.uint64)


def _lists(flat: Any, offsets: Any, kind: pa.DataType) -> pa.Array:
    values = pa.array(flat[: offsets[-1]].copy())
    return pa.ListArray.from_arrays(pa.array(offsets), values, type=kind)


def _scripts(counts: Any) -> Any:
    """Leading script of each prompt: 0 Latin, 1 CJK, 2 Cyrillic, 3 Arabic, 4 Devanagari."""
    share = np.stack(
        [counts[:, c] for c in (textpass.CJK, textpass.CYRILLIC, textpass.ARABIC, textpass.DEVANAGARI)], axis=1
    )
    best = share.argmax(axis=1)
    strong = share.max(axis=1) * 5 > counts[:, textpass.CHARS]
    return np.where(strong, best + 1, 0).astype(np.uint8)


def _networks(addresses: pa.Array) -> pa.Array:
    """The /24 or /48 around each address; null where the address is not one."""
    coded = addresses.dictionary_encode()
    around = pa.array([_network(a) for a in coded.dictionary.to_pylist()], pa.string())
    return pc.take(around, coded.indices) if len(around) else pa.nulls(len(addresses), pa.string())


def _network(address: str) -> str | None:
    head, dot, tail = address.rpartition(".")
    if dot and tail.isdigit() and head.count(".") == 2:
        return head
    try:
        return str(ipaddress.ip_network(f"{address}/48", strict=False))
    except ValueError:
        return None


def _hash_strings(values: pa.Array) -> Any:
    """64-bit hashes of a string column that stay the same from run to run."""
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    _, offsets, data = array.buffers()
    out = np.empty(len(array), dtype=np.uint64)
    columns.hash_strings(
        np.frombuffer(data, dtype=np.uint8) if data else np.zeros(0, dtype=np.uint8),
        np.frombuffer(offsets, dtype=np.int32)[array.offset : array.offset + len(array) + 1],
        out,
    )
    return out
