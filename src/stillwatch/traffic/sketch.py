"""From a block of canonical JSON lines to sketched columns; the text ends here."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from stillwatch.traffic import addresses, columns, prompts, scalars, scan, scratch, textpass
from stillwatch.traffic.answers import describe_answers
from stillwatch.traffic.coercion import DEMANDED
from stillwatch.traffic.identifiers import Memory, hash_records
from stillwatch.traffic.json_walk import ESCAPED, STRING
from stillwatch.traffic.scalars import Block, Scalars
from stillwatch.traffic.solicitation import Kind, lexicon

if TYPE_CHECKING:
    from stillwatch.traffic.background import Background
    from stillwatch.traffic.pseudonyms import Pseudonymiser

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
        ("minhash", pa.binary(2 * scratch.BINS)),
        ("clauses", pa.list_(pa.field("item", pa.uint64(), nullable=False))),
        ("grams", pa.list_(pa.field("item", pa.uint64(), nullable=False))),
    ]
)
"""One row an exchange. ``grams`` and ``clauses`` are keyed hashes, identifiers keyed pseudonyms; there is no text."""

_LINE_BYTES: Final = (
    512  # most blocks have fewer lines than one each so many bytes; counting them takes longer
)
_CODED: Final = ("account_id", "organization_id", "country", "model", "endpoint")
_PSEUDONYMS: Final = {"api_key_id": "api_key", "user_agent": "client", "payment_fingerprint": "payment"}


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
    """Sketches blocks under one key; one may be used by several threads.

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
        self._body_key = np.uint64(pseudonyms.seed("bodies"))
        self._limit = np.uint64(min(int(sample * 2.0**64), 2**64 - 1))
        self._lexicon = lexicon(int(self._key))
        self._background = background
        self._latest = latest
        seed = pseudonyms.seed("look-up")
        self._memories: dict[str, tuple[Memory, tuple[str, ...]]] = {
            source: (Memory(seed, functools.partial(self._pseudonym, name)), (name,))
            for source, name in _PSEUDONYMS.items()
        }
        self._memories["ip"] = Memory(seed, self._place, 2), ("address", "network")

    def _pseudonym(self, kind: str, text: str) -> tuple[int]:
        return (self._pseudonyms.one(kind, text),)

    def _place(self, text: str) -> tuple[int, int]:
        """Pseudonyms of an address and of the network around it, 0 where there is none."""
        address, network = addresses.normal(text)
        one = self._pseudonyms.one
        return one("address", address), one("network", network) if network is not None else 0

    def sketch(self, data: bytes, *, checked: bool = False) -> Sketched:
        """Sketch a block of whole lines, each ended by a newline byte.

        Args:
            data: the block.
            checked: True where the general reader wrote the lines, which has judged their times.
        """
        buf = np.frombuffer(data, dtype=np.uint8)
        words = np.frombuffer(data, dtype=np.uint64, count=len(data) // 8)
        indexed = _indexed(buf, words, len(data) // _LINE_BYTES + 1)
        if indexed is None:
            indexed = _indexed(buf, words, data.count(b"\n"))
        if indexed is None:
            raise AssertionError("a block has more lines than newline bytes")
        block, status, line_begin, line_end = indexed
        parsed = scalars.parse(block, status, None if checked else self._latest)
        rows = np.flatnonzero(~parsed.bad)
        slow = np.flatnonzero(parsed.bad & (status != scan.BLANK))
        return Sketched(self._table(block, parsed, rows), rows, slow, line_begin, line_end)

    def _table(self, block: Block, parsed: Scalars, rows: Any) -> pa.Table:
        """The chosen rows as columns of `SCHEMA`."""
        out: dict[str, pa.Array] = {}
        for name, values in parsed.values.items():
            good = parsed.states[name][rows] == columns.GOOD
            out[name] = pa.array(values[rows], type=SCHEMA.field(name).type, mask=~good)
        for name in _CODED:
            out[name] = self._strings(block, parsed, rows, name).dictionary_encode()
        out["request_id"] = self._strings(block, parsed, rows, "request_id")
        for source, (memory, names) in self._memories.items():
            out |= zip(names, memory.columns(block, rows, source, parsed.states[source]), strict=True)
        out["tools"] = self._tools(parsed, rows)
        out |= self._answers(block, rows) | self._prompts(block, rows, parsed.messages[rows])
        out["record"] = self._record_keys(block, parsed, rows)
        return pa.table([out[field.name] for field in SCHEMA], schema=SCHEMA)

    def _strings(self, block: Block, parsed: Scalars, rows: Any, name: str) -> pa.Array:
        return columns.string_column(block.buf, rows, *block.field(name), parsed.states[name])

    def _tools(self, parsed: Scalars, rows: Any) -> pa.Array:
        if not parsed.tools:
            return pa.nulls(rows.size, pa.uint64())
        names = (parsed.tools.get(row) for row in rows.tolist())
        return pa.array(
            [None if each is None else self._pseudonyms.one("tools", each) for each in names], pa.uint64()
        )

    def _record_keys(self, block: Block, parsed: Scalars, rows: Any) -> pa.Array:
        """What makes a record the same record: account, time and the log's own id, or else what was said."""
        hashes = np.empty(rows.size, dtype=np.uint64)
        _, account_begins, account_ends = block.field("account_id")
        _, id_begins, id_ends = block.field("request_id")
        named = parsed.states["request_id"]
        times = parsed.values["ts"]
        hash_records(block.buf, rows, account_begins, account_ends, named, id_begins, id_ends, times, hashes)
        _, begins, ends = block.field("messages")
        for k in np.flatnonzero(named[rows] != columns.GOOD).tolist():
            row = rows[k]
            said = prompts.hash_messages(block.buf, block.words, begins[row], ends[row], self._body_key)
            hashes[k] ^= np.uint64(said)
        return pa.array(hashes)

    def _answers(self, block: Block, rows: Any) -> dict[str, pa.Array]:
        """What remains of the answers."""
        kinds, begins, ends = (a[rows] for a in block.field("response_text"))
        here = (kinds == STRING) | (kinds == ESCAPED)
        chars = np.zeros(rows.size, dtype=np.int32)
        shapes = np.zeros(rows.size, dtype=np.uint8)
        describe_answers(block.buf, block.words, np.where(here, begins, -1), ends, chars, shapes)
        return {
            "has_answer": pa.array(here),
            "answer_chars": pa.array(chars, mask=~here),
            "answer_shape": pa.array(shapes, mask=~here),
        }

    def _prompts(self, block: Block, rows: Any, surveys: Any) -> dict[str, pa.Array]:
        """What remains of the prompts."""
        _, begins, ends = (a[rows] for a in block.field("messages"))
        out = textpass.room_for(rows.size)
        textpass.sketch_rows(
            block.buf,
            block.words,
            begins,
            ends,
            surveys,
            self._key,
            self._final_key,
            self._limit,
            self._lexicon,
            scratch.new_scratch(),
            out,
        )
        counts = out.counts
        counts[counts[:, scratch.COERCION] >= DEMANDED, scratch.SOLICITED] |= np.uint32(Kind.TRACE)
        silent = counts[:, scratch.CHARS] == 0
        grams, gram_offsets = out.grams, out.gram_offsets
        if self._background is not None:
            grams, gram_offsets = self._background.drop_common(grams, gram_offsets)

        def count(*places: int, mask: Any = silent, kind: Any = np.uint16) -> pa.Array:
            total = counts[:, list(places)].sum(axis=1, dtype=np.int64)
            return pa.array(np.minimum(total, np.iinfo(kind).max).astype(kind), mask=mask)

        return {
            "has_text": pa.array(~silent),
            "system": pa.array(out.system, mask=out.system == 0),
            "layout": pa.array(out.layout, mask=silent),
            "script": pa.array(_scripts(counts), mask=silent),
            "chars": count(scratch.CHARS, kind=np.uint32),
            "words": count(scratch.WORDS, kind=np.uint32),
            "digits": count(scratch.DIGITS, kind=np.uint32),
            "clauses_n": count(scratch.CLAUSES),
            "lines": count(scratch.LINES),
            "questions": count(scratch.QUESTIONS),
            "list_lines": count(scratch.LIST_LINES),
            "code_marks": count(scratch.BACKTICKS, scratch.BRACES),
            "solicited": count(scratch.SOLICITED),
            "messages": count(scratch.MESSAGES, mask=None),
            "user_messages": count(scratch.USER_MESSAGES, mask=None),
            "minhash": pa.FixedSizeBinaryArray.from_buffers(
                pa.binary(2 * scratch.BINS), rows.size, [None, pa.py_buffer(out.minhash)]
            ),
            "clauses": _lists(out.clauses, out.clause_offsets, SCHEMA.field("clauses").type),
            "grams": _lists(grams, gram_offsets, SCHEMA.field("grams").type),
        }


def _indexed(buf: Any, words: Any, room: int) -> tuple[Block, Any, Any, Any] | None:
    """The lines of a block with their status, begins and ends; None where there are more than that many."""
    fields = len(scan.FIELD_NAMES)
    kinds = np.zeros((room, fields), dtype=np.uint8)
    begins = np.zeros((room, fields), dtype=np.int32)
    ends = np.zeros((room, fields), dtype=np.int32)
    status = np.zeros(room, dtype=np.uint8)
    line_begin = np.zeros(room, dtype=np.int32)
    line_end = np.zeros(room, dtype=np.int32)
    order = np.full(fields, -1, dtype=np.int64)
    n = scan.index_lines(buf, words, order, kinds, begins, ends, status, line_begin, line_end)
    if n < 0:
        return None
    block = Block(buf, words, *(np.ascontiguousarray(a[:n].T) for a in (kinds, begins, ends)))
    return block, status[:n], line_begin[:n], line_end[:n]


def _lists(flat: Any, offsets: Any, kind: pa.DataType) -> pa.Array:
    values = pa.array(flat[: offsets[-1]].copy())
    return pa.ListArray.from_arrays(pa.array(offsets), values, type=kind)


def _scripts(counts: Any) -> Any:
    """Leading script of each prompt: 0 Latin, 1 CJK, 2 Cyrillic, 3 Arabic, 4 Devanagari."""
    share = counts[:, [scratch.CJK, scratch.CYRILLIC, scratch.ARABIC, scratch.DEVANAGARI]]
    strong = share.max(axis=1) * 5 > counts[:, scratch.CHARS]
    return np.where(strong, share.argmax(axis=1) + 1, 0).astype(np.uint8)
