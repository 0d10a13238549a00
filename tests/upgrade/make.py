"""Makes the fixtures of this folder, each with the program of the commit that first wrote its formats on main.

    git archive COMMIT src | tar x -C OLD
    PYTHONPATH=OLD/src python tests/upgrade/make.py store OLD/store-1.tar.xz

| part | commit | formats |
|---|---|---|
| store | 62e486c | sketched store 1, before the node |
| node | 9e9e640 | the node's log, store of decisions 1, store of verdicts 1, a gateway's last known decisions |
| lab | 7c24f37 | databases casework, hub_01, sharing_01, gate_01, keyservice_01, matching_01 |
"""

from __future__ import annotations

import datetime
import sys
import tarfile
import tempfile
import uuid
from pathlib import Path
from typing import Any

KEY = bytes(range(32))
RECORD = 7_000_000_000


def rows(first: int, count: int) -> Any:
    """Sketched exchanges: what every row has, and nothing of what a log may leave out."""
    import pyarrow as pa

    from stillwatch.traffic.sketch import SCHEMA

    when = [datetime.datetime(2026, 11, 20, 12, 0, k) for k in range(count)]
    given = {
        "ts": pa.array(when, pa.timestamp("us")),
        "record": pa.array([RECORD + first + k for k in range(count)], pa.uint64()),
        "request_id": pa.array([f"r-{first + k}" for k in range(count)]),
        "account_id": pa.array([f"acct-{k % 3}" for k in range(count)]).dictionary_encode(),
        "has_text": pa.array([False] * count),
        "has_answer": pa.array([False] * count),
        "messages": pa.array([1] * count, pa.uint16()),
        "user_messages": pa.array([1] * count, pa.uint16()),
    }
    columns = [given.get(f.name, pa.nulls(count, f.type)) for f in SCHEMA]
    return pa.table(columns, schema=SCHEMA)


def store(place: Path) -> None:
    """A store of one part."""
    from stillwatch.traffic.pseudonyms import Pseudonymiser
    from stillwatch.traffic.store import Store

    made = Store.create_or_open(place / "store", Pseudonymiser(KEY).fingerprint(), 1.0)
    made.add([made.write_part([rows(0, 6)])], [])


def node(place: Path) -> None:
    """What a node and a gateway keep."""
    from stillwatch.core.decision import Action, Scope
    from stillwatch.core.verdict import Call, Reason, Verdict
    from stillwatch.enforcement.drafts import Draft
    from stillwatch.enforcement.gateways.follow.last_known import LastKnown
    from stillwatch.enforcement.store import DecisionStore
    from stillwatch.node import segments
    from stillwatch.node.folder import Folder
    from stillwatch.node.tokens import Right, TokenFile
    from stillwatch.node.verdicts import VerdictStore
    from stillwatch.traffic.pseudonyms import Pseudonymiser
    from stillwatch.traffic.store import Store

    folder = Folder(place / "node")
    folder.make()
    (place / "pseudonym.key").write_text(KEY.hex() + "\n")
    made = Store.create_or_open(folder.store, Pseudonymiser(KEY).fingerprint(), 1.0)
    made.take_segments([made.write_part([rows(0, 6)])], 1)
    log = segments.Appender(folder.log, 2, segments.Head({"file": 9}, full=True))
    log.append(segments.Head(), rows(6, 4))
    log.close()
    verdicts = VerdictStore(folder.verdicts, writer=True)
    reason = Reason("work_split", 40.0, "The accounts work off one list.")
    verdict = Verdict("acct-1", Call.ATTACK, 0.99, "cmp-1", "2026-11-20T12:00:00.000Z", (reason,), 3, 3)
    verdicts.record([verdict], [], {"judged_until": "2026-11-20T12:00:00.000Z"}, 1.7e9, alarm="")
    verdicts.close()
    with DecisionStore(folder.decisions) as decisions:
        for account, ttl in (("acct-1", 3600.0 * 24 * 3650), ("acct-2", 3600.0 * 24 * 3650)):
            decisions.add(Draft(Scope.ACCOUNT, account, Action.BLOCK, "works off one list", "analyst-1", ttl))
            if account == "acct-1":
                known = LastKnown(place / "edge")
                first = decisions.snapshot()
                known.keep(first)
        known.add(decisions.changes(first.version, first.epoch), decisions.snapshot())
        known.keep_offset(2.5)
    TokenFile(place / "tokens.json").add("gateway", [Right.DECIDE])


def lab(place: Path) -> None:
    """The databases of a lab, a hub and a key service."""
    from stillwatch import clock
    from stillwatch.casework.people import Role
    from stillwatch.casework.records import open_records
    from stillwatch.core.indicator import CountClass, DetectorRef, Indicator, IndicatorKind, Marking
    from stillwatch.hub.folder import Folder as HubFolder
    from stillwatch.hub.members.store import Terms
    from stillwatch.hub.opening import init
    from stillwatch.hub.rights import MemberKind
    from stillwatch.keyservice.folder import Folder as KeyFolder
    from stillwatch.keyservice.live import KeyService
    from stillwatch.sharing.gate.tables import GATE
    from stillwatch.sharing.matching.cache import Cache
    from stillwatch.storage.received.pages import Page
    from stillwatch.storage.received.records import Provenance, ReceivedIndicator, SignatureState
    from stillwatch.storage.received.store import ReceivedStore, open_sharing
    from stillwatch.storage.sql import SqlDatabase, database_url

    with open_records(place / "cases.sqlite", place / "ledger.key") as records:
        records.people.add("administrator-1", [Role.ADMINISTRATOR], by="administrator-1")
        records.people.add("analyst-1", [Role.ANALYST], by="administrator-1")
    hub = init(HubFolder(place / "hub"))
    hub.members.add("lab-1", MemberKind.LAB, Terms())
    hub.database.close()
    with SqlDatabase(database_url(place / "hub" / "gate.sqlite"), GATE) as gate:
        gate.upgrade()
    folder = KeyFolder(place / "keys")
    with folder.open() as database:
        service = KeyService(folder, database, "keys", clock.now)
        service.membership.add("lab-1", quota=7)
        service.book.prepare(days=3650, overlap_days=30)
    with Cache(place / "matching.sqlite") as cache:
        cache.keep("e1", {b"payment": bytes(32)})
    moment = "2026-11-20T12:00:00.000000Z"
    name = f"indicator--{uuid.UUID(int=uuid.uuid4().int, version=4)}"
    found = Indicator(
        name,
        IndicatorKind.BLINDED,
        "e1:payment:" + "5a" * 32,
        ("AML.T0024.002",),
        CountClass.HUNDREDS,
        "2026-11-02",
        "2026-11-16",
        (DetectorRef("work_split", "0.1.0", "5a" * 32),),
        70,
        Marking.AMBER,
        "2026-12-21",
    )
    origin = Provenance("forum", "lab-2", SignatureState.VERIFIED, moment, moment, moment)
    received = ReceivedIndicator(found, origin, 0.9, "2026-11-16")
    sharing = open_sharing(place / "sharing.sqlite")
    ReceivedStore(sharing).apply(Page("forum", "indicators", (received,), (), (), moment, moment))
    sharing.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        {"store": store, "node": node, "lab": lab}[sys.argv[1]](Path(scratch))
        with tarfile.open(sys.argv[2], "w:xz") as archive:
            for each in sorted(Path(scratch).rglob("*")):
                if each.is_file() and not each.name.endswith((".lock", "-shm")):
                    archive.add(each, each.relative_to(scratch).as_posix())
