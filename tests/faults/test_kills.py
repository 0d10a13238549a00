"""Kills in the midst of publishing and of appending to the ledger; kills of node, worker and hub stand with them."""

from __future__ import annotations

import random
import subprocess
import sys
import time

from tests.faults.publisher import ROOT, prepared, send
from tests.hub import stix

from stillwatch.casework.tables import CASEWORK
from stillwatch.sharing.client.journal import ShipmentState
from stillwatch.storage.ledger import Ledger, Signer
from stillwatch.storage.sql import SqlDatabase

_APPENDING = """
import sys
from pathlib import Path
from stillwatch.casework.tables import CASEWORK
from stillwatch.storage.ledger import Entry, Ledger, Signer
from stillwatch.storage.sql import SqlDatabase
with SqlDatabase(sys.argv[1], CASEWORK) as database:
    ledger = Ledger(database, Signer(Path(sys.argv[2])))
    for number in range(int(sys.argv[3]), 100000):
        with database.write() as connection:
            ledger.append(connection, [Entry("note", f"case-{number}", "analyst-1", "2026-03-02T10:00:00Z", {})])
        if number % 7 == 0:
            ledger.sign()
        print(number, flush=True)
"""


def test_a_member_killed_while_publishing_sends_the_rest_next_time_and_nothing_twice(make_hub, tmp_path):
    hub = make_hub().start()
    objects = [stix.indicator(hub.members["lab-2"]) for _ in range(40)]
    place = prepared(tmp_path / "member", hub.members["lab-2"], objects)
    dice = random.Random(3)
    settled = 0
    for _ in range(2):
        words = [sys.executable, "-m", "tests.faults.publisher", str(place), hub.url + ROOT]
        member = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        for _ in range(settled + dice.randrange(1, 12)):  # what was settled before is said again
            assert member.stdout.readline().strip() == ShipmentState.ACCEPTED
        time.sleep(dice.uniform(0, 0.05))
        member.kill()
        settled += len(member.stdout.read().split())
        member.stdout.close()
        member.wait()
    sent = send(place, hub.url + ROOT)
    assert sent.trouble is None
    assert {each.state for each in sent.shipments} == {ShipmentState.ACCEPTED}
    found = [each["id"] for each in hub.pages("lab-1")]
    assert sorted(found) == sorted({each.hub_id for each in sent.shipments})
    assert len(found) == 40
    hub.stop()


def test_a_ledger_killed_while_appending_holds_what_it_told_and_its_proofs(tmp_path):
    place, key = tmp_path / "cases.sqlite", tmp_path / "ledger.key"
    with SqlDatabase(place, CASEWORK) as database:
        database.upgrade()
    dice = random.Random(5)
    told = []
    for _ in range(2):
        begin = str(max(told, default=-1) + 1_000)
        writer = subprocess.Popen(
            [sys.executable, "-c", _APPENDING, str(place), str(key), begin], stdout=subprocess.PIPE, text=True
        )
        told += [int(writer.stdout.readline()) for _ in range(dice.randrange(5, 30))]
        time.sleep(dice.uniform(0, 0.03))
        writer.kill()
        told += [int(line) for line in writer.stdout.read().split()]
        writer.stdout.close()
        writer.wait()
    with SqlDatabase(place, CASEWORK) as database:
        ledger = Ledger(database, Signer(key))
        head = ledger.sign()
        kept = [each.entry.subject for each in ledger.entries(0, head.size) if each.entry.kind == "note"]
        assert len(kept) == len(set(kept))
        assert {f"case-{k}" for k in told} <= set(kept)
        assert len(kept) <= len(told) + 2  # what was written and not told yet, once a kill
        ledger.export(tmp_path / "out")
        assert Ledger.verify_export(tmp_path / "out", ledger.signer.public_key).head.size == head.size
