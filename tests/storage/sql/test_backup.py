"""A backup is restored with a proof of equality, across kinds of database, and a damaged one is refused."""

from __future__ import annotations

import json
import random
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text
from tests.storage.sql.family import make_family

from stillwatch.casework.tables import CASEWORK
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import Entry, Ledger, Signer
from stillwatch.storage.sql import SqlDatabase
from stillwatch.storage.sql.backup import back_up
from stillwatch.storage.sql.backup_files import MANIFEST, read_manifest
from stillwatch.storage.sql.restore import check_backup, restore
from stillwatch.storage.sql.rows import TableDigest, digest_of, row_of
from stillwatch.storage.sql.standing import standing_tables

ROWS = [
    {
        "name": "a",
        "yes": True,
        "share": 0.1 + 0.2,
        "many": 2**62,
        "data": bytes(range(256)),
        "more": {"x": [1, None]},
    },
    {"name": "é\n", "yes": False, "share": -0.0, "many": -1, "data": b"", "more": {"$bytes": "no bytes"}},
    {"name": "", "yes": None, "share": None, "many": None, "data": None, "more": []},
]


def code_of(call) -> str:
    with pytest.raises(StillwatchError) as caught:
        call()
    return caught.value.code


def digests(database) -> dict[str, str]:
    with database.read() as connection:
        _, tables = standing_tables(connection, database.family)
        return {table.name: digest_of(connection, table).hexdigest() for table in tables}


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
def test_what_is_restored_is_what_was_backed_up(source, target, place, tmp_path):
    family, table = make_family(tmp_path, "things", versions=1)
    with SqlDatabase(place(source), family) as old, SqlDatabase(place(target), family) as new:
        old.upgrade()
        with old.write() as connection:
            connection.execute(insert(table), ROWS)
        manifest = back_up(old, tmp_path / "backup")
        assert read_manifest(tmp_path / "backup") == manifest
        assert {path.stat().st_mode & 0o077 for path in (tmp_path / "backup").iterdir()} == {0}
        check_backup(tmp_path / "backup", manifest)
        restore(tmp_path / "backup", manifest, new)
        assert digests(old) == digests(new) == {entry.name: entry.content for entry in manifest.tables}
        with new.write() as connection:
            found = connection.execute(select(table).order_by(table.c.id)).mappings().all()
            assert [
                {name: row[name] for name in wanted} for row, wanted in zip(found, ROWS, strict=True)
            ] == ROWS
            # numbers that the database gives go on after those that were restored
            connection.execute(insert(table), {"name": "new"})
            assert connection.scalar(select(table.c.id).where(table.c.name == "new")) == 4
        assert code_of(lambda: restore(tmp_path / "backup", manifest, new)) == "SW-SQL-22"


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_backup_of_an_earlier_version_is_restored_and_brought_up_to_date(target, place, tmp_path):
    older, old_table = make_family(tmp_path, "things", versions=1)
    newer, new_table = make_family(tmp_path, "things", versions=2)
    with SqlDatabase(place("sqlite"), older) as old:
        old.upgrade()
        with old.write() as connection:
            connection.execute(insert(old_table), ROWS)
        manifest = back_up(old, tmp_path / "backup")
    with SqlDatabase(place(target), newer) as new:
        restore(tmp_path / "backup", manifest, new)
        with new.read() as connection:
            assert [row.later for row in connection.execute(select(new_table))] == ["as ever"] * 3


def test_a_backup_of_a_version_on_several_lines_is_restored(place, tmp_path):
    family, table = make_family(tmp_path, "things", versions=2)
    with SqlDatabase(place("sqlite"), family) as old, SqlDatabase(place("sqlite"), family) as new:
        old.upgrade()
        with old.write() as connection:
            connection.execute(insert(table), [{**row, "later": "x"} for row in ROWS])
            connection.execute(text("INSERT INTO parts VALUES (1, 'word')"))
        manifest = back_up(old, tmp_path / "backup")
        assert manifest.revisions == ("first_02", "other_01")
        restore(tmp_path / "backup", manifest, new)
        assert digests(new) == digests(old)


def test_a_backup_of_a_newer_version_is_refused(place, tmp_path):
    older, _ = make_family(tmp_path, "things", versions=1)
    newer, _ = make_family(tmp_path, "things", versions=2)
    with SqlDatabase(place("sqlite"), newer) as old:
        old.upgrade()
        manifest = back_up(old, tmp_path / "backup")
    target = place("sqlite")
    with SqlDatabase(target, older) as new:
        assert code_of(lambda: restore(tmp_path / "backup", manifest, new)) == "SW-SQL-13"
    assert not target.exists()


@pytest.fixture
def casework(tmp_path):
    """A casework database with a ledger of some length, and its backup."""
    with SqlDatabase(tmp_path / "cases.sqlite", CASEWORK) as database:
        database.upgrade()
        ledger = Ledger(database, Signer(tmp_path / "key"))
        with database.write() as connection:
            connection.execute(
                text("INSERT INTO people VALUES ('analyst-1', 'analyst', 'local', true, '', '')")
            )
            entries = [
                Entry("case-noted", f"case-{n}", "analyst-1", "2026-03-02T10:00:00Z") for n in range(300)
            ]
            ledger.append(connection, entries)
        back_up(database, tmp_path / "backup")
        yield database


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_restored_ledger_goes_on_and_holds_together(casework, place, tmp_path, target):
    folder = tmp_path / "backup"
    with SqlDatabase(place(target), CASEWORK) as new:
        restore(folder, read_manifest(folder), new)
        ledger = Ledger(new, Signer(tmp_path / "key"))
        with new.write() as connection:
            ledger.append(connection, [Entry("case-noted", "case-1", "analyst-1", "2026-03-02T11:00:00Z")])
        ledger.export(tmp_path / "export")
        known = Ledger(casework).head()
    assert Ledger.verify_export(tmp_path / "export", ledger.signer.public_key, known).entries == 303


def test_a_backup_is_of_one_moment_while_others_write(casework, tmp_path):
    ledger, stop = Ledger(casework, Signer(tmp_path / "key")), threading.Event()

    def write():
        while not stop.is_set():
            with casework.write() as connection:
                ledger.append(
                    connection, [Entry("case-noted", "case-1", "analyst-1", "2026-03-02T11:00:00Z")]
                )

    writer = threading.Thread(target=write)
    writer.start()
    try:
        manifest = back_up(casework, tmp_path / "busy")
    finally:
        stop.set()
        writer.join()
    with SqlDatabase(tmp_path / "new.sqlite", CASEWORK) as new:
        restore(tmp_path / "busy", manifest, new)
        restored = Ledger(new)
        head = restored.export(tmp_path / "export")
        assert head.size == restored.size()
    assert Ledger.verify_export(tmp_path / "export", ledger.signer.public_key).entries == head.size


def test_a_damaged_backup_is_refused_with_its_file_and_nothing_is_made(casework, tmp_path):
    folder, target = tmp_path / "backup", tmp_path / "new.sqlite"
    manifest = read_manifest(folder)
    chance = random.Random(3)
    for path in sorted(folder.glob("*.zst")):
        whole = path.read_bytes()
        changed = bytearray(whole)
        changed[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        for content in (bytes(changed), whole[:-1], b"", None):
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content)
            with pytest.raises(StillwatchError) as caught, SqlDatabase(target, CASEWORK) as new:
                restore(folder, manifest, new)
            assert caught.value.code == "SW-SQL-20"
            assert caught.value.where == str(path)
            assert caught.value.exit_code == 3
            assert code_of(lambda: check_backup(folder, manifest)) == "SW-SQL-20"
        path.write_bytes(whole)
    assert not list(tmp_path.glob("new.sqlite*"))


def test_a_damaged_backup_leaves_nothing_on_a_server(casework, postgresql_url, tmp_path):
    folder = tmp_path / "backup"
    (folder / "people.jsonl.zst").write_bytes(b"x")
    with SqlDatabase(postgresql_url, CASEWORK) as new:
        assert code_of(lambda: restore(folder, read_manifest(folder), new)) == "SW-SQL-20"
        assert not new.exists()


@pytest.mark.parametrize("bit", range(0, 4000, 211))
def test_a_changed_manifest_is_refused(casework, tmp_path, bit):
    path = tmp_path / "backup" / MANIFEST
    changed = bytearray(path.read_bytes())
    changed[bit // 8 % len(changed)] ^= 1 << bit % 8
    path.write_bytes(changed)
    try:
        told = json.loads(changed)
    except ValueError:
        told = None
    if (
        told == json.loads(json.dumps(told))
        and told is not None
        and b" " in bytes(changed[bit // 8 : bit // 8 + 1])
    ):
        return  # blanks between words say nothing
    assert code_of(lambda: read_manifest(tmp_path / "backup")) == "SW-SQL-20"


def test_rows_that_are_of_no_such_table_are_refused(casework, tmp_path):
    import hashlib

    import msgspec
    import zstandard

    folder = tmp_path / "backup"
    manifest = read_manifest(folder)
    for line in (b'{"name": 1}', b"no json", b"[]"):
        content = zstandard.compress(line + b"\n")
        (folder / "people.jsonl.zst").write_bytes(content)
        forged = msgspec.structs.replace(
            manifest,
            tables=tuple(
                msgspec.structs.replace(each, file_sha256=hashlib.sha256(content).hexdigest())
                if each.name == "people"
                else each
                for each in manifest.tables
            ),
        ).sealed()
        with SqlDatabase(tmp_path / "new.sqlite", CASEWORK) as new, pytest.raises(StillwatchError) as caught:
            restore(folder, forged, new)
        assert caught.value.code == "SW-SQL-20"
        assert "people.jsonl.zst" in caught.value.where


def test_nothing_living_is_overwritten(casework, tmp_path):
    folder, manifest = tmp_path / "backup", read_manifest(tmp_path / "backup")
    before = digests(casework)
    assert code_of(lambda: restore(folder, manifest, casework)) == "SW-SQL-22"
    assert digests(casework) == before
    assert code_of(lambda: back_up(casework, folder)) == "SW-SQL-21"
    (tmp_path / "left.sqlite-wal").write_bytes(b"of another database")
    with SqlDatabase(tmp_path / "left.sqlite", CASEWORK) as new:
        assert code_of(lambda: restore(folder, manifest, new)) == "SW-SQL-22"


def test_somebody_who_makes_the_file_meanwhile_wins(casework, tmp_path, monkeypatch):
    from stillwatch.storage.sql import restore as module

    target, whole = tmp_path / "new.sqlite", module._fill

    def slow(*what):
        whole(*what)
        target.write_bytes(b"somebody else's")

    monkeypatch.setattr(module, "_fill", slow)
    folder = tmp_path / "backup"
    with SqlDatabase(target, CASEWORK) as new:
        assert code_of(lambda: restore(folder, read_manifest(folder), new)) == "SW-SQL-22"
    assert target.read_bytes() == b"somebody else's"
    assert [path.name for path in tmp_path.glob("new.sqlite*")] == ["new.sqlite"]


def test_a_restored_table_that_differs_is_refused_and_nothing_is_kept(casework, tmp_path, monkeypatch):
    from stillwatch.storage.sql import restore as module

    whole = module._fill_table

    def lossy(connection, table, *what):
        whole(connection, table, *what)
        if table.name == "ledger_entries":
            connection.execute(text("DELETE FROM ledger_entries WHERE idx = 7"))

    monkeypatch.setattr(module, "_fill_table", lossy)
    folder = tmp_path / "backup"
    with SqlDatabase(tmp_path / "new.sqlite", CASEWORK) as new:
        assert code_of(lambda: restore(folder, read_manifest(folder), new)) == "SW-SQL-23"
    assert not (tmp_path / "new.sqlite").exists()


lines = st.lists(st.binary(max_size=8), max_size=12)


@given(lines, st.randoms(use_true_random=False))
def test_a_digest_does_not_depend_on_the_order_of_rows_and_on_everything_else(rows, chance):
    def digest(of):
        made = TableDigest()
        for row in of:
            made.add(row)
        return made.hexdigest()

    mixed = list(rows)
    chance.shuffle(mixed)
    assert digest(rows) == digest(mixed)
    assert digest([*rows, b"one more"]) != digest(rows)
    if rows:
        assert digest([*rows, rows[0]]) != digest(rows)
        assert digest(rows[1:]) != digest(rows)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(alphabet=st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["$bytes", "$object", "$time", "x"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(
    values
    | st.binary(max_size=20)
    | st.datetimes()
    | st.dates()
    | st.decimals(allow_nan=False, allow_infinity=False)
)
def test_any_value_comes_back_from_its_line(value):
    import orjson

    from stillwatch.storage.sql.rows import _plain

    line = orjson.dumps({"x": _plain(value)})
    found = row_of(line, frozenset({"x"}))["x"]
    assert found == value
    assert type(found) is type(value)
