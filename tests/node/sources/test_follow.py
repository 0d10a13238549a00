from __future__ import annotations

import contextlib
import errno
import json
import os
import threading
import time
from pathlib import Path

import pytest
from tests.node.records import exchange, lines
from tests.node.test_intake import rows

from stillwatch.logs.contract import ReadOptions
from stillwatch.node import segments
from stillwatch.node.sources import follow
from stillwatch.node.sources.contract import Taker
from stillwatch.node.sources.follow import Followed


@pytest.fixture
def following(folder, intake, tmp_path):
    """Follows patterns while the block runs, with an intake of its own."""

    @contextlib.contextmanager
    def run(*patterns, options=None):
        stopping, troubles = threading.Event(), {}
        reading = options or ReadOptions()
        made = intake(reading=reading)
        source = Followed(tuple(str(tmp_path / p) for p in patterns), reading)
        thread = threading.Thread(target=source.run, args=(Taker(made, stopping, troubles.__setitem__),))
        thread.start()
        made.troubles = troubles
        try:
            yield made
        finally:
            stopping.set()
            thread.join(timeout=10)
            made.close()

    return run


def ids(folder):
    return [
        name
        for number in segments.numbers(folder.log)
        for record in segments.records(segments.path_of(folder.log, number))
        for name in record.rows["request_id"].to_pylist()
    ]


def wait_for(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def numbered(*numbers):
    return lines(map(exchange, numbers))


def test_what_is_appended_is_taken_line_by_line_and_half_a_line_waits(following, folder, tmp_path):
    log = tmp_path / "gateway.jsonl"
    with following("gateway.jsonl"):
        log.write_bytes(numbered(1, 2))
        wait_for(lambda: len(ids(folder)) == 2)
        whole = numbered(3, 4)
        with log.open("ab", 0) as file:
            file.write(whole[:-40])
            wait_for(lambda: len(ids(folder)) == 3)
            file.write(whole[-40:])
            wait_for(lambda: len(ids(folder)) == 4)
    assert ids(folder) == ["r-1", "r-2", "r-3", "r-4"]


def test_a_rotated_file_is_read_to_its_end_and_the_new_one_from_its_beginning(
    following, folder, tmp_path, monkeypatch
):
    monkeypatch.setattr(follow, "_IDLE_POLLS", 3)
    log = tmp_path / "gateway.jsonl"
    log.write_bytes(numbered(1))
    with following("gateway.jsonl") as made:
        wait_for(lambda: len(ids(folder)) == 1)
        with log.open("ab", 0) as file:
            log.rename(tmp_path / "gateway.jsonl.1")
            log.write_bytes(numbered(2))
            file.write(numbered(3))  # the writer has not noticed yet
            wait_for(lambda: len(ids(folder)) == 3)
            file.write(numbered(4)[:-1])  # and ends without a newline
        wait_for(lambda: len(ids(folder)) == 4)
        key = follow._key((tmp_path / "gateway.jsonl.1").stat())
        wait_for(lambda: made.position(key) is None)
    assert sorted(ids(folder)) == ["r-1", "r-2", "r-3", "r-4"]


def test_a_restart_goes_on_where_it_was_also_in_a_file_renamed_meanwhile(following, folder, tmp_path):
    log = tmp_path / "gateway.jsonl"
    log.write_bytes(numbered(1, 2))
    with following("gateway.jsonl"):
        wait_for(lambda: len(ids(folder)) == 2)
    with log.open("ab") as file:
        file.write(numbered(3))
    log.rename(tmp_path / "old.log")
    log.write_bytes(numbered(4))
    with following("gateway.jsonl") as made:
        wait_for(lambda: len(ids(folder)) == 4)
        assert made.tally.duplicates == 0
    assert sorted(ids(folder)) == ["r-1", "r-2", "r-3", "r-4"]


def test_a_file_cut_and_written_anew_is_read_from_its_beginning(following, folder, tmp_path):
    log = tmp_path / "gateway.jsonl"
    log.write_bytes(numbered(1, 2))
    with following("*.jsonl"):
        wait_for(lambda: len(ids(folder)) == 2)
        with log.open("r+b") as file:
            file.truncate(0)
            file.write(numbered(5, 6, 7))
        wait_for(lambda: len(ids(folder)) == 5)
    assert sorted(ids(folder)) == ["r-1", "r-2", "r-5", "r-6", "r-7"]


def test_bad_and_endless_lines_are_set_aside_with_their_number(following, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(follow, "_AT_ONCE", 2000)
    log = tmp_path / "gateway.jsonl"
    long_one = exchange(3, messages=[{"role": "user", "content": "tide " * 1000}])
    log.write_bytes(numbered(1) + b"{no json\n" + lines([long_one]) + b"x" * 9000 + b"\n" + numbered(2))
    with following("gateway.jsonl", options=ReadOptions(max_line_bytes=8000)) as made:
        wait_for(lambda: len(ids(folder)) == 3)
        assert made.tally.rejected == 2
    assert ids(folder) == ["r-1", "r-3", "r-2"]


def test_options_say_how_lines_of_another_shape_are_read(following, folder, tmp_path):
    log = tmp_path / "gateway.jsonl"
    record = {"when": "2026-11-20T00:00:00Z", "who": "acct-9", "llm": "example-large-1", "id": "r-9"}
    log.write_text(json.dumps(record) + "\n")
    keys = {"ts": "when", "account_id": "who", "model": "llm", "request_id": "id"}
    with following("gateway.jsonl", options=ReadOptions(key_map=keys)):
        wait_for(lambda: ids(folder) == ["r-9"])


def test_whose_a_line_is_is_found_in_the_line_and_not_in_what_it_became(following, folder, tmp_path):
    record = {"when": "2026-11-20T00:00:00Z", "who": "acct-9", "llm": "example-large-1", "team": "org-9"}
    (tmp_path / "gateway.jsonl").write_text(json.dumps(record) + "\n")
    keys = {"ts": "when", "account_id": "who", "model": "llm", "organization_id": "team"}
    with following("gateway.jsonl", options=ReadOptions(key_map=keys, account_from="organization_id")):
        wait_for(lambda: ids(folder))
    assert [row["account_id"] for row in rows(folder)] == ["acct-9"]


@pytest.mark.parametrize("options", [ReadOptions(), ReadOptions(account="acct-9")])
def test_a_byte_order_mark_costs_no_record(following, folder, tmp_path, options):
    (tmp_path / "gateway.jsonl").write_bytes(b"\xef\xbb\xbf" + numbered(1, 2))
    with following("gateway.jsonl", options=options) as made:
        wait_for(lambda: len(ids(folder)) + made.tally.rejected == 2)
    assert sorted(ids(folder)) == ["r-1", "r-2"]


def test_a_packed_file_is_complained_of_once_and_the_others_are_followed(following, folder, tmp_path):
    (tmp_path / "a.jsonl.gz").write_bytes(b"\x1f\x8b")
    (tmp_path / "b.jsonl").write_bytes(numbered(1))
    with following("*.jsonl*") as made:
        wait_for(lambda: ids(folder) == ["r-1"])
        wait_for(lambda: made.troubles)
        assert "stillwatch ingest" in next(iter(made.troubles.values()))


def stale(*_):
    raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))


def test_a_file_that_cannot_be_read_for_a_while_is_told_and_then_read_on(
    following, folder, tmp_path, monkeypatch
):
    log = tmp_path / "gateway.jsonl"
    log.write_bytes(numbered(1))
    with following("gateway.jsonl") as made:
        wait_for(lambda: len(ids(folder)) == 1)
        with monkeypatch.context() as failing:
            failing.setattr(follow.os, "pread", stale)
            wait_for(lambda: any("Stale file handle" in words for words in made.troubles.values()))
            with log.open("ab", 0) as file:
                file.write(numbered(2))
        wait_for(lambda: len(ids(folder)) == 2)
        wait_for(lambda: not any(made.troubles.values()))
        assert made.tally.duplicates == 0
    assert ids(folder) == ["r-1", "r-2"]


def test_a_file_that_cannot_be_read_holds_up_no_other(following, folder, tmp_path, monkeypatch):
    bad, good = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    bad.write_bytes(numbered(1))
    number, pread = bad.stat().st_ino, os.pread

    def reading(handle, *where):
        return stale() if os.fstat(handle).st_ino == number else pread(handle, *where)

    monkeypatch.setattr(follow.os, "pread", reading)
    with following("*.jsonl") as made:
        good.write_bytes(numbered(2))
        wait_for(lambda: ids(folder) == ["r-2"])
        assert list(made.troubles) == [f"file {bad}"]


def test_a_renamed_file_that_could_not_be_read_for_a_while_is_found_again(
    following, folder, tmp_path, monkeypatch
):
    log = tmp_path / "gateway.jsonl"
    log.write_bytes(numbered(1))
    with following("gateway.jsonl") as made:
        wait_for(lambda: len(ids(folder)) == 1)
        with monkeypatch.context() as failing:
            failing.setattr(follow.os, "pread", stale)
            wait_for(lambda: made.troubles)
            log.rename(tmp_path / "gateway.jsonl.1")
            with (tmp_path / "gateway.jsonl.1").open("ab", 0) as file:
                file.write(numbered(2))
            log.write_bytes(numbered(3))
        wait_for(lambda: len(ids(folder)) == 3)
    assert sorted(ids(folder)) == ["r-1", "r-2", "r-3"]


def test_a_neighbour_that_is_deleted_while_files_are_looked_for_is_passed_over(
    following, folder, tmp_path, monkeypatch
):
    (tmp_path / "gateway.jsonl").write_bytes(numbered(1))
    listed = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda path: [*listed(path), tmp_path / "gone.jsonl"])
    monkeypatch.setattr(Path, "is_file", lambda _: True)  # it still is at that moment
    with following("gateway.jsonl"):
        wait_for(lambda: ids(folder) == ["r-1"])


def test_a_folder_that_cannot_be_listed_costs_only_what_was_renamed_in_it(
    following, folder, tmp_path, monkeypatch
):
    listed = Path.iterdir

    def refused(path):
        if path == tmp_path:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return listed(path)

    (tmp_path / "gateway.jsonl").write_bytes(numbered(1))
    monkeypatch.setattr(Path, "iterdir", refused)
    with following("gateway.jsonl") as made:
        wait_for(lambda: ids(folder) == ["r-1"])
        assert "cannot be listed" in made.troubles[f"file {tmp_path}"]
        monkeypatch.undo()
        wait_for(lambda: not any(made.troubles.values()))
