"""The ledger in a database: places, proofs, heads, keys, and clocks that go wrong."""

from __future__ import annotations

import datetime
import json
import os
import stat
import subprocess
import sys
from contextlib import suppress

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import Entry, Ledger, Signer
from stillwatch.storage.ledger.entry import canonical_time, leaf_of, read_leaf, set_back
from stillwatch.storage.ledger.proofs import consistent, includes
from stillwatch.storage.ledger.signer import public_pem, read_public_key
from stillwatch.storage.ledger.tree import leaf_hash, root_of


class refused:  # noqa: N801 - used like pytest.raises
    """Expects an error of one code."""

    def __init__(self, code: str) -> None:
        self._code, self._inner = code, pytest.raises(StillwatchError)

    def __enter__(self):
        self._caught = self._inner.__enter__()
        return self._caught

    def __exit__(self, *what):
        done = self._inner.__exit__(*what)
        assert self._caught.value.code == self._code
        return done


def test_entries_get_the_next_places_and_stay_as_they_were(ledger, write):
    first = write(3)
    assert first == range(2, 5)  # the ledger's own two come first
    assert write(2) == range(5, 7)
    assert write(0) == range(0)
    kinds = [logged.entry.kind for logged in ledger.entries()]
    assert kinds == ["ledger-opened", "ledger-key", *["case-noted"] * 5]
    assert [logged.index for logged in ledger.about("case-1")] == [3, 6]
    assert [logged.index for logged in ledger.entries(3, 5)] == [3, 4]
    assert ledger.size() == 7


def test_an_entry_is_canonical_json_with_sorted_keys(ledger, write):
    write(1, details={"b": 1, "a": [True, None, "é"]}, ts="2026-03-02T11:00:00+01:00")
    (logged,) = ledger.about("case-0")
    assert logged.leaf.decode() == (
        '{"by":"analyst-1","details":{"a":[true,null,"é"],"b":1},"kind":"case-noted","subject":"case-0",'
        '"ts":"2026-03-02T10:00:00.000000Z"}'
    )
    assert read_leaf(logged.index, logged.leaf) == logged


def test_an_entry_and_the_act_it_records_are_one_transaction(ledger, write, database):
    write(1)
    before = ledger.size()
    with suppress(ZeroDivisionError), database.write() as connection:
        ledger.append(connection, [Entry("case-noted", "case-9", "analyst-1", "2026-03-02T10:00:00Z")])
        assert 1 / 0  # what fails after the entry takes it along
    assert ledger.size() == before
    assert ledger.about("case-9") == ()
    assert ledger.head().size == before


@pytest.mark.parametrize(
    "details",
    [
        {"share": 0.5},
        {"count": 2**53},
        {1: "x"},
        {"deep": [[[[{"x": object()}]]]]},
        {"moment": datetime.date(2026, 3, 2)},
        {"half": "\ud800"},
    ],
)
def test_what_has_no_single_form_is_refused(ledger, write, details):
    with refused("SW-LED-01"):
        write(1, details=details)
    assert ledger.size() == 0


def test_nesting_without_end_an_odd_time_and_reserved_kinds_are_refused(write):
    endless: list[object] = []
    for _ in range(100):
        endless = [endless]
    for changes in (
        {"details": {"x": endless}},
        {"details": {"x": "y" * 2**20}},
        {"ts": "2026-03-02T10:00:00"},
        {"ts": "yesterday"},
        {"kind": "ledger-key"},
        {"subject": "case\0"},
    ):
        with refused("SW-LED-01"):
            write(1, **changes)


def test_a_head_is_signed_with_every_append_and_covers_it(ledger, write):
    write(4)
    head = ledger.head()
    assert head.size == 6
    assert head.root == root_of(logged.leaf for logged in ledger.entries())
    assert head.signed_by(read_public_key(ledger.signer.public_key))
    assert head.ts == list(ledger.entries())[-1].entry.ts
    write(1)
    assert ledger.head().size == 7
    assert len(ledger.heads()) == 1  # the last of the hour stays
    later = ledger.sign()
    assert later.size == 7
    assert later.ts > head.ts
    assert not later.signed_by(read_public_key("11" * 32))


def test_heads_of_earlier_hours_stay(ledger, write, clock):
    write(1)
    clock.moment += datetime.timedelta(hours=2)
    write(1)
    assert [head.size for head in ledger.heads()] == [3, 4]


def test_proofs_from_the_database_hold_at_every_size(ledger, write):
    for count in (1, 4, 9, 30, 31):
        write(count)
    leaves = [logged.leaf for logged in ledger.entries()]
    roots = [root_of(leaves[:size]) for size in range(len(leaves) + 1)]
    with ledger.database.read() as connection:
        for size in (1, 2, 3, 8, 9, 16, 31, 64, 65, len(leaves)):
            for index in range(0, size, 3):
                path = ledger.inclusion(index, size, connection)
                assert includes(leaf_hash(leaves[index]), index, size, path, roots[size])
            for old in range(1, size + 1, 2):
                path = ledger.consistency(old, size, connection)
                assert consistent(old, size, roots[old], roots[size], path)


def test_proofs_of_what_is_not_there_are_refused(ledger, write):
    write(1)
    for ask in (
        lambda: ledger.inclusion(3),
        lambda: ledger.inclusion(0, 9),
        lambda: ledger.consistency(0),
        lambda: ledger.consistency(2, 9),
    ):
        with refused("SW-LED-06"):
            ask()


def test_a_clock_that_was_set_back_breaks_nothing_and_is_marked(ledger, write, clock):
    write(1)
    before = ledger.head().ts
    clock.moment -= datetime.timedelta(days=3)
    write(2)
    write(1)
    odd = [logged for logged in ledger.entries() if logged.clock_read]
    assert [logged.index for logged in odd] == [3, 4, 5]
    assert all(logged.entry.ts == before for logged in odd)
    assert all(logged.clock_read < before for logged in odd)
    assert ledger.sign().ts == before
    clock.moment += datetime.timedelta(days=6)
    write(1)
    assert [logged.index for logged in ledger.entries() if logged.clock_read] == [3, 4, 5]


def test_an_act_that_waited_for_another_is_no_clock_set_back(ledger, write, clock):
    write(1)
    clock.moment -= datetime.timedelta(seconds=9)
    write(1)
    clock.moment -= datetime.timedelta(seconds=60)
    write(1)
    *_, waited, odd = ledger.entries()
    assert waited.clock_read
    assert not waited.clock_set_back
    assert odd.clock_read
    assert odd.clock_set_back


def test_what_is_appended_after_a_head_is_never_dated_before_it(ledger, write, clock):
    write(1)
    clock.moment += datetime.timedelta(hours=1)
    head = ledger.sign()
    clock.moment -= datetime.timedelta(minutes=30)
    write(1)
    (logged,) = list(ledger.entries())[-1:]
    assert logged.entry.ts == head.ts
    assert logged.clock_read < head.ts


def test_a_ledger_without_a_key_can_be_signed_later(database, write, ledger, clock):
    unsigned = Ledger(database, now=clock)
    with database.write() as connection:
        unsigned.append(connection, [Entry("case-noted", "case-1", "analyst-1", clock().isoformat())])
    with refused("SW-LED-07"):
        unsigned.head()
    with refused("SW-LED-05"):
        unsigned.sign()
    with refused("SW-LED-05"):
        unsigned.rotate("administrator-1")
    assert unsigned.current_key() == ""
    write(1)
    assert ledger.head().size == unsigned.size() == 4
    with database.write() as connection:
        unsigned.append(connection, [Entry("case-noted", "case-1", "analyst-1", clock().isoformat())])
    assert ledger.head().size == 4
    assert ledger.sign().size == 5


def test_a_key_file_is_private_made_once_and_refused_if_others_may_read_it(tmp_path):
    path = tmp_path / "keys" / "ledger.key"
    made = Signer(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Signer(path).public_key == made.public_key
    path.chmod(0o640)
    with refused("SW-LED-04") as caught:
        Signer(path)
    assert "chmod 600" in caught.value.hint
    for content in (b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"):
        path.write_bytes(content)
        path.chmod(0o600)
        with refused("SW-LED-04"):
            Signer(path)


def test_a_public_key_is_read_from_digits_and_pem_and_nothing_else(tmp_path):
    made = Signer(tmp_path / "k")
    (tmp_path / "pub.pem").write_text(public_pem(made.public_key))
    (tmp_path / "pub.hex").write_text(made.public_key + "\n")
    for text_ in (made.public_key, str(tmp_path / "pub.pem"), str(tmp_path / "pub.hex")):
        assert read_public_key(text_).public_bytes_raw().hex() == made.public_key
    (tmp_path / "odd").write_text("no key")
    for text_ in (str(tmp_path / "odd"), str(tmp_path / "missing"), str(tmp_path / "k"), "ab"):
        with refused("SW-LED-03"):
            read_public_key(text_)


def test_a_rotated_key_is_recorded_and_other_programs_take_it_up(ledger, write, database, tmp_path, clock):
    write(1)
    old = ledger.signer.public_key
    other = Ledger(database, Signer(tmp_path / "ledger.key"), now=clock)
    new = ledger.rotate("administrator-1")
    assert ledger.current_key() == new != old
    assert not (tmp_path / "ledger.key.next").exists()
    with database.write() as connection:
        other.append(connection, [Entry("case-noted", "case-1", "analyst-1", clock().isoformat())])
    assert other.head().signed_by(read_public_key(new))
    (handed,) = [each for each in ledger.entries() if each.entry.kind == "ledger-key"][1:]
    assert handed.entry.by == "administrator-1"
    assert handed.entry.details["before"] == old


def test_a_rotation_that_was_cut_short_is_finished_by_whoever_comes_next(
    ledger, write, database, tmp_path, clock
):
    write(1)
    path, kept = tmp_path / "ledger.key", (tmp_path / "ledger.key").read_bytes()
    ledger.rotate("administrator-1")
    # as it looks where the program ended between the entry and the renaming of the file
    path.rename(tmp_path / "ledger.key.next")
    path.write_bytes(kept)
    path.chmod(0o600)
    again = Ledger(database, Signer(path), now=clock)
    with database.write() as connection:
        again.append(connection, [Entry("case-noted", "case-1", "analyst-1", clock().isoformat())])
    assert again.signer.public_key == again.current_key()
    assert not (tmp_path / "ledger.key.next").exists()


def test_a_key_that_is_not_the_ledgers_is_refused(ledger, write, database, tmp_path, clock):
    write(1)
    stranger = Ledger(database, Signer(tmp_path / "other.key"), now=clock)
    with refused("SW-LED-08"), database.write() as connection:
        stranger.append(connection, [Entry("case-noted", "case-1", "analyst-1", clock().isoformat())])
    assert ledger.size() == 3


_WRITER = """
import sys
from contextlib import suppress
from pathlib import Path
from stillwatch.casework.tables import CASEWORK
from stillwatch.storage.ledger import Entry, Ledger, Signer
from stillwatch.storage.sql import SqlDatabase
database = SqlDatabase(sys.argv[1], CASEWORK)
database.upgrade()
ledger = Ledger(database, Signer(Path(sys.argv[2])))
for number in range(10):
    with database.write() as connection:
        ledger.append(connection, [Entry("case-noted", f"{sys.argv[3]}-{number}", "analyst-1", "2026-03-02T10:00:00Z")])
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_several_processes_append_to_one_ledger(kind, tmp_path, request):
    from stillwatch.casework.tables import CASEWORK
    from stillwatch.storage.sql import SqlDatabase

    place = tmp_path / "cases.sqlite" if kind == "sqlite" else request.getfixturevalue("postgresql_url")
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(place), str(tmp_path / "key"), f"p{number}"], env=os.environ
        )
        for number in range(2)
    ]
    assert [each.wait(60) for each in running] == [0, 0]
    with SqlDatabase(place, CASEWORK) as database:
        ledger = Ledger(database)
        assert ledger.size() == 22
        subjects = [logged.entry.subject for logged in ledger.entries()][2:]
        assert sorted(subjects) == sorted(
            f"p{process}-{number}" for process in range(2) for number in range(10)
        )
        ledger.export(tmp_path / "export")
    assert Ledger.verify_export(tmp_path / "export", Signer(tmp_path / "key").public_key).entries == 22


def test_times_are_written_in_one_form():
    assert canonical_time("2026-03-02T10:00:00Z") == "2026-03-02T10:00:00.000000Z"
    assert canonical_time("2026-03-02T10:00:00.5+02:00") == "2026-03-02T08:00:00.500000Z"
    leaf, ts = leaf_of(Entry("k", "s", "b", "2026-03-02T10:00:00Z"), "")
    assert read_leaf(0, leaf).entry.ts == ts


@settings(max_examples=40, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    )
)
def test_what_is_written_is_read_back_the_same(details):
    entry = Entry("case-noted", "case-1", "analyst-1", "2026-03-02T10:00:00.000000Z", {"x": details})
    try:
        leaf, _ = leaf_of(entry, "")
    except StillwatchError:  # half a character, the one kind of text that has no form
        assert "\\ud" in json.dumps(details)
        return
    assert read_leaf(0, leaf).entry == entry
    assert b"\n" not in leaf


@given(st.binary(max_size=200))
def test_bytes_that_are_no_entry_are_told_from_entries(data):
    with pytest.raises(ValueError):  # noqa: PT011 - any reason will do
        read_leaf(0, data)


def test_a_row_that_is_missing_cannot_be_proven(ledger, write, database):
    write(20)
    with database.write() as connection:
        connection.execute(text("DELETE FROM ledger_entries WHERE idx = 4"))
        connection.execute(text("DELETE FROM ledger_nodes WHERE level = 3 AND place = 1"))
    for index in (5, 1):
        with refused("SW-LED-06"):
            ledger.inclusion(index)


TS = "2026-03-02T09:30:00.000000Z"


@pytest.mark.parametrize(
    ("clock_read", "expected"),
    [
        ("", False),
        ("2026-03-02T09:29:00.000000Z", False),  # a minute is what acts may have waited for each other
        ("2026-03-02T09:28:59.999999Z", True),
        ("half past nine", True),
        ("2026-03-02T09:29:59", True),  # without an offset
    ],
)
def test_a_clock_was_set_back_if_nobody_can_have_waited_so_long(clock_read, expected):
    assert set_back(TS, clock_read) is expected


@pytest.mark.parametrize("ts", ["2026-03-02T09:30:00Z", "", TS + "0"])
def test_an_entry_whose_time_has_another_form_is_none(ts):
    fields = {"by": "analyst-1", "details": {}, "kind": "case-noted", "subject": "case-1"}
    assert read_leaf(3, orjson.dumps(fields | {"ts": TS})).entry.ts == TS
    with pytest.raises(ValueError, match="form"):
        read_leaf(3, orjson.dumps(fields | {"ts": ts}))
