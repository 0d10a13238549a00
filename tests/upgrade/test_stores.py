"""Every format that was ever written is read, brought up to date, or refused in words; nothing in it is lost."""

from __future__ import annotations

import sqlite3
import tarfile
from pathlib import Path

import pytest
from tests.upgrade.make import rows

from stillwatch.casework.records import open_records
from stillwatch.casework.tables import CASEWORK
from stillwatch.core.decision import Action
from stillwatch.core.verdict import Call
from stillwatch.enforcement import snapshot_file
from stillwatch.enforcement.answers import Subject
from stillwatch.enforcement.gateways.follow.last_known import LastKnown
from stillwatch.enforcement.store import DecisionStore
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.hub.folder import Folder as HubFolder
from stillwatch.hub.opening import opened
from stillwatch.keyservice.folder import Folder as KeyFolder
from stillwatch.node import segments
from stillwatch.node.folder import Folder
from stillwatch.node.mover import move
from stillwatch.node.tokens import TokenFile
from stillwatch.node.verdicts import VerdictStore
from stillwatch.sharing.gate.tables import GATE
from stillwatch.sharing.matching.cache import Cache
from stillwatch.storage.ledger import Ledger
from stillwatch.storage.received.store import ReceivedStore, open_sharing
from stillwatch.storage.sql import SqlDatabase, database_url
from stillwatch.traffic.pseudonyms import load_or_create
from stillwatch.traffic.store import Store

HERE = Path(__file__).parent
AS_IT_WAS = {"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}
"""Permissions of keys included; Debian 12's Python knows no filters and does that anyway."""


def unpacked(part, folder):
    with tarfile.open(HERE / f"{part}.tar.xz") as archive:
        archive.extractall(folder, **AS_IT_WAS)
    return folder


def refusal(work):
    with pytest.raises(StillwatchError) as caught:
        work()
    assert caught.value.hint
    return caught.value.code


def requests(store):
    with store.connect(1, 1.0) as con:
        return {row[0] for row in con.sql("SELECT request_id FROM exchanges").fetchall()}


def test_a_store_from_before_the_node_is_read_and_added_to(tmp_path):
    place = unpacked("store-1", tmp_path) / "store"
    store = Store.open(place)
    assert requests(store) == {f"r-{k}" for k in range(6)}
    assert store.manifest.segment == 0
    store.add([store.write_part([rows(6, 2)])], [])
    assert requests(Store.open(place)) == {f"r-{k}" for k in range(8)}


def test_a_store_of_a_later_format_is_refused(tmp_path):
    place = unpacked("store-1", tmp_path) / "store"
    manifest = place / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"version": 1', '"version": 2'))
    assert refusal(lambda: Store.open(place)) == "SW-STORE-05"


def test_what_the_first_node_kept_is_all_there(tmp_path):
    folder = Folder(unpacked("node-1", tmp_path) / "node")
    store = Store.open(folder.store)
    assert move(store, folder.log, 2) == 4
    assert requests(store) == {f"r-{k}" for k in range(10)}
    verdicts = VerdictStore(folder.verdicts, writer=True)
    assert verdicts.of("acct-1").verdict is Call.ATTACK
    assert verdicts.details() == {}
    verdicts.close()
    assert store.manifest.key == load_or_create(tmp_path / "pseudonym.key").fingerprint()
    assert [token.name for token in TokenFile(tmp_path / "tokens.json")] == ["gateway"]


def test_decisions_of_the_first_version_stay_in_force_and_can_be_worked_on(tmp_path):
    path = unpacked("node-1", tmp_path) / "node" / "decisions.sqlite"
    assert refusal(lambda: DecisionStore(path, writer=False)) == "SW-DEC-11"
    with DecisionStore(path) as store:
        assert {each.value: each.action for each in store.active()} == dict.fromkeys(
            ("acct-1", "acct-2"), Action.BLOCK
        )
        version, epoch = store.version, store.epoch
        store.lift(store.active()[0].decision_id, by="analyst-1", reason="wrong")
        assert store.version == version + 1
    with DecisionStore(path, writer=False) as again:
        assert (len(again.active()), again.epoch) == (1, epoch)


def test_a_gateway_goes_on_from_what_the_first_version_kept(tmp_path):
    kept = LastKnown(unpacked("node-1", tmp_path) / "edge")
    known = kept.load()
    assert [known.decide(Subject(f"acct-{k}"), 0.0).action for k in (1, 2, 3)] == [
        Action.BLOCK,
        Action.BLOCK,
        Action.ALLOW,
    ]
    assert kept.offset_s() == 2.5


def test_last_known_decisions_of_a_later_format_are_refused(tmp_path):
    path = unpacked("node-1", tmp_path) / "edge" / "decisions.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"format":1', b'"format":2'))
    assert refusal(lambda: snapshot_file.read(path)) == "SW-DEC-06"


@pytest.mark.parametrize("where", ["at the beginning", "after a record"])
def test_a_log_of_a_later_version_is_refused_and_not_cut(tmp_path, where):
    path = segments.path_of(Folder(unpacked("node-1", tmp_path) / "node").log, 2)
    written = path.read_bytes()
    later = (
        written.replace(b"SWR1", b"SWR2") if where == "at the beginning" else written + b"SWR2" + bytes(40)
    )
    path.write_bytes(later)
    assert refusal(lambda: segments.repair(path)) == "SW-NODE-08"
    assert path.read_bytes() == later


def open_lab(place):
    with open_records(place / "cases.sqlite", place / "ledger.key") as records:
        people = {person.name for person in records.people.list()}
        records.ledger.export(place / "out")
        head = Ledger.verify_export(place / "out", records.ledger.signer.public_key).head
        assert head.size == records.ledger.size()
    return people


def test_the_first_lab_database_is_brought_up_to_date_with_people_and_ledger(tmp_path):
    place = unpacked("lab-1", tmp_path)
    with SqlDatabase(place / "cases.sqlite", CASEWORK) as database:
        assert refusal(database.check) == "SW-SQL-11"
    assert open_lab(place) == {"administrator-1", "analyst-1"}
    with SqlDatabase(place / "cases.sqlite", CASEWORK) as database:
        database.check()


def test_the_first_hub_database_is_brought_up_to_date_with_members_and_log(tmp_path):
    folder = HubFolder(unpacked("lab-1", tmp_path) / "hub")
    with opened(folder) as hub:
        assert [each.member.name for each in hub.members.list()] == ["lab-1"]
        assert hub.ledger.size() >= 2
        hub.ledger.sign()


def test_the_first_databases_of_sharing_gate_matching_and_keys_are_brought_up_to_date(tmp_path):
    place = unpacked("lab-1", tmp_path)
    sharing = open_sharing(place / "sharing.sqlite")
    (found,) = ReceivedStore(sharing).indicators()
    assert (found.provenance.reporter, found.weight) == ("lab-2", 0.9)
    sharing.close()
    with SqlDatabase(database_url(place / "hub" / "gate.sqlite"), GATE) as gate:
        gate.upgrade()
        gate.check()
    with Cache(place / "matching.sqlite") as cache:
        assert cache.tokens("e1", [b"payment"]) == {b"payment": bytes(32)}
    from stillwatch import clock
    from stillwatch.keyservice.live import KeyService

    folder = KeyFolder(place / "keys")
    with folder.open() as database:
        service = KeyService(folder, database, "keys", clock.now)
        service.refresh()
        assert [(each.name, each.quota) for each in service.membership.all()] == [("lab-1", 7)]
        assert [each.name for each in service.book.listed("keys").epochs] == ["e1"]


@pytest.mark.parametrize(
    "name", ["cases.sqlite", "sharing.sqlite", "hub/hub.sqlite", "hub/gate.sqlite", "keys/keyservice.sqlite"]
)
def test_a_database_of_a_later_version_is_refused_untouched(tmp_path, name):
    place = unpacked("lab-1", tmp_path)
    path = place / name
    with sqlite3.connect(path) as connection:
        tables = [
            row[0]
            for row in connection.execute(
                "SELECT name FROM sqlite_master WHERE name LIKE '%\\_version' ESCAPE '\\'"
            )
        ]
        (versions,) = [each for each in tables if each.count("_") == 1]
        connection.execute(f"DELETE FROM {versions}")
        connection.execute(f"INSERT INTO {versions} VALUES ('later_99')")
    connection.close()
    opens = {
        "cases.sqlite": lambda: open_records(path, None),
        "sharing.sqlite": lambda: open_sharing(path),
        "hub/hub.sqlite": lambda: opened(HubFolder(place / "hub")).__enter__(),
        "hub/gate.sqlite": lambda: SqlDatabase(database_url(path), GATE).upgrade(),
        "keys/keyservice.sqlite": lambda: KeyFolder(place / "keys").open(),
    }
    with pytest.raises(StillwatchError) as caught:
        opens[name]()
    assert (caught.value.code, caught.value.exit_code) == ("SW-SQL-13", ExitCode.UNREADABLE)
    assert "newer" in caught.value.hint
