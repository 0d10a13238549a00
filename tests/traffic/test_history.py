"""The background of a store equals counting by hand, in one go or in slices."""

from __future__ import annotations

import collections
import json
import random
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.sources import expand
from stillwatch.traffic.history import background_of
from stillwatch.traffic.ingest import ingest
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.store import Store

KEY = Pseudonymiser(b"k" * 32)
DAY = 86_400_000_000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Three parts in which the same accounts come again and again."""
    rng = random.Random(5)
    words = [f"word{chr(97 + a)}{chr(97 + b)}" for a in range(6) for b in range(6)]
    folder = tmp_path_factory.mktemp("store")
    store = Store.create_or_open(folder / "s", KEY.fingerprint(), 1.0)
    for place in range(3):
        lines = [
            {
                "ts": f"2026-03-{place * 3 + number % 3 + 1:02d}T00:00:00Z",
                "request_id": f"{place}-{number}",
                "account_id": f"acct-{rng.randrange(12)}",
                "model": "big-1",
                "messages": [{"role": "user", "content": " ".join(rng.choices(words, k=8))}],
            }
            for number in range(60)
        ]
        path = folder / f"{place}.jsonl"
        path.write_text("\n".join(map(json.dumps, lines)))
        ingest(expand([str(path)]), store, KEY, ReadOptions(), threads=1)
    return store


def by_hand(store: Store, until_us: int | None = None) -> tuple[dict[int, int], dict[int, int], int]:
    """Accounts per gram, last day per gram, accounts in all."""
    users: dict[int, set[str]] = collections.defaultdict(set)
    last: dict[int, int] = {}
    everybody = set()
    for path in store.part_paths():
        for row in pq.read_table(path, columns=["ts", "account_id", "grams"]).to_pylist():
            micros = int(np.datetime64(row["ts"], "us").astype(np.int64))
            if until_us is not None and micros >= until_us:
                continue
            everybody.add(row["account_id"])
            for gram in row["grams"]:
                users[gram].add(row["account_id"])
                last[gram] = max(last.get(gram, 0), micros // DAY)
    uses = {gram: len(who) for gram, who in users.items() if len(who) >= 2}
    return uses, {gram: last[gram] for gram in uses}, len(everybody)


@pytest.mark.parametrize("uses_at_once", [10**9, 500, 37])
def test_accounts_and_days_are_exact_however_it_is_sliced(store: Store, uses_at_once: int) -> None:
    background = background_of(store, source="test", uses_at_once=uses_at_once)
    uses, last, accounts = by_hand(store)
    assert background.accounts == accounts
    assert dict(zip(background.grams.tolist(), background.uses.tolist(), strict=True)) == uses
    assert dict(zip(background.grams.tolist(), background.seen.tolist(), strict=True)) == last
    assert np.all(np.diff(background.grams.astype(np.float64)) >= 0)


def test_what_comes_after_the_limit_does_not_count(store: Store) -> None:
    until = int(np.datetime64("2026-03-05", "us").astype(np.int64))
    background = background_of(store, until_us=until, source="test")
    uses, last, accounts = by_hand(store, until)
    assert background.accounts == accounts
    assert dict(zip(background.grams.tolist(), background.uses.tolist(), strict=True)) == uses
    assert background.seen.max() == max(last.values())


def test_an_empty_store_gives_an_empty_background(tmp_path: Path) -> None:
    store = Store.create_or_open(tmp_path / "s", KEY.fingerprint(), 1.0)
    background = background_of(store, source="nothing")
    assert (background.accounts, background.grams.size) == (0, 0)
