"""The hub's log from outside: receipts, witnesses, and what becomes of a hub that changes its past."""

from __future__ import annotations

import json
import shutil

import pytest
import sqlalchemy as sa
import zstandard
from tests.hub import stix
from tests.hub.conftest import with_members
from tests.hub.running import Hub

from stillwatch.errors import StillwatchError
from stillwatch.hub.asking import Asking
from stillwatch.hub.folder import Folder
from stillwatch.hub.opening import opened
from stillwatch.hub.receipts import check
from stillwatch.hub.reporters import commitment
from stillwatch.hub.tables.members import KEYS
from stillwatch.hub.tables.objects import OBJECTS, SUBMISSIONS
from stillwatch.hub.verification import verify
from stillwatch.hub.witness import Witness
from stillwatch.storage.ledger import Signer
from stillwatch.storage.ledger.signer import read_public_key


def send(hub, count=3, name="lab-1"):
    status = hub.post(name, [stix.indicator(hub.members[name]) for _ in range(count)]).json()
    assert status["success_count"] == count
    return [each["x_stored_as"] for each in status["successes"]]


def content_of(hub, name):
    """The bytes of an object as they stand in the envelope."""
    text = hub.get("lab-2", f"collections/indicators/objects/{name}/").content
    return text.partition(b'"objects":[')[2][:-2]


@pytest.fixture
def watch(hub, tmp_path):
    """Makes witnesses of the hub."""

    def make(name="lab-2", record="heads.jsonl", ask=None):
        asking = ask or Asking(hub.url, hub.members[name].token)
        return Witness(asking, read_public_key(hub.log_key), tmp_path / record)

    return make


def test_a_receipt_proves_that_an_object_stands_in_the_log(hub):
    names = send(hub, 5)
    key = read_public_key(hub.log_key)
    for name in names:
        found = hub.get("lab-2", f"/v1/objects/{name}/receipt").json()
        assert "reporter" not in found
        assert hub.members["lab-1"].identity not in json.dumps(found)
        check(found, content_of(hub, name), key)
    content = content_of(hub, names[0])
    for wrong in (
        {"object_index": (found["object_index"] + 1) % 5}, {"objects": 6}, {"object_path": found["object_path"][:-1]}, {"entry_path": []},
        {"head": found["head"] | {"size": found["head"]["size"] + 1}}, {"entry": None},
    ):  # fmt: skip
        with pytest.raises(StillwatchError, match="does not prove"):
            check(found | wrong, content_of(hub, names[-1]), key)
    with pytest.raises(StillwatchError, match="does not prove"):
        check(found, content, key)


def test_an_auditor_can_open_who_reported_and_nobody_else_can(hub):
    name = send(hub, 1)[0]
    found = hub.get("auditor-1", f"/v1/objects/{name}/receipt").json()
    check(found, content_of(hub, name), read_public_key(hub.log_key))
    assert found["reporter"] == hub.members["lab-1"].identity
    said = json.loads(found["entry"]["leaf"])
    assert said["by"] == commitment(found["reporter"], bytes.fromhex(found["salt"]))
    assert hub.get("lab-2", "/v1/log/entries", start=0).status_code == 403
    entries = hub.get("auditor-1", "/v1/log/entries", start=0).json()["entries"]
    assert found["entry"] in entries
    kinds = {json.loads(each["leaf"])["kind"] for each in entries}
    assert {"member-added", "objects-received"} <= kinds


def test_the_log_says_what_was_refused_by_which_rule_and_policy(hub):
    lab = hub.members["lab-1"]
    hub.post("lab-1", [stix.indicator(lab) | {"description": "x"}, stix.indicator(lab)])
    last = json.loads(hub.get("auditor-1", "/v1/log/entries", start=0).json()["entries"][-1]["leaf"])
    assert last["details"]["refused"] == {"closed-fields": 1}
    assert last["details"]["objects"] == 1
    assert last["details"]["policy"]


def test_a_witness_sees_the_log_grow(hub, watch):
    witness = watch()
    assert witness.look().grew_by is None
    send(hub)
    seen = witness.look()
    assert seen.grew_by == 1
    assert witness.last() == seen.head
    assert watch("cloud-1", "others.jsonl").look([witness._record]).grew_by is None


def test_a_witness_raises_the_alarm_over_a_rewound_or_forked_log_and_keeps_the_proof(hub, watch, tmp_path):
    send(hub)
    ask = Asking(hub.url, hub.members["lab-2"].token)
    witness = watch()
    witness.look()
    send(hub)
    witness.look()
    last = witness._record.read_text().splitlines()[-1]
    first = witness._record.read_text().splitlines()[0]
    old_head = {name: value for name, value in json.loads(first).items() if name != "seen"}

    def rewound(path):
        return old_head if path == "/v1/log/head" else ask(path)

    with pytest.raises(StillwatchError, match="rewound"):
        watch(ask=rewound).look()
    proof = json.loads((tmp_path / "heads.jsonl.alarm.json").read_text())
    assert [each["size"] for each in proof["heads"]] == [json.loads(last)["size"], old_head["size"]]

    forked = json.loads(last) | {"root": "ab" * 32}
    (tmp_path / "forked.jsonl").write_text(json.dumps(forked) + "\n")
    with pytest.raises(StillwatchError, match="entries were changed"):
        watch(record="forked.jsonl").look()
    send(hub)
    with pytest.raises(StillwatchError, match="entries were changed"):
        watch(record="forked.jsonl").look()


def test_two_witnesses_find_out_that_they_were_shown_different_logs(hub, watch, tmp_path):
    witness = watch()
    witness.look()
    size = witness.last().size
    other = Signer(tmp_path / "same-key")  # what a hub with two faces would sign with its own key
    with opened(hub.folder) as kept:
        head = kept.ledger.signer.sign(witness.last().log_id, size, b"\x07" * 32, witness.last().ts)
    assert other.key_id != head.key_id
    (tmp_path / "theirs.jsonl").write_text(json.dumps(head.as_json()) + "\n")
    with pytest.raises(StillwatchError, match="different logs to different members"):
        witness.look([tmp_path / "theirs.jsonl"])


def test_a_head_signed_with_another_key_is_an_alarm(hub, tmp_path):
    stranger = Signer(tmp_path / "key")
    witness = Witness(
        Asking(hub.url, hub.members["lab-2"].token), read_public_key(stranger.public_key), tmp_path / "r"
    )
    with pytest.raises(StillwatchError, match="not signed with its key"):
        witness.look()


def test_a_witness_whose_record_is_damaged_says_so(hub, watch, tmp_path):
    (tmp_path / "heads.jsonl").write_text("{\n")
    with pytest.raises(StillwatchError, match="record cannot be read"):
        watch().look()


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """A hub with a past, not running."""
    hub = with_members(Hub(tmp_path_factory.mktemp("stopped") / "hub")).start()
    send(hub)
    hub.post("tool-1", [stix.indicator(hub.members["tool-1"])], signed=False)
    sent = stix.indicator(hub.members["lab-1"])
    hub.post("lab-1", [sent])
    hub.post("lab-1", [stix.later(sent, revoked=True)])
    forbidden = stix.indicator(hub.members["lab-1"]) | {"description": "4 million dollars"}
    hub.post("lab-1", [forbidden, stix.indicator(hub.members["lab-1"])])
    hub.stop()
    return hub


def test_everything_that_a_hub_keeps_can_be_checked(stopped):
    with opened(stopped.folder) as kept:
        found = verify(kept.database, kept.ledger, stopped.log_key)
    assert (found.submissions, found.signed, found.unsigned, found.unkept, found.objects) == (5, 4, 1, 1, 7)


def test_what_the_gate_refused_is_nowhere_in_what_the_hub_keeps(stopped):
    for path in stopped.folder.path.rglob("*"):
        if path.is_file():
            assert b"million dollars" not in path.read_bytes()
    with opened(stopped.folder) as kept, kept.database.read() as connection:
        bodies = connection.execute(sa.select(SUBMISSIONS.c.body, SUBMISSIONS.c.status)).all()
    assert [row.body is None for row in bodies] == [False, False, False, False, True]
    for row in bodies:
        for packed in filter(None, row):
            assert b"million" not in zstandard.decompress(packed)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (sa.update(OBJECTS).values(content=b'{"id":"x"}'), "not those of the log"),
        (
            sa.update(OBJECTS).where(OBJECTS.c.position == 1).values(position=0),
            "did not come out of what was sent",
        ),
        (sa.delete(OBJECTS).where(OBJECTS.c.position == 2), "not those of the log"),
        (sa.update(OBJECTS).where(OBJECTS.c.position == 2).values(submission=99), "not those of the log"),
        (
            sa.update(SUBMISSIONS).where(SUBMISSIONS.c.number == 1).values(body=zstandard.compress(b"{}")),
            "not what the log says",
        ),
        (sa.update(SUBMISSIONS).values(member=2), "another reporter"),
        (sa.update(SUBMISSIONS).values(signature=bytes(64)), "signature does not hold"),
        (sa.update(KEYS).values(member=3), "not its member's"),
        (sa.delete(SUBMISSIONS).where(SUBMISSIONS.c.stored == 1), "not here any more|no submission brought"),
        (sa.update(SUBMISSIONS).values(entry=0), "no entry of this submission"),
    ],
    ids=range(10),
)
def test_whatever_is_changed_afterwards_is_found(stopped, tmp_path, change, said):
    shutil.copytree(stopped.folder.path, tmp_path / "hub")
    with opened(Folder(tmp_path / "hub")) as kept:
        with kept.database.write() as connection:
            connection.execute(change)
        with pytest.raises(StillwatchError, match=said):
            verify(kept.database, kept.ledger, stopped.log_key)
