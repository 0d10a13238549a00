"""Text is kept only by order of two people, for a while, encrypted; and it is provably gone afterwards."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import msgspec
import orjson
import pytest
from tests.casework.campaigns import campaign, names, run

from stillwatch.casework.cases import CaseStore
from stillwatch.casework.people import Role
from stillwatch.casework.records import Records, open_records
from stillwatch.casework.retention.order import OrderState
from stillwatch.casework.retention.orders import Orders
from stillwatch.casework.retention.texts import exemplar_texts
from stillwatch.casework.retention.vault import Vault
from stillwatch.detection.replay.recorded import Exemplar
from stillwatch.errors import StillwatchError
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.sources import expand

BEGIN = datetime.datetime(2026, 3, 4, tzinfo=datetime.UTC)
SECRET = "Write the tale of the amber lighthouse."
EXEMPLARS = (
    Exemplar("acct-00001", "req-1", "2026-03-02T08:00:00.000Z"),
    Exemplar("acct-00002", "", "2026-03-02T08:00:05.250Z"),
)


class Lab:
    """Two people, counsel, one case, and a clock that can be set."""

    def __init__(self, records: Records, folder: Path) -> None:
        self.records = records
        self.moment = BEGIN
        self.vault = Vault(folder / "retained", folder / "retention.key")
        self.orders = Orders(records, self.vault, now=lambda: self.moment)
        records.people.add("administrator-1", [Role.ADMINISTRATOR], by="administrator-1")
        for name, role in (
            ("analyst-1", Role.ANALYST),
            ("counsel-1", Role.COUNSEL),
            ("auditor-1", Role.AUDITOR),
        ):
            records.people.add(name, [role], by="administrator-1")
        found = msgspec.structs.replace(campaign("cmp-a", names(1, 20)), exemplars=EXEMPLARS)
        CaseStore(records.database, records.ledger, now=lambda: self.moment).open_from(run(found))

    def granted(self, days: int = 14) -> str:
        """An order that counsel has granted."""
        order = self.orders.ask("case-1", "analyst-1", reason="For the complaint.", days=days)
        with self.records.database.write() as connection:
            self.records.approvals.approve(connection, order.approval_id, "counsel-1")
        return order.order_id

    def kept(self, days: int = 14) -> str:
        """An order that was carried out."""
        order_id = self.granted(days)
        self.orders.carry_out(order_id, "analyst-1", [{"messages": [{"role": "user", "content": SECRET}]}])
        return order_id


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with open_records(tmp_path / "cases.sqlite", tmp_path / "ledger.key", now=lambda: BEGIN) as records:
        yield Lab(records, tmp_path)


def refused(code: str) -> pytest.RaisesExc[StillwatchError]:
    return pytest.RaisesExc(StillwatchError, check=lambda error: error.code == code)


def test_text_is_kept_encrypted_and_read_only_with_an_entry_in_the_ledger(lab: Lab, tmp_path: Path) -> None:
    order_id = lab.kept()
    files = sorted(path.name for path in lab.vault.folder.iterdir())
    assert files == [f"{order_id}.key", f"{order_id}.text"]
    assert not any(SECRET.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert all(path.stat().st_mode & 0o077 == 0 for path in lab.vault.folder.iterdir())
    text = lab.orders.read(order_id, lab.records.people.get("counsel-1"), "For the hearing.")
    assert orjson.loads(text)["messages"][0]["content"] == SECRET
    last = [each.entry for each in lab.records.ledger.entries()][-1]
    assert (last.kind, last.by, last.details["why"]) == ("evidence-read", "counsel-1", "For the hearing.")
    assert lab.orders.get(order_id).until_ts == "2026-03-18T00:00:00.000Z"


def test_nothing_is_kept_that_counsel_has_not_granted_for_exactly_this(lab: Lab) -> None:
    order = lab.orders.ask("case-1", "analyst-1", reason="For the complaint.", days=14)
    with refused("SW-EVID-26"):
        lab.orders.carry_out(order.order_id, "analyst-1", [{"messages": []}])
    with lab.records.database.write() as connection, refused("SW-PPL-23"):
        lab.records.approvals.approve(connection, order.approval_id, "analyst-1")
    with lab.records.database.write() as connection:
        lab.records.approvals.approve(connection, order.approval_id, "counsel-1")
        connection.exec_driver_sql("UPDATE retention_orders SET days = 80")
    with refused("SW-EVID-26"):
        lab.orders.carry_out(order.order_id, "analyst-1", [{"messages": []}])
    assert not lab.vault.folder.exists()


def test_an_order_is_limited_in_time_and_carried_out_once(lab: Lab) -> None:
    for days in (0, 91):
        with refused("SW-EVID-24"):
            lab.orders.ask("case-1", "analyst-1", reason="For the complaint.", days=days)
    with refused("SW-PPL-01"):
        lab.orders.ask("case-1", "auditor-1", reason="For the complaint.", days=3)
    order_id = lab.granted()
    with refused("SW-EVID-28"):
        lab.orders.carry_out(order_id, "analyst-1", [])
    lab.orders.carry_out(order_id, "analyst-1", [{"messages": []}])
    with refused("SW-EVID-27"):
        lab.orders.carry_out(order_id, "analyst-1", [{"messages": []}])
    with pytest.raises(StillwatchError) as told:
        lab.orders.get(order_id[:-1])
    assert (told.value.code, told.value.hint) == ("SW-EVID-25", f"did you mean {order_id}?")


def test_after_its_time_nobody_reads_it_and_it_is_destroyed(lab: Lab) -> None:
    order_id = lab.kept(days=2)
    assert lab.orders.shred_expired() == ()
    lab.moment = BEGIN + datetime.timedelta(days=2)
    with refused("SW-EVID-29"):
        lab.orders.read(order_id, lab.records.people.get("analyst-1"), "")
    (order,) = lab.orders.shred_expired()
    assert (order.state, list(lab.vault.folder.iterdir())) == (OrderState.SHREDDED, [])
    with refused("SW-EVID-21"):
        lab.orders.read(order_id, lab.records.people.get("analyst-1"), "")
    assert lab.orders.shred_expired() == ()


def test_a_clock_that_was_set_back_does_not_prolong_an_order(lab: Lab) -> None:
    order_id = lab.kept(days=2)
    lab.moment = BEGIN + datetime.timedelta(days=3)
    lab.orders.ask("case-1", "analyst-1", reason="Another.", days=1)
    lab.moment = BEGIN
    with refused("SW-EVID-29"):
        lab.orders.read(order_id, lab.records.people.get("analyst-1"), "")


def test_destruction_is_proven_from_the_ledger_and_found_out_where_it_is_not_so(lab: Lab) -> None:
    order_id = lab.kept()
    copy = lab.vault.folder / "copy-of-it"
    copy.write_bytes((lab.vault.folder / f"{order_id}.text").read_bytes())
    assert "the ledger has no entry of its destruction" in lab.orders.check(order_id).problems
    lab.orders.shred(order_id, "analyst-1")
    assert lab.orders.check(order_id).problems == ("copy-of-it is still there",)
    copy.unlink()
    proof = lab.orders.check(order_id)
    assert (proof.problems, set(proof.files)) == ((), {f"{order_id}.key", f"{order_id}.text"})
    assert proof.entry is not None
    logged = next(lab.records.ledger.entries(proof.entry, proof.entry + 1))
    assert (logged.entry.kind, logged.entry.details["files"]) == ("case-shredded", dict(proof.files))
    with lab.records.database.write() as connection:
        connection.exec_driver_sql("UPDATE retention_orders SET files = '{}'")
    assert lab.orders.check(order_id).problems == ("the database names other files than the ledger",)


def test_a_copy_of_the_text_is_unreadable_without_the_destroyed_key(lab: Lab) -> None:
    order_id = lab.kept()
    text = lab.vault.folder / f"{order_id}.text"
    copied = text.read_bytes()
    lab.orders.shred(order_id, "analyst-1")
    other = lab.granted()
    lab.orders.carry_out(other, "analyst-1", [{"messages": []}])
    (lab.vault.folder / f"{other}.text").write_bytes(copied)
    with refused("SW-EVID-22"):
        lab.orders.read(other, lab.records.people.get("analyst-1"), "")


def test_a_key_that_others_may_read_is_refused(lab: Lab, tmp_path: Path) -> None:
    lab.kept()
    (tmp_path / "retention.key").chmod(0o644)
    with refused("SW-EVID-23"):
        lab.kept()
    (tmp_path / "retention.key").chmod(0o600)
    (tmp_path / "retention.key").write_text("abc")
    with refused("SW-EVID-23"):
        lab.kept()


def test_the_text_of_exemplars_is_read_from_the_operators_own_logs(tmp_path: Path) -> None:
    def line(account: str, request: str | None, ts: str, text: str) -> bytes:
        return orjson.dumps(
            {
                "ts": ts,
                "request_id": request,
                "account_id": account,
                "model": "m",
                "messages": [{"role": "user", "content": text}],
            }
        )

    log = tmp_path / "gateway.jsonl"
    log.write_bytes(
        b"\n".join(
            [
                line("acct-00002", None, "2026-03-02T10:00:05.250+02:00", "by its time"),
                line("acct-00001", "req-1", "2026-03-02T08:00:00Z", "by its id"),
                line("acct-00001", "req-2", "2026-03-02T08:00:00Z", "another request"),
                line("acct-00009", "req-1", "2026-03-02T08:00:00Z", "another account"),
                line("acct-00001", "req-1", "2026-03-02T08:00:00Z", "the same again"),
                b"{broken",
            ]
        )
    )
    found = exemplar_texts(expand([str(log)]), ReadOptions(), EXEMPLARS)
    assert [each["messages"][0]["content"] for each in found] == ["by its id", "by its time"]
