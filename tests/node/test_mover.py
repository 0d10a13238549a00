from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from tests.node.conftest import KEY
from tests.node.records import exchange, lines

from stillwatch.detection import frame as frames
from stillwatch.node import mover, segments
from stillwatch.node.mover import move
from stillwatch.node.recent import Recent
from stillwatch.node.submissions import Submission
from stillwatch.node.window import LEAST_ROWS, History, Size, newest
from stillwatch.traffic.store import Part, Store
from stillwatch.traffic.verification import damages


@pytest.fixture
def store(folder):
    return Store.create_or_open(folder.store, KEY.fingerprint(), 1.0)


def rows(store):
    with Store.open(store.path).connect(2, 1.0) as con:
        return [row[0] for row in con.sql("SELECT request_id FROM exchanges ORDER BY request_id").fetchall()]


def fill(made, *numbers):
    return made.submit(Submission(lines(map(exchange, numbers)), "test")).result(timeout=30)


def test_complete_segments_move_once_and_the_one_being_written_stays(intake, folder, store):
    made = intake()
    fill(made, 1, 2)
    assert made.rotate() == 1
    fill(made, 3)
    assert move(store, folder.log, 1) == 2
    assert move(store, folder.log, 1) == 0
    assert segments.numbers(folder.log) == [2]
    assert rows(store) == ["r-1", "r-2"]
    assert move(store, folder.log, made.rotate()) == 1
    assert rows(store) == ["r-1", "r-2", "r-3"]
    assert made.rotate() == 2  # nothing new: no new segment
    assert list(damages(Store.open(folder.store))) == []


def test_a_segment_that_the_store_has_but_that_was_not_deleted_is_not_moved_again(intake, folder, store):
    made = intake()
    fill(made, 1)
    kept = folder.path / "kept"
    complete = made.rotate()
    shutil.copy(segments.path_of(folder.log, complete), kept)
    move(store, folder.log, complete)
    shutil.copy(kept, segments.path_of(folder.log, complete))
    assert move(store, folder.log, complete) == 0
    assert rows(store) == ["r-1"]
    assert segments.numbers(folder.log) == [2]


MOVE = """
import sys
from pathlib import Path
from stillwatch.node.mover import move
from stillwatch.traffic.store import Store
store = Store.open(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
move(store, Path(sys.argv[2]), int(sys.argv[3]))
"""


def test_a_move_killed_at_any_moment_is_finished_by_the_next_one(intake, folder, store, monkeypatch):
    monkeypatch.setattr(mover, "_MERGE_FROM", 3)
    made = intake()
    number = 0
    for pause in (0.0, 0.002, 0.005, 0.01, 0.02):
        for _ in range(3):
            fill(made, *range(number, number + 20))
            number += 20
            complete = made.rotate()
        words = [sys.executable, "-c", MOVE, folder.store, folder.log, str(complete)]
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdout.readline() == b"ready\n"
        process.stdin.write(b"\n")
        process.stdin.flush()
        time.sleep(pause)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    move(Store.open(folder.store), folder.log, complete)
    assert rows(store) == sorted(f"r-{k}" for k in range(number))
    assert list(damages(Store.open(folder.store))) == []


def test_small_parts_are_merged_without_changing_what_is_judged(intake, folder, store):
    made = intake()
    for number in range(40):
        fill(made, number)
        move(store, folder.log, made.rotate())
    assert len(store.manifest.parts) < 16
    assert rows(store) == sorted(f"r-{k}" for k in range(40))
    frame = frames.load(Store.open(folder.store))
    assert frame.table["request_id"].to_pylist() == [f"r-{k}" for k in range(40)]
    assert list(damages(Store.open(folder.store))) == []


def test_what_was_forgotten_is_found_in_the_store(intake, folder, store):
    made = intake()
    for number in range(0, 60, 10):
        fill(made, *range(number, number + 10))
        move(store, folder.log, made.rotate())
    made.close()
    small = Recent(folder.store, generation=15)
    small.load()
    tables = [
        r.rows
        for n in segments.numbers(folder.log)
        for r in segments.records(segments.path_of(folder.log, n))
    ]
    assert sum(table.num_rows for table in tables) == 0
    with Store.open(folder.store).connect(2, 1.0) as con:
        names = [row[0] for row in con.sql("SELECT request_id FROM exchanges").fetchall()]
    assert len(names) == 60
    from stillwatch.traffic.sketch import Sketcher

    sketcher = Sketcher(KEY, sample=1.0, background=None, latest=2**62)
    known = sketcher.sketch(lines(map(exchange, range(60)))).table
    assert not small.missing(known).any()
    fresh = sketcher.sketch(lines([exchange(3), exchange(100), exchange(100), exchange(101)])).table
    assert small.missing(fresh).tolist() == [False, True, False, True]
    small.add(sketcher.sketch(lines(map(exchange, range(200, 260)))).table)
    small.add(sketcher.sketch(lines(map(exchange, range(300, 360)))).table)
    assert not small.missing(known).any()


@pytest.mark.parametrize("size", [1, 700, 10_000, 40_000, 131_072])
def test_merged_parts_never_outgrow_a_window_and_their_number_stays_small(size):
    rows = []
    for _ in range(300):
        rows.append(size)
        while run := mover._mergeable(rows):
            rows[run[0] : run[1]] = [sum(rows[run[0] : run[1]])]
    assert sum(rows) == 300 * size
    assert max(rows) <= 131_072
    full = 300 * size / 131_072
    assert len(rows) <= 2 * full + 40


def part(rows, name="p"):
    return Part(name, rows, 0, 1, "")


def test_a_window_is_the_newest_parts_that_fit_and_never_none():
    parts = tuple(part(rows, f"p{k}") for k, rows in enumerate((50, 40, 30, 20)))
    assert [p.rows for p in newest(parts, 60)] == [30, 20]
    assert [p.rows for p in newest(parts, 75)] == [40, 30, 20]
    assert [p.rows for p in newest(parts, 5)] == [20]
    assert newest(parts, 1000) == parts
    assert newest((), 10) == ()


def test_the_window_shrinks_after_a_slow_look_and_grows_after_a_quick_one():
    size = Size.within(4.0, target_s=8.0)
    start = size.rows
    size.learn(start, 24.0, all_of_it=False)
    assert size.rows == max(LEAST_ROWS, start // 3)
    before = size.rows
    size.learn(before, 2.0, all_of_it=False)
    assert size.rows > before
    size.learn(10, 0.1, all_of_it=True)
    assert size.rows == int(before * 1.5)
    size.learn(size.rows, 10_000.0, all_of_it=False)
    assert size.rows == LEAST_ROWS


def test_traffic_of_yesterday_is_history_and_that_of_an_hour_ago_is_not(intake, folder, store):
    made = intake()
    fill(made, 1, 2)
    old = move(store, folder.log, made.rotate())
    record = exchange(3, ts="2026-11-22T12:00:00Z")
    made.submit(Submission(lines([record]), "test")).result(timeout=30)
    move(store, folder.log, made.rotate())
    window = store.manifest.parts[1:]
    found = History(None).before(store, window)
    assert (old, found.size) == (2, 2)
    assert History(None).before(store, store.manifest.parts) is None
