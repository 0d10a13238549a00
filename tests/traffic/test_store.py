"""The store is what its manifest names, no more and no less."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.traffic.records import exchange, written

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.traffic.background import Background
from stillwatch.traffic.ingest import Counts
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.store import Store, disk_error, file_digest

Take = Callable[..., Counts]


def test_stray_files_are_swept_and_named_ones_stay(tmp_path: Path, take: Take) -> None:
    take(written(tmp_path / "a.jsonl", [exchange(0)]))
    store = Store.open(tmp_path / "store")
    stray = [
        store.path / "exchanges" / "part-0.parquet",
        store.path / "manifest.json.77",
        store.path / "background-1.parquet",
    ]
    for file in stray:
        file.write_bytes(b"left by a run that was killed")
    assert store.sweep() == 3
    assert not any(file.exists() for file in stray)
    assert [Path(p).exists() for p in store.part_paths()] == [True]


def test_a_part_says_what_is_in_it(tmp_path: Path, take: Take) -> None:
    take(written(tmp_path / "a.jsonl", [exchange(k) for k in range(5)]))
    (part,) = Store.open(tmp_path / "store").manifest.parts
    assert part.rows == 5
    assert part.last_ts - part.first_ts == 4 * 3600 * 1_000_000
    assert part.digest == file_digest(tmp_path / "store" / "exchanges" / part.name)


def test_no_text_and_no_identifier_reaches_the_disk(tmp_path: Path, take: Take) -> None:
    told = {
        "ip": "192.0.2.77",
        "user_agent": "example-agent/7",
        "payment_fingerprint": "card-secret",
        "api_key_id": "key-secret",
    }
    take(
        written(
            tmp_path / "a.jsonl", [exchange(0, "Where are pelicans?", response_text="In lagoons.", **told)]
        )
    )
    stored = b"".join(p.read_bytes() for p in (tmp_path / "store").rglob("*") if p.is_file())
    for word in (b"elican", b"agoon", b"192.0.2.77", b"example-agent", b"secret"):
        assert word not in stored


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda p: p.unlink(), "SW-STORE-01"),
        (lambda p: p.write_text("{"), "SW-STORE-04"),
        (lambda p: p.write_text(json.dumps(json.loads(p.read_text()) | {"version": 99})), "SW-STORE-05"),
    ],
)
def test_a_store_that_cannot_be_read_says_so(
    spoil: Callable[[Path], Any], code: str, tmp_path: Path, take: Take
) -> None:
    take(written(tmp_path / "a.jsonl", [exchange(0)]))
    spoil(tmp_path / "store" / "manifest.json")
    with pytest.raises(StillwatchError) as caught:
        Store.open(tmp_path / "store")
    assert caught.value.code == code


def test_another_key_or_share_is_refused(tmp_path: Path, key: Pseudonymiser) -> None:
    Store.create_or_open(tmp_path, key.fingerprint(), 0.25)
    for name, share, code in (
        (Pseudonymiser(bytes(32)).fingerprint(), 0.25, "SW-STORE-02"),
        (key.fingerprint(), 0.5, "SW-STORE-03"),
    ):
        with pytest.raises(StillwatchError) as caught:
            Store.create_or_open(tmp_path, name, share)
        assert caught.value.code == code


def test_a_background_is_kept_and_replaced(tmp_path: Path, key: Pseudonymiser) -> None:
    store = Store.create_or_open(tmp_path, key.fingerprint(), 0.25)
    for accounts in (10, 20):
        made = Background.count(
            np.array([5, 5], np.uint64), np.array([0, 1], np.int32), np.array([1, 2], np.int32), "test"
        )
        made.accounts = accounts
        store.set_background(made)
    kept = Store.open(tmp_path).background()
    assert kept is not None
    assert kept.accounts == 20
    assert len(list(tmp_path.glob("background-*"))) == 1


def test_a_full_disk_is_called_that() -> None:
    full = disk_error(OSError(errno.ENOSPC, "No space left on device"), Path("store"))
    shut = disk_error(OSError(errno.EACCES, "Permission denied"), Path("store"))
    assert (full.code, shut.code) == ("SW-STORE-07", "SW-STORE-08")
    assert full.exit_code == shut.exit_code == ExitCode.UNREADABLE


def test_a_full_disk_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    """On a real file system of one megabyte, in a namespace of its own."""
    program = """
import sys
from pathlib import Path
import numpy as np
from stillwatch.errors import StillwatchError
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.sources import expand
from stillwatch.traffic.ingest import ingest
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.store import Store
key = Pseudonymiser(bytes(32))
place = Path(sys.argv[1])
store = Store.create_or_open(place / "store", key.fingerprint(), 1.0)
ingest(expand([sys.argv[2]]), store, key, ReadOptions(), threads=1)
before = sorted(p.name for p in (place / "store").rglob("*"))
try:
    ingest(expand([sys.argv[3]]), store, key, ReadOptions(), threads=1)
except StillwatchError as error:
    print(error.code, before == sorted(p.name for p in (place / "store").rglob("*")), Store.open(store.path).rows)
"""
    small = written(tmp_path / "small.jsonl", [exchange(0)])
    words = [
        " ".join(f"w{chr(97 + k % 26)}{chr(97 + j)}{chr(97 + k // 26 % 26)}" for j in range(26))
        for k in range(4000)
    ]
    large = written(tmp_path / "large.jsonl", [exchange(k, text) for k, text in enumerate(words)])
    place = tmp_path / "disk"
    place.mkdir()
    shell = 'mount -t tmpfs -o size=1m none "$1" && exec "$2" -c "$3" "$1" "$4" "$5"'
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", shell, "sh", place, sys.executable, program, small, large],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and ("unshare" in done.stderr or "mount" in done.stderr):
        pytest.skip("no right to mount a small file system here")
    assert done.stdout.split() == ["SW-STORE-07", "True", "1"], done.stderr
