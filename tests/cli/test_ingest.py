"""``stillwatch ingest``: each record once, whatever happens in between."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from stillwatch.errors import ExitCode
from stillwatch.traffic.store import Store
from stillwatch.traffic.verification import damages

Call = Callable[..., tuple[int, str, str]]
Line = Callable[..., str]


def content(path: Path) -> list[tuple[Any, ...]]:
    """What a store holds, independent of how it lies in parts."""
    with Store.open(path).connect(1, 1.0) as con:
        return con.execute(
            "SELECT record, ts, account_id, request_id, grams FROM exchanges ORDER BY 1"
        ).fetchall()


def figures(outcome: tuple[int, str, str]) -> dict[str, Any]:
    status, out, err = outcome
    assert status == ExitCode.DONE, err
    parsed: dict[str, Any] = json.loads(out)
    return parsed


def test_it_says_what_it_took_and_where_it_lies(call: Call, tmp_path: Path, line: Line) -> None:
    (tmp_path / "a.jsonl").write_text("\n".join([*map(line, range(4)), "{"]))
    status, out, err = call("ingest", "a.jsonl", "--store", "s")
    assert status == ExitCode.DONE
    assert out == "s\n"
    assert "5 records read: 4 taken, 0 known already, 1 rejected" in err
    (rejects,) = (tmp_path / "s").glob("rejects-*.jsonl")
    assert json.loads(rejects.read_text())["line"] == 5
    assert rejects.name in err


def test_the_same_file_twice_counts_once(call: Call, tmp_path: Path, line: Line) -> None:
    (tmp_path / "a.jsonl").write_text("\n".join(map(line, range(4))))
    first = figures(call("ingest", "a.jsonl", "--store", "s", "--json"))
    again = figures(call("ingest", "a.jsonl", "--store", "s", "--json"))
    assert (first["taken"], first["duplicates"], first["exchanges"]) == (4, 0, 4)
    assert (again["taken"], again["duplicates"], again["exchanges"]) == (0, 4, 4)


def test_a_file_that_grew_adds_only_what_is_new(call: Call, tmp_path: Path, line: Line) -> None:
    (tmp_path / "a.jsonl").write_text("\n".join(map(line, range(4))))
    call("ingest", "a.jsonl", "--store", "s")
    (tmp_path / "a.jsonl").write_text("\n".join(map(line, range(7))))
    grown = figures(call("ingest", "a.jsonl", "--store", "s", "--json"))
    assert (grown["taken"], grown["duplicates"], grown["exchanges"]) == (3, 4, 7)


def test_no_text_and_no_address_reaches_the_disk(call: Call, tmp_path: Path, line: Line) -> None:
    secret = line(1, messages=[{"role": "user", "content": "zebrafish telescopes"}], ip="203.0.113.77")
    (tmp_path / "a.jsonl").write_text(secret)
    call("ingest", "a.jsonl", "--store", "s")
    for path in (tmp_path / "s").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"zebrafish" not in data
            assert b"203.0.113.77" not in data


_KILLED_AT_A_COMMIT = """
import os, signal, sys
from stillwatch.traffic import ingest, store
ingest._ROWS_PER_PART, ingest._BLOCK_BYTES = 100, 20_000
left = int(sys.argv.pop(1))
commit = store.Store._commit
def commit_or_die(self, manifest):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    commit(self, manifest)
store.Store._commit = commit_or_die
from stillwatch.cli import frame
sys.exit(frame.run(sys.argv[1:]))
"""


@pytest.mark.parametrize("commit", [1, 2, 4])
def test_killed_at_any_commit_and_run_again_equals_one_clean_run(
    call: Call, tmp_path: Path, line: Line, key_folder: Path, commit: int
) -> None:
    (tmp_path / "a.jsonl").write_text("\n".join(map(line, range(300))) + "\n")
    (tmp_path / "b.jsonl").write_text("\n".join(map(line, range(200, 600))) + "\n")
    words = ["ingest", "a.jsonl", "b.jsonl", "--store", "s"]
    done = subprocess.run(
        [sys.executable, "-c", _KILLED_AT_A_COMMIT, str(commit), *words],
        cwd=tmp_path,
        env={**os.environ, "STILLWATCH_KEY_FILE": str(key_folder / "pseudonym.key")},
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    store = tmp_path / "s"
    if commit > 1:
        kept = Store.open(store)
        assert (kept.rows > 0) == (commit > 2)
        assert [damage for damage in damages(kept) if not damage.harmless] == []
    assert figures(call(*words, "--json"))["exchanges"] == 600
    assert call("ingest", "a.jsonl", "b.jsonl", "--store", "clean")[0] == ExitCode.DONE
    assert content(store) == content(tmp_path / "clean")
    assert list(damages(Store.open(store))) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 300 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "none", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small file system can be mounted by root only")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_on_a_full_disk_the_store_stays_whole_and_the_next_run_goes_on(
    call: Call, tmp_path: Path, line: Line, small_disk: Path
) -> None:
    def unlike(number: int) -> str:
        words = " ".join(os.urandom(3).hex() for _ in range(20))
        return line(number, messages=[{"role": "user", "content": words}])

    (tmp_path / "a.jsonl").write_text("\n".join(map(line, range(100))))
    (tmp_path / "b.jsonl").write_text("\n".join(map(unlike, range(100, 4000))))
    store = small_disk / "s"
    assert call("ingest", "a.jsonl", "--store", store)[0] == ExitCode.DONE
    status, _, err = call("ingest", "b.jsonl", "--store", store)
    assert status in {ExitCode.USAGE, ExitCode.UNREADABLE}
    assert "no space left" in err
    assert err.count("error[") == 1
    assert Store.open(store).rows == 100
    assert list(damages(Store.open(store))) == []
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    assert figures(call("ingest", "a.jsonl", "b.jsonl", "--store", store, "--json"))["exchanges"] == 4000


def test_when_every_record_is_bad_it_fails_and_lists_them(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("nope\n{\n")
    status, _, err = call("ingest", "a.jsonl", "--store", "s")
    assert status == ExitCode.UNREADABLE
    assert "none of the 2 records could be read" in err
    assert list((tmp_path / "s").glob("rejects-*.jsonl"))


def test_another_key_is_refused_with_what_to_do(
    call: Call, tmp_path: Path, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jsonl").write_text(line(1))
    call("ingest", "a.jsonl", "--store", "s")
    monkeypatch.setenv("STILLWATCH_KEY_FILE", str(tmp_path / "other.key"))
    status, _, err = call("ingest", "a.jsonl", "--store", "s")
    assert status == ExitCode.USAGE
    assert "another pseudonym key" in err
