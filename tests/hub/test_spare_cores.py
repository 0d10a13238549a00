"""Large submissions are got ready beside the hub's process, and what comes of them is the same to the byte."""

from __future__ import annotations

import os
import secrets
import signal
import time

import orjson
import pytest
import sqlalchemy as sa
from tests.hub import stix
from tests.hub.running import DETECTOR

from stillwatch.hub.judging.ahead import Readying
from stillwatch.hub.judging.limits import canonical
from stillwatch.hub.opening import opened
from stillwatch.hub.spare_cores import LARGE, Helpers
from stillwatch.hub.tables.objects import OBJECTS
from stillwatch.hub.verification import verify
from stillwatch.sharing.gate import Gate, GatePolicy, Rewriter, Stamp

KEY = secrets.token_bytes(32)
POLICY = GatePolicy.shipped().with_registers([DETECTOR])
MEMBER = "identity--9a1f0000-0000-4000-8000-000000000001"
OTHER = "identity--9a1f0000-0000-4000-8000-000000000002"


class By:
    identity = MEMBER


def body_of(objects):
    return orjson.dumps({"objects": objects})


def ready(objects, shown_as=MEMBER):
    return Readying(Gate(POLICY), Rewriter(KEY)).ready(body_of(objects), MEMBER, shown_as, stix.today())


def test_what_is_ready_is_what_the_hub_itself_would_write():
    sent = [*(stix.indicator(By) for _ in range(5)), stix.campaign(By)]
    rewriter = Rewriter(KEY)
    for shown_as in (MEMBER, OTHER):
        found = ready(sent, shown_as)
        assert [each.sent_id for each in found] == sorted(each["id"] for each in sent)
        for each in found:
            obj = sent[each.position]
            written = rewriter.rewrite(obj, Stamp(MEMBER, stix.today(), shown_as))
            assert (each.id, each.content) == (written["id"], canonical(written))
            assert all(written[name] == value for name, value in each.outline.items() if name != "extensions")


@pytest.mark.parametrize(
    "change",
    [
        {"description": "4 million"}, {"revoked": True}, {"created_by_ref": OTHER}, {"confidence": 70.0},
        {"type": "x"}, {"created": "2026-11-02T00:00:00Z"},
    ],
    ids=str,
)  # fmt: skip
def test_whatever_needs_a_closer_look_gets_one(change):
    good = stix.indicator(By)
    assert ready([good]) is not None
    assert ready([good, stix.indicator(By) | change]) is None
    assert ready([good, good]) is None
    assert ready([good, stix.sighting(By, good["id"])]) is None
    assert ready([]) is None


def children(pid):
    found = []
    for each in os.listdir("/proc"):
        try:
            with open(f"/proc/{each}/stat") as file:
                fields = file.read().rpartition(") ")[2].split()
        except OSError:
            continue
        if fields[0] != "Z" and int(fields[1]) == pid:
            found.append(int(each))
    return found


def many(hub, count=150):
    objects = [stix.indicator(hub.members["lab-1"]) for _ in range(count)]
    assert len(body_of(objects)) > LARGE
    return objects


def test_a_large_submission_is_stored_as_any_other_and_again_changes_nothing(make_hub):
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("there is no core to spare")
    hub = make_hub().start()
    sent = many(hub)
    answer = hub.post("lab-1", sent).json()
    assert (answer["total_count"], answer["success_count"]) == (150, 150)
    assert len(children(hub.process.pid)) == 1
    again = hub.post("lab-1", sent).json()
    assert {each["message"] for each in again["successes"]} == {"here already"}
    assert [each["x_stored_as"] for each in again["successes"]] == [
        each["x_stored_as"] for each in answer["successes"]
    ]
    mixed = [*many(hub), stix.indicator(hub.members["lab-1"]) | {"description": "4 million"}]
    answer = hub.post("lab-1", mixed).json()
    assert (answer["success_count"], answer["failure_count"]) == (150, 1)
    (helper,) = children(hub.process.pid)
    os.kill(helper, signal.SIGKILL)
    assert hub.post("lab-1", many(hub)).json()["success_count"] == 150
    assert hub.post("lab-1", many(hub)).json()["success_count"] == 150
    (helper,) = children(hub.process.pid)
    hub.kill()
    until = time.monotonic() + 120
    while os.path.exists(f"/proc/{helper}/cmdline") and time.monotonic() < until:
        with open(f"/proc/{helper}/cmdline", "rb") as file:
            if not file.read():
                break
        time.sleep(0.05)
    assert time.monotonic() < until, "a helper outlived its hub"
    with opened(hub.folder) as kept:
        assert verify(kept.database, kept.ledger, hub.log_key).objects == 600
        with kept.database.read() as connection:
            rows = connection.execute(sa.select(OBJECTS).where(OBJECTS.c.type == "indicator")).all()
    for row in rows:
        obj = orjson.loads(row.content)
        assert (row.id, row.version, row.created) == (obj["id"], obj["modified"], obj["created"])
        assert canonical(obj) == row.content


def test_where_no_helper_can_be_had_the_hub_does_the_work_itself():
    helpers = Helpers(POLICY, KEY, most=0)
    assert helpers.ready(b"x" * LARGE, MEMBER, MEMBER, stix.today()) is None
    helpers.close()
    helpers = Helpers(POLICY, KEY, most=1)
    assert helpers.ready(b"x", MEMBER, MEMBER, stix.today()) is None, "it is too small to be handed over"
    sent = body_of([stix.indicator(By) for _ in range(150)])
    here = Readying(Gate(POLICY), Rewriter(KEY)).ready(sent, MEMBER, MEMBER, stix.today())
    assert helpers.ready(sent, MEMBER, MEMBER, stix.today()) == here
    helpers.close()
    assert helpers.ready(sent, MEMBER, MEMBER, stix.today()) is None
