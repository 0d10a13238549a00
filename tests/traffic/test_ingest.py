"""Logs in, every good record in the store once, whatever happens on the way."""

from __future__ import annotations

import gzip
import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.traffic.records import exchange, written

from stillwatch.errors import StillwatchError
from stillwatch.logs.contract import ReadOptions, Reject
from stillwatch.logs.sources import expand
from stillwatch.range.formats.litellm import payload
from stillwatch.traffic import ingest as module
from stillwatch.traffic.ingest import Counts, ingest
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.store import Store, writing

Take = Callable[..., Counts]
RowsOf = Callable[..., list[dict[str, Any]]]

TEXTS = [
    "Explain the tides step by step.",
    "Écris 3 poèmes: « l’été »",
    "思维链：请逐步推理",
    "a\nb\n- c\n```x```",
    "",
]
RECORDS = [exchange(k, TEXTS[k % len(TEXTS)] + (f" number {k}" if k % 2 else "")) for k in range(60)]


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ROWS_PER_PART", 10)
    monkeypatch.setattr(module, "_BLOCK_BYTES", 600)


def test_the_same_file_again_is_not_even_read(tmp_path: Path, take: Take, rows_of: RowsOf) -> None:
    log = written(tmp_path / "a.jsonl", RECORDS)
    first = take(log)
    before = rows_of()
    assert (first.read, first.taken, first.duplicates) == (60, 60, 0)
    again = take(log)
    assert (again.read, again.taken, again.duplicates) == (60, 0, 60)
    assert rows_of() == before


def test_a_file_that_grew_adds_only_what_is_new(tmp_path: Path, take: Take, rows_of: RowsOf) -> None:
    take(written(tmp_path / "a.jsonl", RECORDS[:40]))
    counts = take(written(tmp_path / "a.jsonl", RECORDS))
    assert (counts.taken, counts.duplicates) == (20, 40)
    assert len(rows_of()) == 60


def test_overlapping_files_count_each_record_once(tmp_path: Path, take: Take, rows_of: RowsOf) -> None:
    one, two = written(tmp_path / "a.jsonl", RECORDS[:40]), written(tmp_path / "b.jsonl", RECORDS[20:])
    counts = take(one, two)
    assert (counts.read, counts.taken, counts.duplicates) == (80, 60, 20)
    assert len(rows_of()) == 60


def test_records_without_an_id_are_told_apart_by_what_they_say(
    tmp_path: Path, take: Take, rows_of: RowsOf
) -> None:
    base = {k: v for k, v in exchange(0).items() if k != "request_id"}
    spaced = (
        orjson.dumps(base).replace(b":", b" : ").replace(b"2026-03-02T00 : 00 : 00Z", b"2026-03-02T00:00:00Z")
    )
    log = written(
        tmp_path / "a.jsonl",
        [
            base,
            base | {"messages": [{"role": "user", "content": "Something else?"}]},
            base | {"messages": [{"role": "system", "content": "How do tides work?"}]},
            base | {"account_id": "acct-other"},
            base | {"ts": "2026-03-02T00:00:01Z"},
            base,
            spaced,
            base | {"request_id": ""},
            base | {"ts": "2026-03-02T01:00:00+01:00"},
            base
            | {"messages": [{"role": "user", "content": [{"type": "text", "text": "How do tides work?"}]}]},
        ],
    )
    counts = take(log)
    assert (counts.taken, counts.duplicates) == (5, 5)


def test_the_same_id_at_another_time_is_another_exchange(tmp_path: Path, take: Take) -> None:
    log = written(tmp_path / "a.jsonl", [exchange(0), exchange(0), exchange(0, ts="2026-03-09T00:00:00Z")])
    assert take(log).taken == 2


def test_split_or_in_another_order_the_rows_are_the_same(
    tmp_path: Path, take: Take, rows_of: RowsOf, small_parts: None
) -> None:
    shuffled = RECORDS.copy()
    random.Random(1).shuffle(shuffled)
    take(written(tmp_path / "a.jsonl", RECORDS), into="whole")
    take(*(written(tmp_path / f"b{k}.jsonl", shuffled[k::4]) for k in (2, 0, 3, 1)), into="split")
    with gzip.open(tmp_path / "c.jsonl.gz", "wb") as out:
        out.write(written(tmp_path / "c", shuffled).read_bytes().rstrip(b"\n"))
    take(tmp_path / "c.jsonl.gz", into="packed")
    assert rows_of("whole") == rows_of("split") == rows_of("packed")


def test_the_general_reader_leads_to_the_same_sketches(tmp_path: Path, take: Take, rows_of: RowsOf) -> None:
    full = [
        dict.fromkeys(
            ("organization_id", "ip", "user_agent", "endpoint", "temperature", "max_tokens", "tools")
        )
        | {"stream": False, "status": 200, "latency_ms": 900, "input_tokens": 5, "output_tokens": 7}
        | {"reasoning_tokens": 0, "api_key_id": "key-1", "response_text": "1. First\n2. Second: é"}
        | record
        for record in RECORDS
    ]
    take(written(tmp_path / "a.jsonl", full), into="native")
    take(written(tmp_path / "b.jsonl", [payload(r) for r in full]), into="litellm")
    take(
        written(tmp_path / "c.jsonl", [orjson.dumps(r)[:-1] + b',"status":"200"}' for r in full]),
        into="mended",
    )
    native, litellm, mended = rows_of("native"), rows_of("litellm"), rows_of("mended")
    assert native == mended
    kept = (
        "request_id",
        "account_id",
        "grams",
        "clauses",
        "minhash",
        "solicited",
        "answer_chars",
        "answer_shape",
    )
    assert [{k: row[k] for k in kept} for row in native] == [{k: row[k] for k in kept} for row in litellm]


def test_good_lines_among_bad_ones_are_kept_and_the_bad_are_named(
    tmp_path: Path, key: Pseudonymiser, rows_of: RowsOf, small_parts: None
) -> None:
    log = written(
        tmp_path / "a.jsonl",
        [
            RECORDS[0],
            b"",
            b'{"ts": "2026-03-02T',
            RECORDS[1],
            b"\x00\x01",
            orjson.dumps(RECORDS[2]).replace(b"acct-2", b"acct-\xff"),
            orjson.dumps(RECORDS[3] | {"status": 1000}),
            orjson.dumps(RECORDS[4] | {"ts": "2996-01-01T00:00:00Z"}),
            orjson.dumps(RECORDS[5] | {"status": "429", "temperature": 0.30000000000000004}),
            orjson.dumps(
                RECORDS[6] | {"account_created_at": "0001-01-01T00:00:00Z", "user_agent": "x" * 9000}
            ),
        ],
    )
    rejects: list[Reject] = []
    store = Store.create_or_open(tmp_path / "store", key.fingerprint(), 1.0)
    counts = ingest(expand([str(log)]), store, key, ReadOptions(), threads=2, on_reject=rejects.append)
    assert [r.line for r in rejects] == [3, 5, 6, 7, 8]
    assert (counts.read, counts.taken, counts.rejected) == (9, 4, 5)
    assert {row["account_id"] for row in rows_of()} == {"acct-0", "acct-1", "acct-5", "acct-6"}


@pytest.mark.parametrize("stop_after", [1, 7, 30, 55])
def test_a_run_that_was_killed_is_continued_to_what_one_run_gives(
    stop_after: int, tmp_path: Path, key: Pseudonymiser, take: Take, rows_of: RowsOf, small_parts: None
) -> None:
    logs = [written(tmp_path / "a.jsonl", RECORDS[:35]), written(tmp_path / "b.jsonl", RECORDS[30:])]
    store = Store.create_or_open(tmp_path / "store", key.fingerprint(), 1.0)
    seen = 0

    def stop(_bytes: int, records: int) -> None:
        nonlocal seen
        seen += records
        if seen >= stop_after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(expand([str(p) for p in logs]), store, key, ReadOptions(), threads=2, on_progress=stop)
    whole = rows_of()  # what is committed can be read as it stands
    assert len(whole) < 60
    take(*logs)
    take(*logs, into="clean")
    assert rows_of() == rows_of("clean")
    assert len(rows_of()) == 60
    named = {part.name for part in Store.open(tmp_path / "store").manifest.parts}
    assert {file.name for file in (tmp_path / "store" / "exchanges").iterdir()} == named


def test_killed_for_good_the_store_is_whole(
    tmp_path: Path, key: Pseudonymiser, take: Take, rows_of: RowsOf
) -> None:
    log = written(tmp_path / "a.jsonl", RECORDS)
    program = f"""
import os
from pathlib import Path
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.sources import expand
from stillwatch.traffic import ingest as module
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.store import Store
module._ROWS_PER_PART, module._BLOCK_BYTES = 10, 600
key = Pseudonymiser(bytes(range(32)))
seen = []
def stop(_, n):
    seen.append(n)
    if sum(seen) > 40: os.kill(os.getpid(), 9)
store = Store.create_or_open(Path({str(tmp_path / "store")!r}), key.fingerprint(), 1.0)
module.ingest(expand([{str(log)!r}]), store, key, ReadOptions(), threads=2, on_progress=stop)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -9
    assert 0 < len(rows_of()) < 60
    take(log)
    assert len(rows_of()) == 60


def test_many_small_files_make_few_parts(tmp_path: Path, take: Take) -> None:
    take(*(written(tmp_path / f"{k}.jsonl", [record]) for k, record in enumerate(RECORDS)))
    manifest = Store.open(tmp_path / "store").manifest
    assert (len(manifest.parts), len(manifest.files)) == (1, 60)


def test_a_second_writer_is_refused(tmp_path: Path, take: Take) -> None:
    log = written(tmp_path / "a.jsonl", RECORDS)
    take(log)
    with writing(tmp_path / "store"), pytest.raises(StillwatchError) as caught:
        take(log)
    assert caught.value.code == "SW-STORE-06"


def test_what_another_run_committed_meanwhile_is_kept(
    tmp_path: Path, key: Pseudonymiser, take: Take, rows_of: RowsOf
) -> None:
    early = Store.create_or_open(tmp_path / "store", key.fingerprint(), 1.0)
    take(written(tmp_path / "a.jsonl", RECORDS[:30]))
    late = written(tmp_path / "b.jsonl", RECORDS[20:])
    assert ingest(expand([str(late)]), early, key, ReadOptions(), threads=1).taken == 30
    assert len(rows_of()) == 60


def test_a_format_asked_for_is_the_format_read(tmp_path: Path, take: Take) -> None:
    log = written(tmp_path / "a.jsonl", RECORDS)
    assert take(log, format="litellm").taken == 0


def test_an_account_asked_for_goes_to_records_without_one(
    tmp_path: Path, take: Take, rows_of: RowsOf
) -> None:
    bare = {k: v for k, v in RECORDS[1].items() if k != "account_id"}
    take(written(tmp_path / "a.jsonl", [RECORDS[0], bare]), account="acct-named")
    assert {row["account_id"] for row in rows_of()} == {"acct-0", "acct-named"}


def test_nothing_half_written_remains_when_a_part_cannot_be_written(
    tmp_path: Path, key: Pseudonymiser, take: Take, rows_of: RowsOf
) -> None:
    take(written(tmp_path / "a.jsonl", RECORDS[:10]))
    log = written(tmp_path / "b.jsonl", [exchange(k, f"{TEXTS[0]} " * 20) for k in range(100, 2000)])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64_000, hard))  # writing more fails as it does on a full disk
    try:
        with pytest.raises(StillwatchError) as caught:
            take(log)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.code == "SW-STORE-08"
    assert len(rows_of()) == 10
    assert len(os.listdir(tmp_path / "store" / "exchanges")) == 1
    assert take(log).taken == 1900
