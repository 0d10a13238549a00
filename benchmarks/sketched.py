"""A store of sketched exchanges of any size, made as a stream: what `corpus` would give, without ever being text.

The words, who follows whom, lengths, templates and campaigns are those of `corpus`; of each prompt only the hashes of
its word 2- and 3-grams are worked out, thinned as ingest thins them. The same bytes for the same count.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numba import njit

from benchmarks import corpus
from stillwatch.traffic.pseudonyms import load_or_create
from stillwatch.traffic.sketch import SCHEMA
from stillwatch.traffic.store import Store

SAMPLE = 0.25
_SEED = 20260302
_CHUNK = 1 << 17
_CHUNKS_A_PART = 8
_CLAUSES = 6
_BYTES_A_WORD = 6.3
_BEGIN_US = int(corpus.BEGIN.timestamp() * 1e6)
_STEP = np.uint64(0x9E3779B97F4A7C15)


def key_file() -> Path:
    """The key of all such stores."""
    return corpus.FOLDER / "sketched.key"


def make(exchanges: int) -> Path:
    """The folder of the store with so many exchanges, made now or before."""
    path = corpus.FOLDER / f"sketched-{exchanges}"
    if (path / "manifest.json").exists():
        return path
    scratch = path.with_suffix(".part")
    shutil.rmtree(scratch, ignore_errors=True)
    corpus.FOLDER.mkdir(parents=True, exist_ok=True)
    store = Store.create_or_open(scratch, load_or_create(key_file()).fingerprint(), SAMPLE)
    accounts = max(400, exchanges * 3 // 100)
    firsts = range(0, exchanges, _CHUNK)
    for place in range(0, len(firsts), _CHUNKS_A_PART):
        tables = [
            _table(first, min(_CHUNK, exchanges - first), exchanges, accounts)
            for first in firsts[place : place + _CHUNKS_A_PART]
        ]
        store.add([store.write_part(tables)], [])
    scratch.rename(path)
    return path


def _table(first: int, count: int, total: int, accounts: int) -> pa.Table:
    """One run of exchanges: who, when and how much as in `corpus`."""
    rng = np.random.default_rng((_SEED, first))
    speech = corpus.language()
    who = (accounts * rng.random(count) ** 2.2).astype(np.int64)
    planted = rng.random(count) < 0.004
    crew = corpus._CAMPAIGNS * corpus._CAMPAIGN_ACCOUNTS
    who[planted] = accounts + rng.integers(0, crew, int(planted.sum()))
    prompt = rng.lognormal(6.6, 0.75, count).clip(60, 12_000)
    words = (np.where(planted, 300 + rng.integers(0, 400, count), prompt) / _BYTES_A_WORD).astype(np.int64)
    answer = (rng.lognormal(6.55, 0.65, count).clip(60, 8_000) / 4).astype(np.int64)
    picks = rng.integers(0, 1 << 62, count).astype(np.uint64)
    kind = np.where(planted, -1 - (who - accounts) // corpus._CAMPAIGN_ACCOUNTS, 0)
    kind[~planted & (who % 3 == 0)] = 1 + who[~planted & (who % 3 == 0)] * 7919 % len(speech.templates)
    begins = np.cumsum([0, *(len(t) for t in speech.templates)])
    grams = np.empty(int(words.sum()) * 2 + 300 * count, dtype=np.uint64)
    offsets = np.zeros(count + 1, dtype=np.int64)
    limit = np.uint64(SAMPLE * 2**32)
    given = speech.ranks, speech.followers, np.concatenate(speech.templates), begins, speech.demands
    _grams(picks, words, kind, *given, limit, grams, offsets)
    moments = _BEGIN_US + np.sort((first + np.arange(count) + rng.random(count)) / total) * (
        corpus.DAYS * 86_400e6
    )
    own = rng.integers(1, 1 << 63, (count, _CLAUSES)).astype(np.uint64)
    own[kind != 0, 0] = _hashed(kind[kind != 0].astype(np.uint64))
    columns = _plain(who, answer, words, picks) | {
        "ts": pa.array(moments.astype(np.int64)).cast(pa.timestamp("us")),
        "record": pa.array(_hashed(first + np.arange(1, count + 1, dtype=np.uint64))),
        "request_id": pa.array([f"req-{first + k:012x}" for k in range(count)]),
        "clauses": pa.ListArray.from_arrays(
            pa.array(np.arange(0, own.size + 1, _CLAUSES, dtype=np.int32)),
            pa.array(own.ravel()),
            type=SCHEMA.field("clauses").type,
        ),
        "grams": pa.ListArray.from_arrays(
            pa.array(offsets.astype(np.int32)),
            pa.array(grams[: offsets[-1]]),
            type=SCHEMA.field("grams").type,
        ),
    }
    arrays = [columns[f.name] if f.name in columns else pa.nulls(count, f.type) for f in SCHEMA]
    return pa.Table.from_arrays([a.cast(f.type) for a, f in zip(arrays, SCHEMA, strict=True)], schema=SCHEMA)


def _plain(who: Any, answer: Any, words: Any, picks: Any) -> dict[str, pa.Array]:
    """The columns that follow from the account and the lengths."""
    count = who.size
    dice = (picks >> np.uint64(20)).astype(np.int64)
    hours = corpus.BEGIN.timestamp() / 3600 - (who * 37 % 900 + 1) * 24
    address = np.where(who % 4 == 0, who * 3 + dice % 3, who % 256 + 10**9).astype(np.uint64)
    ones = np.ones(count, dtype=np.int64)
    return {
        "account_id": _names("acct", who),
        "organization_id": _names("org", who // 12),
        "api_key": pa.array(_hashed((who * 2 + dice % 2 + 1).astype(np.uint64))),
        "address": pa.array(_hashed(address + np.uint64(1))),
        "network": pa.array(_hashed(address // np.uint64(16) + np.uint64(1))),
        "asn": pa.array(64496 + who % 16),
        "country": _names("c", who % 6),
        "client": pa.array(_hashed((who % 1449 + 1).astype(np.uint64))),
        "payment": pa.array(_hashed((who + 10**7).astype(np.uint64))),
        "account_created_at": pa.array((hours * 3600e6).astype(np.int64)).cast(pa.timestamp("us")),
        "model": _names("example-large", who % 3),
        "endpoint": _names("/v1/chat/completions", who * 0),
        "reasoning_tokens": pa.array(dice % 900),
        "input_tokens": pa.array(words),
        "output_tokens": pa.array(answer),
        "temperature": pa.array((np.array([0.7, 1.0, 0.2])[who % 3]).astype(np.float32)),
        "max_tokens": pa.array(np.array([1024, 4096])[who % 2]),
        "stream": pa.array(who % 2 == 1),
        "latency_ms": pa.array(200 + answer * 11),
        "status": pa.array(np.where(dice % 200 == 0, 429, 200)),
        "has_text": pa.array(ones == 1),
        "has_answer": pa.array(ones == 1),
        "answer_chars": pa.array(answer * 4),
        "answer_shape": pa.array(dice % 7 * 0),
        "system": pa.array(_hashed((who % 40 + 1).astype(np.uint64))),
        "layout": pa.array(_hashed((words // 12 + 1).astype(np.uint64))),
        "chars": pa.array((words * _BYTES_A_WORD).astype(np.int64)),
        "words": pa.array(words),
        "clauses_n": pa.array(words // 9),
        "lines": pa.array(1 + words // 120),
        "script": pa.array(ones * 0),
        **dict.fromkeys(("questions", "digits", "list_lines", "code_marks", "solicited"), pa.array(ones * 0)),
        "messages": pa.array(ones * 2),
        "user_messages": pa.array(ones),
        "minhash": pa.FixedSizeBinaryArray.from_buffers(
            SCHEMA.field("minhash").type, count, [None, pa.py_buffer(np.zeros(count * 32, np.uint8))]
        ),
    }


def _names(prefix: str, numbers: Any) -> pa.Array:
    values, codes = np.unique(numbers, return_inverse=True)
    names = pa.array([f"{prefix}-{n:07d}" for n in values.tolist()])
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), names)


def _hashed(values: Any) -> Any:
    """Spread over 64 bits, another for each, never 0 for what is not."""
    with np.errstate(over="ignore"):
        x = values.astype(np.uint64) * _STEP
        x ^= x >> np.uint64(31)
        return x * np.uint64(0xBF58476D1CE4E5B9)


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator,unused-ignore]
def _grams(
    seeds: Any,
    words: Any,
    kind: Any,
    ranks: Any,
    followers: Any,
    templates: Any,
    begins: Any,
    demands: Any,
    limit: Any,
    out: Any,
    offsets: Any,
) -> None:
    """The thinned 2- and 3-grams of each prompt: its template's or demand's words, then running text."""
    at = 0
    for row in range(seeds.size):
        state = seeds[row]
        before = -1
        last = -1
        word = 0
        left = 9
        lead = 0
        if kind[row] > 0:
            lead = begins[kind[row]] - begins[kind[row] - 1]
        elif kind[row] < 0:
            lead = demands.shape[1]
        for k in range(lead + words[row]):
            state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
            dice = state >> np.uint64(33)
            if k < lead:
                if kind[row] > 0:
                    word = templates[begins[kind[row] - 1] + k]
                else:
                    word = demands[-1 - kind[row], k, dice % np.uint64(3)]
            else:
                if dice & np.uint64(7) < np.uint64(4):
                    word = followers[word, np.int64((dice >> np.uint64(3)) & np.uint64(7))]
                else:
                    word = ranks[np.int64((dice >> np.uint64(3)) & np.uint64(65535))]
                left -= 1
            if last >= 0:
                gram = (np.uint64(last + 1) << np.uint64(20) | np.uint64(word + 1)) * np.uint64(
                    0x9E3779B97F4A7C15
                )
                gram = (gram ^ (gram >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
                gram ^= gram >> np.uint64(32)
                if gram & np.uint64(0xFFFFFFFF) < limit:
                    out[at] = gram
                    at += 1
                if before >= 0:
                    gram = (gram + np.uint64(before + 1)) * np.uint64(0xD6E8FEB86659FD93)
                    gram = (gram ^ (gram >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
                    gram ^= gram >> np.uint64(32)
                    if gram & np.uint64(0xFFFFFFFF) < limit:
                        out[at] = gram
                        at += 1
            before = last
            last = word
            if left == 4:
                before = -1
                last = -1
            elif left == 0:
                left = 5 + np.int64((dice >> np.uint64(20)) & np.uint64(15))
                before = -1
                last = -1
        offsets[row + 1] = at
