"""Reads canonical logs into columns, in blocks, so that no more text than a block's is ever held."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import itertools
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.range.baselines.text_kernels import hash_texts, project
from stillwatch.range.baselines.traffic import (
    BUCKETS,
    COUNTS,
    IDENTIFIERS,
    NUMBERS,
    WIDTH,
    Terms,
    Traffic,
    projection,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

_BLOCK: Final = 16_384
_PLAIN: Final = (
    ("organization", "organization_id"),
    ("address", "ip"),
    ("payment", "payment_fingerprint"),
    ("agent", "user_agent"),
    ("country", "country"),
    ("model", "model"),
)
_MEASURED: Final = (
    ("input_tokens", "input_tokens"),
    ("output_tokens", "output_tokens"),
    ("reasoning_tokens", "reasoning_tokens"),
    ("temperature", "temperature"),
    ("latency", "latency_ms"),
)


def read_log(path: Path, *, history: Traffic | None = None) -> Traffic:
    """A canonical log, plain or gzip.

    Raises:
        StillwatchError: a line is no canonical exchange.
    """
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        return from_records(_parsed(lines, path), history=history)


def _parsed(lines: Iterable[bytes], path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        try:
            yield orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise _unreadable(f"line {number} of {path.name} is not JSON", f"{path}:{number}") from error


def _unreadable(message: str, where: str) -> StillwatchError:
    return StillwatchError(
        message,
        code="SW-RANGE-41",
        where=where,
        hint="baselines read canonical logs as `stillwatch range make` writes them",
        exit_code=ExitCode.UNREADABLE,
    )


def from_records(records: Iterable[dict[str, Any]], *, history: Traffic | None = None) -> Traffic:
    """Canonical records in any order.

    Words are weighted by how rare they are in the history, or in the log itself where there is none.

    Raises:
        StillwatchError: a record lacks its time or account.
    """
    source, blocks = iter(records), []
    while block := list(itertools.islice(source, _BLOCK)):
        blocks.append(_block(block))
    raw = _joined(blocks)
    order = np.lexsort((raw.identifiers["request"], raw.ts)).astype(np.int64)
    accounts, account = np.unique(np.asarray(raw.accounts, dtype=object), return_inverse=True)
    created = np.zeros(len(accounts), np.int64)
    created[account] = raw.created
    traffic = Traffic(
        tuple(accounts.tolist()),
        account.astype(np.int32).reshape(-1),
        raw.ts,
        created,
        raw.identifiers,
        raw.numbers,
        raw.counts,
        raw.terms,
        np.zeros((len(raw.ts), WIDTH), np.float32),
    )
    if not np.array_equal(order, np.arange(len(order))):
        traffic = traffic.take(order)
    terms = traffic.terms
    rarity = rarity_of(traffic if history is None else history)
    project(terms.starts, terms.places, terms.weights, rarity, projection(), traffic.dense)
    return dataclasses.replace(traffic, history=history)


def rarity_of(traffic: Traffic) -> NDArray[np.float32]:
    """Inverse document frequency of each term place, float32 [BUCKETS]."""
    seen = np.bincount(traffic.terms.places, minlength=BUCKETS)
    return np.asarray(np.log((1 + traffic.rows) / (1 + seen)), np.float32)


@dataclasses.dataclass(slots=True)
class _Raw:
    """Columns of some records in the order read."""

    accounts: list[str]
    ts: NDArray[np.int64]
    created: NDArray[np.int64]
    identifiers: dict[str, NDArray[np.uint64]]
    numbers: dict[str, NDArray[np.float32]]
    counts: dict[str, NDArray[np.int32]]
    terms: Terms


def _block(records: list[dict[str, Any]]) -> _Raw:
    """The columns of one block."""
    asked = [_asked(record.get("messages") or ()) for record in records]
    raw = [query.encode("utf-8", "surrogatepass") for query, _, _ in asked]
    bounds = np.zeros(len(raw) + 1, np.int64)
    np.cumsum([len(text) for text in raw], out=bounds[1:])
    starts, places, weights, words, opening, closing = hash_texts(
        np.frombuffer(b"".join(raw) or b"\0", np.uint8), bounds
    )
    identifiers = {
        name: np.asarray([code(record.get(field)) for record in records], np.uint64) for name, field in _PLAIN
    }
    identifiers |= {
        "request": np.asarray([hashed(record.get("request_id")) for record in records], np.uint64),
        "system": np.asarray([code(system) for _, system, _ in asked], np.uint64),
        "opening": opening,
        "closing": closing,
    }
    numbers = {
        name: np.asarray([_or_nan(record.get(field)) for record in records], np.float32)
        for name, field in _MEASURED
    }
    numbers["answer_characters"] = np.asarray(
        [np.nan if (text := record.get("response_text")) is None else len(text) for record in records],
        np.float32,
    )
    counts = {
        "status": np.asarray([_or_none(record.get("status")) for record in records], np.int32),
        "characters": np.asarray([len(query) for query, _, _ in asked], np.int32),
        "words": words,
        "turns": np.asarray([turns for _, _, turns in asked], np.int32),
        "tools": np.asarray(
            [-1 if (tools := record.get("tools")) is None else len(tools) for record in records], np.int32
        ),
    }
    try:
        names = [record["account_id"] for record in records]
        ts = np.asarray([milliseconds(record["ts"]) for record in records], np.int64)
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable("a record has no account_id or no readable ts", "the log") from error
    return _Raw(
        names,
        ts,
        np.asarray([_moment(record.get("account_created_at")) for record in records], np.int64),
        identifiers,
        numbers,
        counts,
        Terms(starts, places, weights),
    )


def _joined(blocks: list[_Raw]) -> _Raw:
    """Blocks one after another."""
    if not blocks:
        return _block([])
    shifts = np.cumsum([0, *(block.terms.starts[-1] for block in blocks[:-1])])
    starts = [
        b.terms.starts[bool(i) :] + shift for i, (b, shift) in enumerate(zip(blocks, shifts, strict=True))
    ]
    terms = Terms(
        np.concatenate(starts),
        np.concatenate([b.terms.places for b in blocks]),
        np.concatenate([b.terms.weights for b in blocks]),
    )
    return _Raw(
        [name for b in blocks for name in b.accounts],
        np.concatenate([b.ts for b in blocks]),
        np.concatenate([b.created for b in blocks]),
        {name: np.concatenate([b.identifiers[name] for b in blocks]) for name in IDENTIFIERS},
        {name: np.concatenate([b.numbers[name] for b in blocks]) for name in NUMBERS},
        {name: np.concatenate([b.counts[name] for b in blocks]) for name in COUNTS},
        terms,
    )


def _asked(messages: Iterable[dict[str, Any]]) -> tuple[str, str | None, int]:
    """The last message of who asks, the system prompt, and how many messages who asks has sent."""
    query, system, turns = "", None, 0
    for message in messages:
        role = message.get("role")
        if role == "user":
            query, turns = _text(message.get("content")), turns + 1
        elif role == "system":
            system = _text(message.get("content"))
    return query, system, turns


def _text(content: Any) -> str:
    """A message's text, whether it is one string or parts."""
    if isinstance(content, str):
        return content
    return "\n".join(str(part.get("text", "")) for part in content or () if isinstance(part, dict))


@lru_cache(maxsize=1 << 18)
def code(value: object) -> int:
    """A 64-bit hash of an identifier; 0 stands for none."""
    return 0 if value is None else hashed(value)


def hashed(value: object) -> int:
    """A 64-bit hash of anything, never 0."""
    digest = hashlib.blake2b(str(value).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") | 1


def milliseconds(ts: str) -> int:
    """An RFC 3339 time in milliseconds since 1970 UTC."""
    return round(datetime.fromisoformat(ts).timestamp() * 1000)


@lru_cache(maxsize=1 << 17)
def _moment(ts: str | None) -> int:
    return 0 if ts is None else milliseconds(ts)


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value


def _or_none(value: int | None) -> int:
    return -1 if value is None else value
